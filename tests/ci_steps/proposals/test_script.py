from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci_steps.proposals.script import Script, read_script
from ci_steps.proposals.training import choose_script, guess_artifact

if TYPE_CHECKING:
    from pathlib import Path


def read(root: Path, text: str, path: str = "train.py") -> Script:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")
    script = read_script(root, path)
    assert script is not None
    return script


@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ('joblib.dump(m, "a/model.joblib")', "a/model.joblib"),
        ('dump(m, filename="model.pkl")', "model.pkl"),
        ('with open("m.pkl", "wb") as f:\n    pickle.dump(m, f)', "m.pkl"),
        ('with gzip.open("m.pkl.gz", mode="wb") as f:\n    pickle.dump(m, f)', "m.pkl.gz"),
        ('OUT = Path("out")\nwith (OUT / "m.pkl").open("wb") as f:\n    pickle.dump(m, f)', "out/m.pkl"),
        ('m.save_model("m.json")', "m.json"),
        ('folder = os.path.join("out", "models")\njoblib.dump(m, f"{folder}/m.joblib")', "out/models/m.joblib"),
        ('NAME = "m"\njoblib.dump(m, "out/" + NAME + ".joblib")', "out/m.joblib"),
        ('OUT: str = "m.skops"\nsio.dump(m, OUT)', "m.skops"),
        ("joblib.dump(m, sys.argv[1])", None),
        ('open("report.csv", "wb")', None),
        ('x = "a"\nx = "b"\njoblib.dump(m, x)', None),
    ],
)  # fmt: skip
def test_path_that_the_model_is_saved_to_is_found_where_it_is_spelled_out(
    tmp_path: Path, text: str, saved: str | None
):
    assert read(tmp_path, text).saved == (() if saved is None else (saved,))


def test_path_beside_the_script_is_told_from_the_root(tmp_path: Path):
    text = 'HERE = Path(__file__).resolve().parent\njoblib.dump(m, HERE.parent / "models" / "m.joblib")'
    assert read(tmp_path, text, "src/fit/train.py").saved == ("src/models/m.joblib",)
    text = 'joblib.dump(m, Path(__file__).parents[1] / "m.joblib")'
    assert read(tmp_path, text, "src/train.py").saved == ("m.joblib",)


@pytest.mark.parametrize(
    "text",
    [
        'y = df.pop("c")',
        'T = "c"\nX, y = df.drop(columns=[T]), df[T]',
        'X_a, X_b, y_a, y_b = train_test_split(df.drop("c", axis=1), df["c"])',
        'model.fit(df[["a", "b"]], df["c"])',
        'target = (df["c"] > 3).astype(int)',
    ],
)
def test_column_that_is_split_off_is_the_likeliest_target(tmp_path: Path, text: str):
    assert read(tmp_path, text).targets.most_common(1)[0][0] == "c"


def test_script_that_fits_and_saves_is_chosen_and_others_are_not(tmp_path: Path):
    read(tmp_path, "scaler.fit(x)", "explore.py")
    read(tmp_path, 'm.fit(x, y)\njoblib.dump(m, "m.joblib")', "src/make.py")
    read(tmp_path, "print(1)", "train.py")
    script, guess = choose_script(tmp_path, ["explore.py", "src/make.py", "train.py"])
    assert script is not None
    assert guess.value == "src/make.py"


def test_two_scripts_that_look_alike_are_asked_about(tmp_path: Path):
    for name in ("one.py", "two.py"):
        read(tmp_path, "m.fit(x, y)", name)
    script, guess = choose_script(tmp_path, ["one.py", "two.py"])
    assert (script, guess.value) == (None, None)
    assert guess.question.endswith("found: one.py, two.py")


def test_model_among_several_saved_files_is_known_by_its_name(tmp_path: Path):
    text = 'joblib.dump(s, "scaler.joblib")\njoblib.dump(m, "model.joblib")'
    assert guess_artifact(read(tmp_path, text), ()).value == "model.joblib"
    text = 'joblib.dump(s, "scaler.joblib")\njoblib.dump(m, "trees.joblib")'
    assert "found: scaler.joblib, trees.joblib" in guess_artifact(read(tmp_path, text), ()).question


def test_model_outside_the_repository_is_asked_about(tmp_path: Path):
    guess = guess_artifact(read(tmp_path, 'joblib.dump(m, "../m.joblib")'), ())
    assert guess.value is None
    assert "outside this folder" in guess.question


@pytest.mark.parametrize("text", ["import (", "print 'python 2'", "\0"])
def test_script_that_is_no_python_is_passed_over(tmp_path: Path, text: str):
    (tmp_path / "train.py").write_text(text, "utf-8")
    assert read_script(tmp_path, "train.py") is None


def test_arguments_are_noticed(tmp_path: Path):
    assert read(tmp_path, "p = argparse.ArgumentParser()").takes_arguments
    assert read(tmp_path, "print(sys.argv[1])").takes_arguments
    assert not read(tmp_path, "m.fit(x)").takes_arguments
