"""CPU seconds of the checks that train or ask models, on 50,000 test rows of 20 columns.

    python -m tests.benchmarks.baselines [runs]

The model is a pipeline with histogram gradient boosting in a process of its own, as in a run; its seconds count.
The tables are read and the libraries imported before; the least of the runs (3) is printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from ci_steps.model_host.environments import current
from ci_steps.model_host.hosting import hosted
from ci_steps.model_host.isolation import choose, probe
from ci_steps.model_host.limits import Limits
from model_checks.discovery import load_check
from model_checks.model_files.scanning import scan_file
from tests.model_checks.learned_tables import answers_of, dataset, pipeline

ROWS = 50_000
TICK = os.sysconf("SC_CLK_TCK")


def table(seed: int) -> pd.DataFrame:
    """Return 14 numbers, 6 categories and what depends on some of them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({f"n{i}": random.normal(size=ROWS) for i in range(14)})
    for i, levels in enumerate((2, 4, 8, 12, 30, 200)):
        frame[f"c{i}"] = np.array([f"level_{n}" for n in range(levels)])[random.integers(levels, size=ROWS)]
    score = frame["n0"] + frame["n1"] * frame["n2"] + 0.8 * (frame["c0"] == "level_0")
    frame["y"] = np.where(score + random.logistic(size=ROWS) > 0, "yes", "no")
    return frame


def used(parent: int) -> float:
    """Return the CPU seconds of a process and of all that it started and that still run."""
    ticks, seen = 0, {parent}
    stats = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            stats[int(entry.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    while True:
        more = {pid for pid, (above, _) in stats.items() if above in seen} - seen
        if not more:
            break
        seen |= more
    ticks = sum(stats[pid][1] for pid in seen if pid in stats)
    return ticks / TICK


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, contextlib.ExitStack() as closing:
        folder = Path(temporary)
        train, test = (dataset(folder, name, table(seed)) for seed, name in enumerate(("train", "test")))
        features = train.features
        boosted = HistGradientBoostingClassifier(max_iter=100, random_state=0)
        models = []
        for seed in (0, 1):
            some = slice(seed * 100, 10_000)
            with threadpool_limits(1):
                fitted = pipeline(features, boosted).fit(features[some], train.labels[some])
            file = folder / f"{seed}.joblib"
            joblib.dump(fitted, file)
            scan = scan_file(file, allow=())
            assert scan.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
            opened = hosted(
                file, scan, current(), choose("preferred", probe()), test.contract.without("y"),
                limits=Limits(seconds=600, memory_megabytes=8192), log=folder / f"{seed}.log",
                work=folder / f"work{seed}",
            )  # fmt: skip
            models.append(closing.enter_context(opened))
        inputs = {
            "train": train, "test": test, "model": models[0], "second_model": models[1],
            "predictions": answers_of(Asked(models[0]), test),
        }  # fmt: skip
        for code, names in (("MQ003", ()), ("MQ011", ()), ("MQ012", ()), ("MQ012", ("second_model",))):
            check = load_check(code)
            wanted = {i.name: inputs[i.name] for i in check.inputs if not i.optional or i.name in names}
            runs = []
            for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
                before, clock = used(os.getpid()), time.perf_counter()
                assert list(check.function(**wanted))
                runs.append((used(os.getpid()) - before, time.perf_counter() - clock))
            cpu, wall = min(runs)
            extra = " with a second model" if names else ""
            print(f"{code}{extra}: {cpu:.2f} s CPU, {wall:.2f} s", flush=True)  # noqa: T201


class Asked:
    """A hosted model, for whoever wants `classes` and `predict` alone."""

    def __init__(self, model) -> None:
        self.classes, self.predict = model.classes, model.predict


if __name__ == "__main__":
    main()
