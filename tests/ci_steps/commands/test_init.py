from __future__ import annotations

import tomllib

import pytest

from ci_steps.cli import main
from ci_steps.commands.init import ANSWERS
from ci_steps.proposal import KEYS

ROWS = "months,calls,churned\n" + "".join(f"{n},{n % 7}.5,{'yes' if n % 3 else 'no'}\n" for n in range(60))
SCRIPT = """
import joblib, pandas as pd
from sklearn.linear_model import LogisticRegression
table = pd.read_csv("data.csv")
model = LogisticRegression().fit(table.drop(columns=["churned"]), table["churned"])
joblib.dump(model, "model.joblib")
"""


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "data.csv").write_text(ROWS)
    (tmp_path / "train.py").write_text(SCRIPT)
    return tmp_path


def init(repository, capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["init", str(repository), *arguments])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def test_every_answer_that_is_understood_can_be_given(repository, capsys):
    assert set(ANSWERS) == set(KEYS)
    code, _, _ = init(
        repository, capsys, "--target", "churned", "--positive", "yes", "--name", "leavers", "--split", "time",
        "--command", "python train.py --fast", "--artifact", "out/m.joblib", "--python", "3.12", "--base", "oci:base",
    )  # fmt: skip
    assert code == 0
    config = tomllib.loads((repository / "iddr.toml").read_text())
    assert config["model"] == {
        "name": "leavers", "task": "binary-classification", "command": "python train.py --fast",
        "artifact": "out/m.joblib", "positive": "yes",
    }  # fmt: skip
    assert config["data"]["split"] == "time"
    assert (config["environment"]["python"], config["steps"]["image"]["base"]) == ("3.12", "oci:base")


def test_what_was_done_is_told(repository, capsys):
    _, said, _ = init(repository, capsys)
    assert "wrote iddr.toml\n" in said
    assert "note: " in said
    assert "data.csv" in said.partition("note: ")[2].partition("\n")[0]
    assert said.endswith("next: iddr validate, then iddr run --dry-run\n")


def test_a_file_that_is_there_is_kept_and_named(repository, capsys):
    (repository / "datasheet.toml").write_text("# ours\n")
    _, said, _ = init(repository, capsys)
    assert "kept datasheet.toml: it was there already\n" in said
    assert (repository / "datasheet.toml").read_text() == "# ours\n"


def test_a_dry_run_shows_the_files_and_writes_none(repository, capsys):
    before = sorted(repository.iterdir())
    _, said, _ = init(repository, capsys, "--dry-run")
    assert "== iddr.toml\n" in said
    assert sorted(repository.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--target", "age"), "target: data.csv has no column 'age'"),
        (("--task", "guessing"), "task: found 'guessing', expected one of"),
        (("--positive", "perhaps"), "positive: found 'perhaps', expected one of"),
        (("--train", "no.csv"), "train: there is no file 'no.csv'"),
    ],
)
def test_an_answer_that_cannot_be_right_is_refused_in_words(repository, capsys, arguments, told):
    code, _, said = init(repository, capsys, *arguments)
    assert (code, told in said) == (2, True)
    assert not (repository / "iddr.toml").exists()


def test_a_folder_that_is_not_there_is_named(repository, capsys):
    code, _, said = init(repository / "nowhere", capsys)
    assert (code, "there is no such folder" in said) == (2, True)
