from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ci_steps.model_host.packing import as_one_file, function_archive
from ci_steps.model_host.training import Sources
from ci_steps.serving.kinds import archives, functions
from ci_steps.serving.kinds.functions import answering, function_model
from ci_steps.serving.kinds.opening import answers
from ci_steps.state import sha256_of
from ci_steps.steps import StepFailed
from tests.ci_steps.serving.kinds.made_models import table, told
from tests.model_checks.model_files.hostile import zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = table(6)[0]
CODE = """
from pathlib import Path

from scoring.weights import SLOPE

LIMIT = float(Path("data/limit.txt").read_text())


def predict(rows):
    high = 1 / (1 + 2.718281828 ** (-SLOPE * (rows["age"] - LIMIT)))
    return [[1 - p, p] for p in high]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, text in {
        "src/scoring/__init__.py": "", "src/scoring/model.py": CODE, "src/scoring/weights.py": "SLOPE = 0.2\n",
        "data/limit.txt": "50",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def untouched() -> Iterator[None]:
    """Leave the process as it was: the loader is meant for one of its own."""
    folder, path, modules = Path.cwd(), list(sys.path), set(sys.modules)
    yield
    os.chdir(folder)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def packed(project: Path, work: Path, function: str = "scoring.model:predict") -> Path:
    work.mkdir(exist_ok=True)
    code = tuple(sorted(f.relative_to(project) for f in project.rglob("*") if f.is_file()))
    return function_archive(function, Sources(root=project, files=code, code=code), work)


@pytest.mark.usefixtures("untouched")
def test_a_function_reads_its_modules_and_its_inputs_from_the_archive(project: Path, tmp_path: Path) -> None:
    archive = packed(project, tmp_path / "work")
    for file in project.rglob("*.py"):
        file.write_text("raise RuntimeError('the repository itself was read')\n")
    inside = {"function": "scoring.model:predict"}
    with archive.open("rb") as file:
        model = function_model(file, told(classes=["no", "yes"], inside=inside))
    values, chances = answers(model, ROWS)
    assert values.tolist() == np.where(ROWS["age"] > 50, "yes", "no").tolist()
    np.testing.assert_allclose(chances[:, 1], 1 / (1 + np.exp(-0.2 * (ROWS["age"] - 50))), rtol=1e-6)


@pytest.mark.usefixtures("untouched")
def test_a_function_that_imports_what_is_not_there_says_so(project: Path, tmp_path: Path) -> None:
    (project / "src/scoring/weights.py").write_text("import no_such_package\n")
    with (
        packed(project, tmp_path / "work").open("rb") as file,
        pytest.raises(ImportError, match="no_such_package"),
    ):
        function_model(file, told(inside={"function": "scoring.model:predict"}))


def test_the_archive_is_the_same_whenever_and_wherever_it_is_made(project: Path, tmp_path: Path) -> None:
    first = sha256_of(packed(project, tmp_path / "one"))
    for file in project.rglob("*.py"):
        os.utime(file, (1, 1))
        file.chmod(0o755)
    assert sha256_of(packed(project, tmp_path / "two")) == first
    (project / "data/limit.txt").write_text("51")
    assert sha256_of(packed(project, tmp_path / "three")) != first


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "a/../../x.py", "a\\x.py", "c:x.py", "a//x.py"])
def test_a_member_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    import io

    with pytest.raises(ValueError, match="leaves the folder"):
        archives.unpack(io.BytesIO(zipped({name: b"x"})), str(tmp_path / "out"))
    assert not (tmp_path / "x.py").exists()


def test_a_link_and_a_bomb_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ValueError, match="is a link"):
        archives.unpack(content, str(tmp_path / "out"))
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="unpacks to more"):
        archives.unpack(io.BytesIO(zipped({"a": b"x" * 600, "b": b"x" * 600})), str(tmp_path / "more"))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (np.full((6, 3), 1 / 3), "returned 3 columns, and 2 classes are known"),
        (np.full((6, 2), 0.7), "no probabilities"),
        (np.zeros(5), r"shape \(5,\) for 6 rows"),
        (np.full(6, 7), "answered 7, which is none of its classes"),
    ],
)
def test_what_is_no_answer_is_refused(result: Any, message: str) -> None:
    model = answering(lambda _: result, told(task=functions.BINARY), "f")
    with pytest.raises(ValueError, match=message):
        answers(model, ROWS)


def test_numbers_labels_and_one_column_are_answers() -> None:
    regression = answering(lambda rows: rows[["age"]] * 2.0, told(task="regression"), "f")
    assert answers(regression, ROWS)[0].tolist() == (ROWS["age"] * 2.0).tolist()
    labels = answering(lambda rows: ["a"] * len(rows), told(classes=["a", "b"]), "f")
    assert answers(labels, ROWS)[1] is None


def test_a_folder_that_mlflow_did_not_save_or_with_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(StepFailed, match="without a file MLmodel"):
        as_one_file(tmp_path / "model", tmp_path)
    (tmp_path / "model/MLmodel").write_text("flavors:\n")
    (tmp_path / "model/more").symlink_to("/etc")
    with pytest.raises(StepFailed, match="model/more: is a link"):
        as_one_file(tmp_path / "model", tmp_path)
