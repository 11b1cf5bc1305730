"""CPU seconds of the quality checks that need predictions only, on 50,000 test rows of 20 columns.

    python -m tests.benchmarks.quality_family

Each run is a process of its own: its user and system seconds hold the interpreter, all imports, reading the table
and every check. The least of three runs is printed, with the seconds of each check within that run.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 50_000
CODES = ("MQ001", "MQ002", "MQ004", "MQ005", "MQ006", "MQ007", "MQ014", "MQ016")
TASKS = ("two", "numbers")


def write(folder: Path) -> None:
    """Write the table, its contract and three models' answers."""
    import numpy as np

    from tests.simulations import quality_models as made

    random = np.random.default_rng(0)
    frame = made.table(ROWS, random)
    for i in range(6):
        frame[f"m{i}"] = random.normal(size=ROWS)
    frame["y"] = 0.0
    frame.to_csv(folder / "test.csv", index=False)
    columns = {n: {"type": "number" if frame[n].dtype.kind == "f" else "string"} for n in frame}
    (folder / "contract.json").write_text(json.dumps({"type": "object", "properties": columns}), "utf-8")
    two, numbers = made.good_two(frame, random), made.good_numbers(frame, random, skewed=True)
    for task, model in (("two", two), ("numbers", numbers)):
        for who, one in (("candidate", model), ("champion", made.nearly(model, random))):
            arrays = {"truth": one.truth, "values": one.answers.values}
            if one.answers.probabilities is not None:
                arrays["probabilities"] = one.answers.probabilities
            np.savez(folder / f"{task}-{who}.npz", **arrays)


def judge(folder: Path, task: str) -> None:
    """Read everything and run every check of the task; print the seconds of each."""
    started = time.process_time()
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.discovery import load_check

    contract = Contract.load(folder / "contract.json")
    test = Dataset.from_file(folder / "test.csv", contract, name="test", target="y")
    candidate, champion = (predictions(folder, task, who) for who in ("candidate", "champion"))
    inputs = {
        "test": test, "predictions": candidate, "champion_predictions": champion, "train_predictions": candidate,
        "sensitive": ("sex", "age"), "time_column": "week",
    }  # fmt: skip
    assert len(test.frame) == ROWS
    seconds = {"imports and reading": time.process_time() - started}
    for code in CODES:
        check = load_check(code)
        if candidate.task in check.tasks:
            before = time.process_time()
            assert list(check.function(**{i.name: inputs[i.name] for i in check.inputs if i.name in inputs}))
            seconds[code] = time.process_time() - before
    print(json.dumps(seconds))  # noqa: T201


def predictions(folder: Path, task: str, who: str):
    """Return one model's answers as they were written."""
    import numpy as np

    from model_checks.inputs import Answers, Predictions

    stored = np.load(folder / f"{task}-{who}.npz")
    answers = Answers(values=stored["values"], probabilities=stored.get("probabilities"))
    if task == "numbers":
        return Predictions(task="regression", truth=stored["truth"], answers=answers)
    return Predictions(
        task="binary-classification", truth=stored["truth"], answers=answers, classes=(0, 1), positive=1
    )


def measured(folder: Path, task: str) -> tuple[float, dict[str, float]]:
    """Return the CPU seconds of one process that judges, and of its parts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "tests.benchmarks.quality_family", str(folder), task]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return total, json.loads(done.stdout)


def main() -> None:
    """Print the least of three runs of each task."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write(folder)
        for task in TASKS:
            total, parts = min((measured(folder, task) for _ in range(3)), key=lambda run: run[0])
            told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in parts.items())
            print(f"{task}: {total:.2f} s CPU in all; {told}")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) > 1:
        judge(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
