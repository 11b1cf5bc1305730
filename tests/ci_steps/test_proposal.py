from __future__ import annotations

import csv
import hashlib
import io
import shutil
import tomllib
from pathlib import Path

import pytest

from ci_steps.config import load_config
from ci_steps.proposal import Proposal, propose
from ci_steps.steps import Refused
from model_checks.contract.dialect import Contract
from model_checks.datasheet import questions, read_datasheet

REAL = Path(__file__).parents[3] / "shared" / "data"
LOCKED = "pandas==3.0.0 --hash=sha256:" + "0" * 64 + "\n"
SCRIPT = """
import joblib, pandas as pd
from sklearn.linear_model import LogisticRegression

MODEL = "out/model.joblib"
table = pd.read_csv("{table}")
features = table.drop(columns=["churned"])
model = LogisticRegression().fit(features, table["churned"])
joblib.dump(model, MODEL)
"""


def rows(count: int, *, start: int = 0) -> str:
    body = "".join(f"{n},{n % 7}.5,{'yes' if n % 3 else 'no'}\n" for n in range(start, start + count))
    return "months,calls,churned\n" + body


def repository(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_csv", ".csv").replace("_py", ".py").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def written(root: Path, proposal: Proposal) -> Path:
    for name, text in proposal.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    return root / "iddr.toml"


@pytest.fixture
def ready_made(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "My Churn",
        data__train_csv=rows(60),
        data__test_csv=rows(40, start=60),
        train_py=SCRIPT.format(table="data/train.csv"),
        requirements_txt=LOCKED,
    )


def test_ready_made_tables_and_a_script_give_a_whole_configuration(ready_made: Path):
    proposal = propose(ready_made, {})
    config, _ = load_config(written(ready_made, proposal))
    assert dict(config.model) == {
        "name": "my-churn",
        "task": "binary-classification",
        "command": "python train.py",
        "artifact": "out/model.joblib",
        "positive": "yes",
    }
    assert config.data["target"] == "churned"
    assert (config.data["train"], config.data["test"]) == ("data/train.csv", "data/test.csv")
    assert config.environment["lock"] == "requirements.txt"
    assert [q for q in proposal.questions if q.startswith("iddr.toml")] == []


def test_every_guess_says_what_it_was_guessed_from(ready_made: Path):
    lines = propose(ready_made, {}).files["iddr.toml"].splitlines()
    guessed = [
        line for line in lines if line.startswith(("name", "task", "command", "artifact", "target", "lock"))
    ]
    assert len(guessed) == 6
    assert all("# guessed" in line for line in guessed)


def test_contract_and_datasheet_can_be_read_and_the_evidence_is_the_two_tables(ready_made: Path):
    proposal = propose(ready_made, {})
    written(ready_made, proposal)
    assert list(Contract.load(ready_made / "contract.schema.json").columns) == ["months", "calls", "churned"]
    datasheet = read_datasheet(ready_made / "datasheet.toml")
    asked = [f"datasheet.toml: {key}: {question}" for key, question in questions(datasheet)]
    assert asked == [q for q in proposal.questions if q.startswith("datasheet")]
    assert datasheet.sections["source"]["evidence"] == [
        {"file": file, "sha256": hashlib.sha256((ready_made / file).read_bytes()).hexdigest()}
        for file in ("data/train.csv", "data/test.csv")
    ]


def test_single_parquet_table_is_split_and_the_script_that_saw_it_all_is_asked_about(tmp_path: Path):
    import duckdb

    repository(tmp_path, train_py=SCRIPT.format(table="customers.parquet"), requirements_txt="pandas\n")
    statement = (
        "copy (select n as months, n / 7 as calls, case when n % 3 = 0 then null else n % 2 = 0 end as late,"
        " n % 3 = 0 as churned from range(200) t(n)) to '{}' (format parquet)"
    )
    duckdb.sql(statement.format(tmp_path / "customers.parquet"))
    proposal = propose(tmp_path, {})
    train, test = (list(csv.reader(io.StringIO(proposal.files[f"data/{n}.csv"]))) for n in ("train", "test"))
    assert train[0] == test[0] == ["months", "calls", "late", "churned"]
    assert sorted(int(row[0]) for row in train[1:] + test[1:]) == list(range(200))
    assert 30 < len(test) < 90
    assert any("has seen the rows of data/test.csv" in q for q in proposal.questions)
    assert any("does not pin every version" in q for q in proposal.questions)
    assert "customers.parquet is the only table" in proposal.notes[0]
    config, _ = load_config(written(tmp_path, proposal))
    assert config.data["train"] == "customers.parquet"
    assert config.model["positive"] is True


def test_single_table_that_no_script_names_is_trained_on_in_part(tmp_path: Path):
    repository(tmp_path, customers_csv=rows(100), train_py=SCRIPT.format(table="elsewhere.csv"))
    proposal = propose(tmp_path, {})
    config, _ = load_config(written(tmp_path, proposal))
    assert (config.data["train"], config.data["test"]) == ("data/train.csv", "data/test.csv")
    assert any("will it read data/train.csv?" in q for q in proposal.questions)
    entry = read_datasheet(tmp_path / "datasheet.toml").sections["source"]["evidence"][0]
    assert (entry["file"], "data/train.csv" in entry["derivation"]) == ("customers.csv", True)


def test_proposal_is_the_same_every_time(tmp_path: Path):
    repository(tmp_path, customers_csv=rows(100))
    assert propose(tmp_path, {}) == propose(tmp_path, {})


def test_nothing_found_leaves_plain_questions(tmp_path: Path):
    proposal = propose(tmp_path, {})
    document = tomllib.loads(proposal.files["iddr.toml"])
    for section, keys in {"model": ["task", "command", "artifact"], "data": ["target", "train", "test"]}.items():
        assert all(document[section][key].startswith("? ") for key in keys)
    for word in ("train", "test", "target", "task", "command", "artifact", "lock"):
        assert any(q.startswith(f"iddr.toml: {word}: ") for q in proposal.questions), word
    assert "contract.schema.json" not in proposal.files


def test_column_that_cannot_be_told_is_asked_for_with_the_candidates(tmp_path: Path):
    repository(tmp_path, train_csv=rows(40), test_csv=rows(40))
    proposal = propose(tmp_path, {})
    assert "? which column does the model predict? found: months, calls, churned" in proposal.files["iddr.toml"]


def test_files_that_exist_are_kept_and_not_asked_about(ready_made: Path):
    (ready_made / "datasheet.toml").write_text("[source]\n", "utf-8")
    (ready_made / "contract.schema.json").write_text("{}", "utf-8")
    proposal = propose(ready_made, {})
    assert sorted(proposal.kept) == ["contract.schema.json", "datasheet.toml"]
    assert list(proposal.files) == ["iddr.toml"]
    assert not any(q.startswith("datasheet") for q in proposal.questions)


def test_looking_writes_nothing(ready_made: Path):
    before = {path: path.stat().st_mtime_ns for path in ready_made.rglob("*")}
    propose(ready_made, {})
    assert {path: path.stat().st_mtime_ns for path in ready_made.rglob("*")} == before


def test_answer_comes_before_every_guess(ready_made: Path):
    answers = {"target": "calls", "artifact": "model.pkl", "base": "docker.io/library/python@sha256:0"}
    document = tomllib.loads(propose(ready_made, answers).files["iddr.toml"])
    assert document["data"]["target"] == "calls"
    assert document["model"]["artifact"] == "model.pkl"
    assert document["steps"]["image"]["base"] == answers["base"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"target": "chrned"}, "has no column 'chrned'; expected one of months, calls, churned"),
        ({"task": "ranking"}, "expected one of binary-classification"),
        ({"train": "nowhere.csv"}, "there is no file 'nowhere.csv'"),
        ({"positive": "maybe"}, "found 'maybe', expected one of"),
        ({"colour": "red"}, "colour: is no setting that can be answered"),
    ],
)
def test_answer_that_cannot_be_right_is_refused(ready_made: Path, answers: dict[str, str], told: str):
    with pytest.raises(Refused, match=told):
        propose(ready_made, answers)


