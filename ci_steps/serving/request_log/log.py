"""Keeps a sample of requests and answers in Parquet files, in a thread of its own.

An answer never waits for it and never fails because of it: what the thread cannot take or write is dropped and
counted.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.serving.request_log.parquet import ParquetWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ci_steps.serving.engine import Answered, Columns
    from ci_steps.serving.request_log.privacy import Privacy
    from ci_steps.serving.served import Served

    Counted = Callable[[str, int], None]

LOG = logging.getLogger("iddr")
WAITING, WAITING_ROWS = 256, 20_000  # requests, and rows of them, that may wait for the thread
GROUP = 256  # rows written together: about 5 milliseconds of work
TIME, ANSWER, PROBABILITY = "iddr.time", "iddr.answer", "iddr.probability."
UNFINISHED, FINISHED = ".unfinished", ".parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """After how many rows or seconds a file is finished, and how many finished ones are kept in the folder."""

    rows: int
    seconds: float
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One request that waits to be written."""

    at: int
    columns: Columns
    rows: int
    answered: Answered


class RequestLog:
    """Writes a `share` of the requests to `folder`; `counted` is told how many rows were written or dropped."""

    def __init__(
        self, folder: Path, served: Served, privacy: Privacy, rotation: Rotation, *, share: float, counted: Counted
    ) -> None:
        """Begin to take requests.

        Raises:
            OSError: the folder cannot be written to.
        """
        self._folder, self._served, self._privacy, self._rotation = folder, served, privacy, rotation
        self._share, self._counted = share, counted
        self._features = privacy.kinds(served.contract.columns)
        self._queue: queue.SimpleQueue[Kept | None] = queue.SimpleQueue()
        self._random = random.Random()  # noqa: S311 - which requests are kept is no secret
        self._lock, self._waiting = threading.Lock(), 0
        self._held: list[Kept] = []
        self._writer: ParquetWriter | None = None
        self._number, self._begun = 0, 0.0
        folder.mkdir(parents=True, exist_ok=True)
        (probe := folder / f".{os.getpid()}").touch()
        probe.unlink()
        self._thread = threading.Thread(target=self._work, name="request log", daemon=True)
        self._thread.start()

    def offer(self, columns: Columns, rows: int, answered: Answered) -> None:
        """Take a request, if it is in the sample and the thread keeps up; never waits."""
        if self._random.random() >= self._share:
            return
        kept = Kept(at=time.time_ns() // 1_000_000, columns=columns, rows=rows, answered=answered)
        with self._lock:
            full = self._waiting + rows > WAITING_ROWS or self._queue.qsize() >= WAITING
            if not full:
                self._waiting += rows
                self._queue.put_nowait(kept)
        if full:
            self._counted("dropped", rows)

    def close(self, *, seconds: float = 2) -> None:
        """Write what waits, and finish the file, within about `seconds`."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        going = True
        while going:
            try:
                kept = self._queue.get(timeout=1)
                going = kept is not None
                self._hold(kept)
            except queue.Empty:
                pass
            try:
                self._settle(last=not going)
            # A full disk, or whatever else it is: the service goes on without the log.
            except Exception:
                LOG.exception("the request log in %s could not be written: its rows are dropped", self._folder)
                self._give_up()

    def _hold(self, kept: Kept | None) -> None:
        if kept is None:
            return
        if not self._held and not self._writer:
            self._begun = time.monotonic()
        self._held.append(kept)
        with self._lock:
            self._waiting -= kept.rows

    def _settle(self, *, last: bool) -> None:
        rows = sum(kept.rows for kept in self._held)
        old = time.monotonic() - self._begun >= self._rotation.seconds
        if rows and (rows >= GROUP or last or old):
            self._write(rows)
        if self._writer and (last or old or self._writer.rows >= self._rotation.rows):
            self._finish(self._writer)

    def _write(self, rows: int) -> None:
        writer = self._writer or self._opened()
        writer.write(self._values(), rows)
        self._held = []
        self._counted("written", rows)

    def _values(self) -> dict[str, list[Any]]:
        held, classes = self._held, self._served.engine.classes
        values: dict[str, list[Any]] = {TIME: [kept.at for kept in held for _ in range(kept.rows)]}
        for name in self._features:
            values[name] = [value for kept in held for value in self._privacy.shown(name, kept.columns)]
        answers = [value for kept in held for value in kept.answered.values]
        values[ANSWER] = [str(each) for each in answers] if classes else [float(each) for each in answers]
        for place, each in enumerate(classes):
            values[f"{PROBABILITY}{each}"] = [
                chance for kept in held for chance in _chances(kept.answered, place, kept.rows)
            ]
        return values

    def _opened(self) -> ParquetWriter:
        self._number += 1
        name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}-{self._number}"
        self._path = self._folder / (name + UNFINISHED)
        self._file = self._path.open("wb")
        classes = self._served.engine.classes
        columns = {TIME: "time", **self._features, ANSWER: "string" if classes else "number"}
        columns |= {f"{PROBABILITY}{each}": "number" for each in classes}
        notes = {"iddr.model": self._served.name, "iddr.sha256": self._served.sha256}
        self._writer = ParquetWriter(self._file, columns, notes)
        return self._writer

    def _finish(self, writer: ParquetWriter) -> None:
        writer.close()
        self._file.close()
        self._path.rename(self._path.with_suffix(FINISHED))
        self._writer = None
        for old in sorted(self._folder.glob("*" + FINISHED))[: -self._rotation.files]:
            old.unlink(missing_ok=True)

    def _give_up(self) -> None:
        self._counted("dropped", sum(kept.rows for kept in self._held))
        self._held = []
        if self._writer:
            self._writer = None
            self._file.close()
            self._path.unlink(missing_ok=True)


def _chances(answered: Answered, place: int, rows: int) -> Sequence[float | None]:
    """Return the probabilities of one class; None for each row of a model that gives none."""
    return [row[place] for row in answered.probabilities] if answered.probabilities else [None] * rows
