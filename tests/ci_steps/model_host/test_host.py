from __future__ import annotations

# ruff: noqa: PD011 - Answers.values is no table's
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from ci_steps.model_host import sandbox
from ci_steps.model_host.host import HostedModel, open_model
from ci_steps.model_host.isolation import Isolation
from ci_steps.model_host.limits import Limits
from ci_steps.model_host.sandbox import HostLost
from ci_steps.steps import Refused
from model_checks.findings import ModelRaised
from model_checks.inputs import Scan, TakesAsGiven, Threat
from tests.ci_steps.model_host import odd_models
from tests.ci_steps.model_host.running_programs import processes_with

if TYPE_CHECKING:
    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.frames import Column

TRAIN = """
import joblib, numpy as np, pandas as pd, pickle, sys
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder
random = np.random.RandomState(7)
rows = pd.DataFrame({"age": random.randint(18, 90, 300), "income": random.normal(size=300),
                     "city": random.choice(["Oslo", "Bergen", "Troms\\u00f8"], 300)})
rows.loc[::10, "income"] = float("nan")
label = np.where(rows["age"] + 10 * rows["income"].fillna(0) > 50, "good", "bad")
features = make_column_transformer((OneHotEncoder(), ["city"]), (SimpleImputer(), ["age", "income"]))
model = make_pipeline(features, LogisticRegression(max_iter=1000)).fit(rows, label)
joblib.dump(model, "model.joblib", compress=3)
pickle.dump(make_pipeline(features, LinearRegression()).fit(rows, rows["age"] * 2.0), open("regression.pickle", "wb"))
rows.to_csv("rows.csv", index=False)
np.save("probabilities.npy", model.predict_proba(rows))
np.save("values.npy", model.predict(rows).astype(str))
"""
PICKLE = (
    "import pickle, sys, odd_models; pickle.dump(getattr(odd_models, sys.argv[1])(), open('model.pickle', 'wb'))"
)
COLUMNS: list[Column] = [("age", "integer", False), ("income", "number", True), ("city", "string", False)]
OpenModel = Callable[..., AbstractContextManager[HostedModel]]


def cleared(path: Path, form: str) -> Scan:
    return Scan(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), format=form, threats=())