def test_table_that_is_no_table_is_refused_in_words(tmp_path: Path):
    repository(tmp_path, train_csv="a,b\n1,2\n", test_csv="a,b\n1,2\n")
    (tmp_path / "train.csv").write_bytes(b"a,b\n\xff\xfe,2\n")
    with pytest.raises(Refused, match=r"train\.csv.*UTF-8"):
        propose(tmp_path, {})


def test_model_without_training_needs_no_command(tmp_path: Path):
    repository(tmp_path, train_csv=rows(40), test_csv=rows(40))
    (tmp_path / "scorer.joblib").write_bytes(b"a model")
    model = tomllib.loads(propose(tmp_path, {"target": "churned"}).files["iddr.toml"])["model"]
    assert model["artifact"] == "scorer.joblib"
    assert "command" not in model


@pytest.mark.parametrize(
    ("table", "target", "task", "positive"),
    [
        ("german_credit_codes_or_labels.csv", "Target", "binary-classification", None),
        ("online_shoppers_intention.csv", "Revenue", "binary-classification", True),
        ("wine_quality_white.csv", "quality", "multiclass-classification", None),
        ("bike_sharing_hour.csv", "cnt", "regression", None),
        ("diabetes.csv", "Y", "regression", None),
        ("penguins.csv", "species", "multiclass-classification", None),
        ("drug200.csv", "Drug", "multiclass-classification", None),
    ],
)
def test_real_table_gets_its_task_and_a_contract(
    tmp_path: Path, table: str, target: str, task: str, positive: object
):
    if not (REAL / table).is_file():
        pytest.skip(f"{table} is not here: ../shared/data is absent")
    shutil.copy(REAL / table, tmp_path)
    proposal = propose(tmp_path, {"target": target})
    document = tomllib.loads(proposal.files["iddr.toml"])
    assert document["model"]["task"] == task
    assert positive is None or document["model"]["positive"] is positive
    assert document["data"]["test"] == "data/test.csv"
    written(tmp_path, proposal)
    contract = Contract.load(tmp_path / "contract.schema.json")
    assert target in contract.columns


def test_real_tables_that_come_in_two_are_paired(tmp_path: Path):
    names = ("hr_attrition_3class.csv", "hr_attrition_3class_test.csv")
    if not (REAL / names[0]).is_file():
        pytest.skip("../shared/data is absent")
    for name in names:
        shutil.copy(REAL / name, tmp_path)
    data = tomllib.loads(propose(tmp_path, {"target": "status"}).files["iddr.toml"])["data"]
    assert (data["train"], data["test"]) == names
