"""What hosted models cost: they are measured inside their own processes, several of them by turns."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ci_steps.model_host import frames
from ci_steps.model_host.running import HostLost
from model_checks.footprint import Footprint, Spent
from model_checks.statistics.agreement import evenly_spaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ci_steps.model_host.host import HostedModel

BLOCK = 10
FEWEST_BLOCKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much is measured: `rows` calls with one row, `batches` calls with `batch` rows, for each model.

    After `seconds` of either kind a model is not called any more, but for two blocks of single rows and two
    batches, without which nothing can be said.
    """

    rows: int
    batches: int
    batch: int
    seconds: float


@dataclass(slots=True, kw_only=True)
class Subject:
    """A model that is measured, its file, and the rows that it is asked about, shape (rows, features)."""

    model: HostedModel
    file: Path
    features: pd.DataFrame
    single: list[tuple[float, float, int]] = field(default_factory=list)
    batch: list[tuple[float, float, int]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def measure(self, rows: pd.DataFrame, *, alone: bool, seconds: float) -> list[tuple[float, float]]:
        """Return the CPU and wall seconds of each call.

        Raises:
            ModelRaised: the model raised on these rows.
            HostLost: its process is gone, did not answer in time, or answered what it may not.
        """
        about, payload = frames.packed(rows, self.model.columns)
        header = {"do": "measure", "columns": about, "alone": alone, "seconds": seconds}
        answer, _ = self.model.channel.ask(header, payload, at_most=0)
        try:
            calls = [_pair(call) for call in answer["calls"]]
            self.told = {**_of(answer["loading"]), "last": int(answer["peak"])}
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise HostLost(f"the model's process answered what is no answer: {error}", why="killed") from None
        if not 0 < len(calls) <= (len(rows) if alone else 1):
            raise HostLost(f"{len(calls)} calls were timed of {len(rows)} rows", why="killed")
        return calls

    def footprint(self, batch_rows: int) -> Footprint:
        """Return what was measured."""
        return Footprint(
            name=self.file.name, file_bytes=self.file.stat().st_size, batch_rows=batch_rows,
            load_cpu_seconds=self.told["cpu"], load_wall_seconds=self.told["wall"],
            loaded_bytes=self.told["peak"], peak_bytes=self.told["last"],
            single=_spent(self.single), batch=_spent(self.batch),
        )  # fmt: skip


def measured(subjects: Sequence[Subject], amount: Amount, say: Callable[[str], None]) -> list[Footprint]:
    """Measure every model of `subjects`, on the same rows and by turns, and return what each costs.

    Rows are taken evenly from the whole table, again from its start where it has too few. Each model is warmed up
    before by a block and a batch. Which of the models comes first changes from block to block.

    Raises:
        ModelRaised: a model raised on a row.
        HostLost: a model's process is gone, did not answer in time, or answered what it may not.
    """
    import numpy as np

    count = len(subjects[0].features)
    single = np.resize(evenly_spaced(count, amount.rows), amount.rows)
    batch = np.resize(evenly_spaced(count, amount.batch), amount.batch)
    for subject in subjects:
        say("measuring: warming up")
        subject.measure(subject.features.iloc[single[:BLOCK]], alone=True, seconds=amount.seconds)
        subject.measure(subject.features.iloc[batch], alone=False, seconds=amount.seconds)
    blocks = np.split(single, range(BLOCK, len(single), BLOCK))
    for number, subject, left in _turns(subjects, len(blocks), amount.seconds, lambda each: each.single):
        say(f"measuring: block {number + 1} of {len(blocks)}")
        rows = subject.features.iloc[blocks[number]]
        subject.single += [(*call, number) for call in subject.measure(rows, alone=True, seconds=left)]
    for number, subject, left in _turns(subjects, amount.batches, amount.seconds, lambda each: each.batch):
        say(f"measuring: batch {number + 1} of {amount.batches}")
        rows = subject.features.iloc[batch]
        subject.batch += [(*call, number) for call in subject.measure(rows, alone=False, seconds=left)]
    return [subject.footprint(amount.batch) for subject in subjects]


def _turns(
    subjects: Sequence[Subject], count: int, seconds: float,
    calls: Callable[[Subject], Sequence[tuple[float, float, int]]],
) -> Iterator[tuple[int, Subject, float]]:  # fmt: skip
    """Yield (number, subject, seconds left) by turns until `count` is reached or a subject's time is up."""
    for number in range(count):
        used = max(math.fsum(wall for _, wall, _ in calls(each)) for each in subjects)
        if used >= seconds and number >= FEWEST_BLOCKS:
            return
        for subject in itertools.islice(itertools.cycle(subjects), number, number + len(subjects)):
            yield number, subject, max(seconds - used, 0.0)


def _pair(call: Mapping[str, Any]) -> tuple[float, float]:
    found = float(call["cpu"]), float(call["wall"])
    if not all(math.isfinite(each) and each >= 0 for each in found):
        raise ValueError(f"times of {found}")
    return found


def _of(loading: Mapping[str, Any]) -> dict[str, Any]:
    cpu, wall = _pair(loading)
    return {"cpu": cpu, "wall": wall, "peak": int(loading["peak"])}


def _spent(calls: Sequence[tuple[float, float, int]]) -> Spent:
    import numpy as np

    cpu, wall, block = zip(*calls, strict=True)
    return Spent(cpu=np.array(cpu), wall=np.array(wall), block=np.array(block))
