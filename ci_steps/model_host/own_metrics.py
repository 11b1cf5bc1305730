"""Evaluates the team's own metrics in the model's environment and sandbox, never in our process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.model_host import child, frames
from ci_steps.model_host.limits import Bind, Grants, Limits
from ci_steps.model_host.sandbox import HostLost, run
from model_checks.inputs import Measured, OwnMetric
from model_checks.statistics.own_metric_intervals import blocks_of, resamples_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.frames import Column
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.running import Ended
    from model_checks.inputs import Predictions

PROGRAM = Path(__file__).with_name("metric_program.py")
SEED = 0
SPARE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedMetrics:
    """The team's metrics; implements `model_checks.inputs.OwnMetrics`.

    Each evaluation is a process of its own in `folder`, a copy of the sources, and exchanges two files in a folder
    below `work`. `features` are the test table's, shape (rows, features), as the contract's `columns` type them.
    """

    declared: Mapping[str, OwnMetric]
    folder: Path
    work: Path
    log: Path
    environment: Environment
    isolation: Isolation
    limits: Limits
    features: pd.DataFrame
    columns: Sequence[Column]
    say: Callable[[str], None] = lambda _: None
    _known: dict[tuple[str, int], tuple[Predictions, Measured]] = field(default_factory=dict)

    def measure(self, name: str, predictions: Predictions, /) -> Measured:
        """Evaluate the metric `name` once for each predictions, on the same resamples for all.

        Raises:
            ValueError: the predictions are not of the test table.
            HostLost: the process was killed from outside.
        """
        key = (name, id(predictions))
        if key not in self._known:
            self._known[key] = (predictions, self._measured(self.declared[name], predictions))
        return self._known[key][1]

    def _measured(self, metric: OwnMetric, predictions: Predictions) -> Measured:
        self.say(f"{metric.name}: evaluating {metric.function}")
        exchange = self.work / f"{metric.name}-{len(self._known)}"
        exchange.mkdir(parents=True)
        for source in (Path(child.__file__), PROGRAM):
            (exchange / source.name).write_bytes(source.read_bytes())
        with (exchange / "question").open("wb") as file:
            child.write(file, *self._question(metric, predictions))
        for each in exchange.iterdir():
            each.chmod(0o644)
        try:
            ended = self._run(exchange)
        except HostLost as lost:
            if lost.why == "killed":
                raise
            return Measured(fault=f"it was stopped: {lost}")
        if ended.exit_code:
            return Measured(fault=f"it ended the process: {ended.reason}")
        return _answer(exchange / "answer", len(predictions.truth))

    def _run(self, exchange: Path) -> Ended:
        files = [str(exchange.absolute() / name) for name in (PROGRAM.name, "question", "answer")]
        command = [str(self.environment.python), *files]
        return run(
            command, environment=self.environment, folder=self.folder, isolation=self.isolation, log=self.log,
            grants=Grants(binds=(Bind(source=exchange, writable=True),)), limits=self.limits, say=self.say,
        )  # fmt: skip

    def _question(self, metric: OwnMetric, predictions: Predictions) -> tuple[dict[str, Any], bytes]:
        rows, chances = len(predictions.truth), predictions.answers.probabilities
        if len(self.features) != rows:
            raise ValueError(f"{rows} predictions are not of the test table, which has {len(self.features)} rows")
        about, data = frames.packed(self.features, self.columns)
        names = ("name", "type", "nullable")
        features = [dict(zip(names, c, strict=True)) | a for c, a in zip(self.columns, about, strict=True)]
        arrays: list[Any] = [predictions.truth, predictions.answers.values]  # noqa: PD011 - Answers, not a table
        arrays += [] if chances is None else [chances.ravel()]
        packed = [child.pack(array) for array in arrays]
        header = {
            "function": metric.function, "rows": rows, "features": features,
            "classes": list(predictions.classes), "positive": predictions.positive,
            "truth": packed[0][0], "answers": packed[1][0],
            "probabilities": None if chances is None else packed[2][0],
            "resamples": resamples_of(rows), "blocks": blocks_of(rows), "seed": SEED,
        }  # fmt: skip
        return header, b"".join([*(part for _, part in packed), data])


def _answer(file: Path, rows: int) -> Measured:
    """Read what the process left, which need not be honest."""
    try:
        arrays, told = _read(file, 8 * (rows + resamples_of(rows) + rows) + SPARE_BYTES)
        if told.get("fault"):
            return Measured(fault=str(told["fault"]))
        estimate, undefined = float(told["estimate"]), str(told["undefined"])
        if told["by_row"]:
            return Measured(estimate=estimate, by_row=_sized(arrays[0], rows))
        blocks = blocks_of(rows)
        return Measured(
            estimate=estimate, replicates=_sized(arrays[0], resamples_of(rows)),
            left_out=_sized(arrays[1], blocks) if blocks else None, undefined=undefined,
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError):
        return Measured(fault="its process left no answer that can be read")


def _read(file: Path, at_most: int) -> tuple[list[Any], dict[str, Any]]:
    if file.is_symlink() or file.stat().st_size > at_most:
        raise ValueError("no plain file, or larger than an answer can be")
    with file.open("rb") as opened:
        answer = child.read(opened)
    if answer is None:
        raise ValueError("nothing was written")
    told, data = answer
    arrays = []
    for about in told["arrays"]:
        values, _, size = child.unpack(about, data)
        arrays.append(values)
        data = data[size:]
    return arrays, told


def _sized(values: NDArray[Any], size: int) -> NDArray[np.float64]:
    if values.shape != (size,) or values.dtype.kind != "f":
        raise ValueError("an array is not of the size that was asked for")
    return values.copy()