@pytest.fixture(scope="session")
def trained(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    ended = sandbox.run(
        [str(environment.python), "-c", TRAIN], environment=environment, folder=folder, log=folder / "log",
        isolation=Isolation(level="rlimits"),
    )  # fmt: skip
    assert ended.exit_code == 0, (folder / "log").read_text()
    return folder


@pytest.fixture
def rows(trained: Path) -> pd.DataFrame:
    return pd.read_csv(trained / "rows.csv")


@pytest.fixture(scope="session")
def odd_environment(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Put a module of our own on the path, as a repository's code is."""
    folder = tmp_path_factory.mktemp("code")
    (folder / "odd_models.py").write_bytes(Path(odd_models.__file__).read_bytes())
    folder.chmod(0o755)
    return replace(environment, pythonpath=(str(folder),), binds=(*environment.binds, folder))


@pytest.fixture
def odd(odd_environment: Environment, isolation: Isolation, tmp_path: Path) -> OpenModel:
    @contextmanager
    def open_odd(name: str, columns: list[Column] | None = None, **limits: float) -> Iterator[HostedModel]:
        folder = tmp_path / "made"
        folder.mkdir()
        made = sandbox.run(
            [str(odd_environment.python), "-c", PICKLE, name], environment=odd_environment, folder=folder,
            isolation=Isolation(level="rlimits"), log=tmp_path / "make.log",
        )  # fmt: skip
        assert made.exit_code == 0, (tmp_path / "make.log").read_text()
        with open_model(
            folder / "model.pickle", scan=cleared(folder / "model.pickle", "pickle"), isolation=isolation,
            environment=odd_environment, contract_columns=columns or [("x", "number", False)],
            log=tmp_path / "log", work=tmp_path / "work", limits=Limits(**{"seconds": 30, **limits}),
        ) as model:  # fmt: skip
            yield model
        assert not processes_with(str(tmp_path / "work"))

    return open_odd


ONE = pd.DataFrame({"x": [1.5]})


def test_a_model_answers_as_it_did_where_it_was_trained(
    trained: Path, rows: pd.DataFrame, environment: Environment, isolation: Isolation, tmp_path: Path
) -> None:
    with open_model(
        trained / "model.joblib", scan=cleared(trained / "model.joblib", "joblib in zlib"), isolation=isolation,
        environment=environment, contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / "work",
    ) as model:  # fmt: skip
        assert model.classes == ("bad", "good")
        assert model.sha256 == cleared(trained / "model.joblib", "").sha256
        assert model.type == "sklearn.pipeline.Pipeline"
        assert model.versions["python"].startswith("3.11.")
        assert {"numpy", "pandas", "sklearn"} <= model.versions.keys()
        answers = model.predict(rows)
        np.testing.assert_array_equal(answers.values, np.load(trained / "values.npy"))
        assert answers.probabilities is not None
        np.testing.assert_allclose(answers.probabilities, np.load(trained / "probabilities.npy"), rtol=1e-12)
        single = model.predict(rows.iloc[[17]])
        assert single.values[0] == answers.values[17]
        np.testing.assert_allclose(single.probabilities, answers.probabilities[[17]], rtol=1e-9)


def test_a_regression_has_numbers_and_no_classes(
    trained: Path, rows: pd.DataFrame, environment: Environment, isolation: Isolation, tmp_path: Path
) -> None:
    with open_model(
        trained / "regression.pickle", scan=cleared(trained / "regression.pickle", "pickle"), isolation=isolation,
        environment=environment, contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / "work",
    ) as model:  # fmt: skip
        answers = model.predict(rows)
        assert (model.classes, answers.probabilities) == ((), None)
        np.testing.assert_allclose(answers.values, rows["age"] * 2.0)


def test_columns_reach_the_model_as_the_contract_types_them(odd: OpenModel) -> None:
    columns: list[Column] = [
        ("whole", "integer", False), ("gaps", "integer", True), ("real", "number", True), ("yes", "boolean", False),
        ("maybe", "boolean", True), ("text", "string", False), ("words", "string", True),
    ]  # fmt: skip
    frame = pd.DataFrame(
        {"words": [None, "b"], "whole": [1, 2], "gaps": pd.array([None, 2], dtype="Int64"), "real": [None, 0.5],
         "yes": [True, False], "maybe": [None, True], "text": ["00123", "NA"], "unknown": [1, 2]}
    )  # fmt: skip
    with odd("Kinds", columns) as model:
        (seen, _) = model.predict(frame).values
    assert seen.split(",") == [
        "whole:int64:int64", "gaps:float64:float64", "real:float64:float64", "yes:bool:bool",
        "maybe:object:float", "text:object:str", "words:object:float",
    ]  # fmt: skip


def test_columns_reach_the_model_as_given_where_that_is_asked(odd: OpenModel) -> None:
    columns: list[Column] = [
        ("whole", "integer", False), ("gaps", "integer", True), ("yes", "boolean", False), ("text", "string", False),
    ]  # fmt: skip
    frame = pd.DataFrame({"whole": [1, 2], "gaps": [1.0, np.nan], "yes": [True, False]})
    frame["text"] = pd.Series(["a", "b"], dtype=object)
    with odd("Kinds", columns) as model:
        assert isinstance(model, TakesAsGiven)
        (usual, _) = model.predict(frame.iloc[:, ::-1]).values
        (turned, _) = model.predict_as_given(frame.iloc[:, ::-1]).values
        (floats, _) = model.predict_as_given(frame.astype({"whole": "float64", "text": "category"})).values
        (objects, _) = model.predict_as_given(frame.astype(object)).values
        (again, _) = model.predict(frame).values
        with pytest.raises(ValueError, match="has the dtype float32, expected one of int64"):
            model.predict_as_given(frame.astype({"gaps": "float32"}))
    assert usual == again == "whole:int64:int64,gaps:float64:float64,yes:bool:bool,text:object:str"
    assert turned == "text:object:str,yes:bool:bool,gaps:float64:float64,whole:int64:int64"
    assert floats == "whole:float64:float64,gaps:float64:float64,yes:bool:bool,text:category:str"
    assert objects == "whole:object:int,gaps:object:float,yes:object:bool,text:object:str"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("integer", [0, -(2**63), 2**63 - 1, 2**53 + 1]),
        ("number", [0.1, -0.0, float("inf"), 5e-324]),
        ("boolean", [True, False]),
        ("string", ["", "æ\N{SNOWMAN}\N{GRINNING FACE}", "\0", "a\nb", "\ud800", "trailing\0"]),
    ],
)
def test_values_cross_both_ways_unchanged(odd: OpenModel, kind: str, given: list[object]) -> None:
    with odd("First", [("x", kind, False)]) as model:
        frame = pd.DataFrame({"x": pd.Series(given, dtype=object)})
        answered = model.predict(frame).values.tolist()
    # numpy's own text type drops zeros at the end, nothing else
    assert answered == [each.rstrip("\0") if isinstance(each, str) else each for each in given]


def test_many_rows_cross_in_groups_and_one_long_text_widens_nothing(odd: OpenModel) -> None:
    texts = [str(number) for number in range(120_001)]
    frame = pd.DataFrame({"text": pd.Series(["y" * 3_000_000, *texts[1:]], dtype=object), "x": range(120_001)})
    with odd("First", [("x", "integer", False), ("text", "string", False)]) as model:
        np.testing.assert_array_equal(model.predict(frame).values, np.arange(120_001))


