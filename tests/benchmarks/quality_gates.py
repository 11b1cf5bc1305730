"""CPU seconds of one run of the model quality gates, on 50,000 test rows of 20 columns with a boosted pipeline.

    python -m tests.benchmarks.quality_gates [--task regression] [--rival deepchecks] [--runs 3] [--here]

The run is `iddr run --phase integration` on the main branch, so that heavy checks run too, with a champion that
serves already; all other families are off. Its user and system seconds, those of the model's sandboxed processes
among them, hold the interpreter, all imports, reading the tables and every check. Nothing is taken from a cache
and nothing is trained but what the checks train. The least of `--runs` runs is printed, with the wall seconds of
each check in that run. Both iddr and the models run in an environment that holds iddr and what it needs, as a team
installs it, of the versions that are installed here; with `--here` in this one. Its byte code is compiled, for the
sandbox cannot write any, so that each child would compile all of scikit-learn again.

With `--rival` another kit judges the same tables and a model of the same kind by turns with ours, in an environment
of its own that is installed for it, and the ratio of the least of both is printed: it tells more than seconds do,
which differ between machines. Each run is told as it ends, for a rival's takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.quality_rivals import RIVALS, environment, judging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 50_000
KINDS = ("binary-classification", "multiclass-classification", "regression")
HERE = Path(sys.executable)
ROOT = Path(__file__).parents[2]
CONFIG = """
schema = 1
profile = "regulated"
[model]
name = "gates"
task = "{kind}"
artifact = "model.joblib"
[data]
contract = "contract.json"
target = "y"
train = "train.csv"
test = "test.csv"
sensitive = ["sex", "age"]
time = "week"
[environment]
current = true
"""


def write(folder: Path, kind: str) -> None:
    """Write a project: two tables from one truth, their contract, a configuration, two models."""
    import joblib

    tables = {name: table(kind, seed) for seed, name in enumerate(("train", "test"))}
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    train = tables["train"]
    types = {"f": "number", "i": "integer"}
    columns = {n: {"type": types.get(train[n].dtype.kind, "string")} for n in train}
    contract = {"type": "object", "properties": columns, "required": list(columns)}
    (folder / "contract.json").write_text(json.dumps(contract), "utf-8")
    (folder / "iddr.toml").write_text(CONFIG.format(kind=kind) + switched_off(), "utf-8")
    for name, leaves in (("champion", 20), ("model", 31)):
        joblib.dump(pipeline(kind, leaves).fit(train.drop(columns="y"), train["y"]), folder / f"{name}.joblib")


def table(kind: str, seed: int):
    """Return rows of 20 features and a target that depends on some of them, with noise."""
    import numpy as np

    from tests.simulations import quality_models as made

    random = np.random.default_rng(seed)
    frame = made.table(ROWS, random)
    for i in range(6):
        frame[f"m{i}"] = random.normal(size=ROWS)
    if kind == "regression":
        return frame.assign(y=made.good_numbers(frame, random, skewed=False).truth)
    truth = made.good_two if kind == "binary-classification" else made.good_three
    return frame.assign(y=truth(frame, random).truth)


def pipeline(kind: str, leaves: int):
    """Return an unfitted boosted pipeline for texts and numbers."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    boosted = HistGradientBoostingRegressor if kind == "regression" else HistGradientBoostingClassifier
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = make_column_transformer(
        (codes, make_column_selector(dtype_exclude="number")), remainder="passthrough"
    )
    return make_pipeline(columns, boosted(max_leaf_nodes=leaves, random_state=0))


def switched_off() -> str:
    from ci_steps.catalogue import load_catalogue

    others = [code for code in load_catalogue().checks if not code.startswith("MQ")]
    return "".join(f'[checks.{code}]\nlevel = "off"\n' for code in others)


def release(folder: Path) -> None:
    """Let the champion serve, as a release would leave it."""
    from ci_steps.release.ledger import Ledger, Release, write_ledger
    from ci_steps.state import State

    state = State(folder / ".iddr")
    names = {"model_file": "champion.joblib", "contract_file": "contract.json"}
    kept = tuple(state.add(name, folder / file) for name, file in names.items())
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    first = Release(
        version=1, image="sha256:" + "0" * 64, config="", revision="", target="", at="2026-01-01T00:00:00+00:00",
        python=python, predicts="y", kept=kept,
    )  # fmt: skip
    write_ledger(folder / ".iddr", Ledger().with_release(first))


def as_installed(folder: Path) -> Path:
    """Install iddr without what only its tests need; return the interpreter."""
    versions = folder / "versions.txt"
    here = {each.name: each.version for each in distributions() if each.name != "iddr"}
    versions.write_text("".join(f"{name}=={version}\n" for name, version in here.items()))
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    return environment(folder / "environment", minor, str(ROOT), "--constraint", str(versions))


def measured(python: Path, folder: Path) -> tuple[float, dict[str, object]]:
    """Return the CPU seconds of one run with all its processes, and what it reported."""
    program = "from ci_steps.cli import main; main()"
    command = [str(python), "-P", "-c", program, "run", "--phase", "integration", "--no-cache", "--format", "json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env={**os.environ})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode in {0, 1}, ended.stderr
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, json.loads(ended.stdout)


def judged(python: Path, folder: Path, kind: str, runs: int, rival: Callable[[], float] | None) -> str:
    """Run ours, and the rival by turns with it; return the least of each in words."""
    ours, theirs = [], []
    for number in range(runs):
        ours.append(measured(python, folder))
        say(f"  run {number + 1}: {ours[-1][0]:.2f} s, the machine's load {os.getloadavg()[0]:.1f}")
        if rival:
            theirs.append(rival())
            say(
                f"  run {number + 1} of the rival: {theirs[-1]:.2f} s, the machine's load {os.getloadavg()[0]:.1f}"
            )
    total, run = min(ours, key=lambda one: one[0])
    results = ", ".join(f"{r['name']} {r['seconds']:.2f} {r['status']}" for r in run["results"])
    ratio = f"the rival {min(theirs):.2f} s, ours is {total / min(theirs):.3f} of it; " if theirs else ""
    return f"{kind}: {total:.2f} s CPU in all; {ratio}{results}"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the figures are what this is for


def main() -> None:
    """Print the least of some runs of each task."""
    parser = argparse.ArgumentParser(description="CPU seconds of one run of the model quality gates")
    parser.add_argument("--rival", choices=sorted(RIVALS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--task", choices=KINDS, action="append")
    parser.add_argument("--here", action="store_true", help="measure in this environment")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        python = HERE if chosen.here else as_installed(Path(own))
        for kind in chosen.task or KINDS:
            with project(kind) as folder:
                said = partial(judged, python, folder, kind, chosen.runs)
                if not chosen.rival:
                    say(said(None))
                    continue
                texts = [name for name, column in table(kind, 0).items() if column.dtype.kind not in "fi"]
                with judging(chosen.rival, kind, folder, texts) as rival:
                    say(f"{chosen.rival}: {said(rival)}")


@contextmanager
def project(kind: str) -> Iterator[Path]:
    """Write the project, committed and with a champion that serves, into a folder that goes away."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write(folder, kind)
        for command in (["init", "-q", "-b", "main"], ["add", "-A"]):
            subprocess.run(["git", *command], cwd=folder, check=True)
        release(folder)
        yield folder


if __name__ == "__main__":
    main()
