"""The same models judged by other kits, each in an environment of its own: what is installed, trained and run."""

from __future__ import annotations

import resource
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRAIN = """
import joblib, pandas as pd, sys
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
boosted = HistGradientBoostingRegressor if sys.argv[1] == "regression" else HistGradientBoostingClassifier
codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
columns = make_column_transformer((codes, make_column_selector(dtype_exclude="number")), remainder="passthrough")
train = pd.read_csv(sys.argv[2])
model = make_pipeline(columns, boosted(max_leaf_nodes=31, random_state=0))
joblib.dump(model.fit(train.drop(columns="y"), train["y"]), "rival.joblib")
"""
DEEPCHECKS = """
import warnings
warnings.simplefilter("ignore")
import joblib, pandas as pd, sys
from deepchecks.tabular import Dataset
from deepchecks.tabular.suites import model_evaluation
texts = sys.argv[4].split(",")
tables = [Dataset(pd.read_csv(path), label="y", cat_features=texts) for path in sys.argv[2:4]]
result = model_evaluation().run(*tables, joblib.load("rival.joblib"))
print(len(result.results))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One kit: what is installed for it, for which Python, and the program that judges the model."""

    python: str
    packages: tuple[str, ...]
    program: str


RIVALS = {
    "deepchecks": Rival(
        python="3.11",
        packages=(
            "deepchecks==0.19.1", "scikit-learn==1.5.2", "pandas==2.2.3", "numpy<2", "setuptools<81", "anywidget",
        ),
        program=DEEPCHECKS,
    ),
}  # fmt: skip


def environment(folder: Path, python: str, *packages: str) -> Path:
    """Install `packages` for this version of Python into `folder`, byte code compiled; return its interpreter."""
    from uv import find_uv_bin

    from ci_steps.model_host.interpreters import find

    inside = folder / "bin" / "python"
    make = [find_uv_bin(), "venv", "-q", "--python", str(find(python).path), str(folder)]
    install = [find_uv_bin(), "pip", "install", "-q", "--compile-bytecode", "--python", str(inside)]
    for command in (make, [*install, *packages]):
        subprocess.run(command, check=True)
    return inside


@contextmanager
def judging(name: str, kind: str, project: Path, texts: list[str]) -> Iterator[Callable[[], float]]:
    """Install the rival, train its model on the project's table, and yield what measures one run of it.

    The model is trained beforehand, by the rival's scikit-learn, which could not load ours. What is counted are the
    CPU seconds of the rival's whole process: the interpreter, all imports, reading the tables, and every check.
    """
    rival = RIVALS[name]
    with tempfile.TemporaryDirectory() as temporary:
        python = environment(Path(temporary) / "environment", rival.python, *rival.packages)

        def run(program: str) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            tables = [str(project / "train.csv"), str(project / "test.csv")]
            command = [str(python), "-c", program, kind, *tables, ",".join(texts)]
            ended = subprocess.run(command, cwd=temporary, check=False, capture_output=True, text=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert ended.returncode == 0, ended.stderr
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        run(TRAIN)
        yield lambda: run(rival.program)