def test_what_the_model_prints_goes_to_the_log(odd: OpenModel, tmp_path: Path) -> None:
    with odd("Printing") as model:
        answers = model.predict(ONE)
    assert answers.values.tolist() == ["yes"]
    assert answers.probabilities is not None
    assert answers.probabilities.tolist() == [[0.25, 0.75]]
    assert {"hello from the model", "and from below"} <= set((tmp_path / "log").read_text().splitlines())


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("Raising", "KeyError", "no such thing"),
        ("Exiting", "SystemExit", "I quit"),
        ("TooFew", "ValueError", r"shape \(1,\) to 2 rows"),
        ("Mixed", "TypeError", "several types"),
    ],
)
def test_what_the_model_raises_is_about_the_model_and_it_lives_on(
    odd: OpenModel, name: str, kind: str, words: str
) -> None:
    with odd(name) as model:
        for _ in range(2):
            with pytest.raises(ModelRaised, match=words) as raised:
                model.predict(pd.DataFrame({"x": [1.0, 2.0]}))
            assert raised.value.kind == kind


@pytest.mark.parametrize(
    ("name", "why", "words"),
    [
        ("Dying", "killed", "exit code 3"),
        ("Killed", "killed", "signal 9"),
        ("Hungry", "out of memory", "more than 400 MB"),
        ("Greedy", "out of memory", "more than 400 MB"),
        ("Garbling", "killed", "more than was asked for"),
        ("Lying", "killed", "9 answers to 1 rows"),
        ("Nesting", "killed", "no answer"),
    ],
)
def test_a_model_that_ends_its_process_or_forges_answers_is_lost(
    odd: OpenModel, name: str, why: str, words: str
) -> None:
    with odd(name, memory_megabytes=400) as model:
        with pytest.raises(HostLost, match=words) as lost:
            model.predict(ONE)
        assert lost.value.why == why


def test_a_hanging_model_is_lost_in_time_and_stays_lost(odd: OpenModel) -> None:
    with odd("Hanging", seconds=3) as model:
        start = time.monotonic()
        with pytest.raises(HostLost, match="no answer within 3 s") as lost:
            model.predict(ONE)
        assert lost.value.why == "time-out"
        assert time.monotonic() - start < 6
        with pytest.raises(HostLost, match="no answer within 3 s"):
            model.predict(ONE)


def test_a_model_that_cannot_be_loaded_says_why(
    environment: Environment, isolation: Isolation, tmp_path: Path
) -> None:
    path = tmp_path / "model.pickle"
    path.write_bytes(b"cno_such_module\nThing\n.")
    with (
        pytest.raises(ModelRaised, match="no_such_module") as raised,
        open_model(
            path, scan=cleared(path, "pickle"), isolation=isolation, environment=environment,
            contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / "work",
        ),
    ):  # fmt: skip
        pass
    assert raised.value.kind == "ModuleNotFoundError"


def test_a_hostile_pickle_that_slipped_through_reaches_nothing(
    environment: Environment, full_level: Isolation, tmp_path: Path
) -> None:
    path, mark = tmp_path / "model.pickle", tmp_path / "reached"
    path.write_bytes(f"cos\nsystem\n(Vtouch {mark}; touch {path}.x; id; ls {tmp_path}\ntR.".encode())
    with open_model(
        path, scan=cleared(path, "pickle"), isolation=full_level, environment=environment,
        contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / "work",
    ) as model:  # fmt: skip
        assert model.type == "builtins.int"
    refusals = (tmp_path / "log").read_text()
    assert "cannot touch" in refusals
    assert "uid=0" not in refusals
    assert not mark.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"model.pickle", "log", "work"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threats": (Threat(what="os.system", where="byte 3", why="runs"),)}, "os.system at byte 3"),
        ({"sha256": "0" * 64}, "not the file that was scanned"),
        ({"format": "npy"}, "format 'npy' cannot be loaded"),
    ],
)
def test_what_the_scan_did_not_clear_is_never_loaded(
    trained: Path, environment: Environment, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = trained / "model.joblib"
    with (
        pytest.raises(Refused, match=words),
        open_model(
            path, scan=replace(cleared(path, "joblib"), **change), isolation=Isolation(level="rlimits"),
            environment=environment, contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / "work",
        ),
    ):  # fmt: skip
        pass
    assert not (tmp_path / "log").exists()
    assert not list((tmp_path / "work").glob("*.model"))


def test_rows_that_the_contract_does_not_type_are_refused_before_the_model(odd: OpenModel) -> None:
    with odd("First", [("x", "integer", False)]) as model:
        for wrong in (["text"], [1.5], [2**63], [float("inf")]):
            with pytest.raises(ValueError, match="'x' does not hold integer values"):
                model.predict(pd.DataFrame({"x": pd.Series(wrong, dtype=object)}))
        with pytest.raises(ValueError, match="'x' is in the contract"):
            model.predict(pd.DataFrame({"y": [1]}))
        assert model.predict(pd.DataFrame({"x": [7]})).values.tolist() == [7]
