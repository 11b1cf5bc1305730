"""Answers one request's body: decode, judge by the contract, predict, encode, count."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.judging import judge
from ci_steps.serving.refusals import ModelFailed, Refused
from ci_steps.serving.struct_rows import StructRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.serving.engine import Answered, Columns, Row
    from ci_steps.serving.metrics.rows import RowCounts
    from ci_steps.serving.request_log.log import RequestLog
    from ci_steps.serving.routing import Body, Prediction, Route
    from ci_steps.serving.served import Served

QUICK = 0.002  # seconds for which health and other requests may wait while an answer is made on the event loop
FORGOTTEN = 0.9  # how much of the longest time for a row remains after each further answer


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that obey the contract, in its order, and what the protocol must know to answer them."""

    route: Prediction
    rows: Sequence[Row]
    note: Any = None


@dataclass(slots=True, kw_only=True)
class Answering:
    """A model behind its contract; `readers` has the compiled contract for each path that can use it.

    `pace` is the longest time that a row has lately taken, None before the first answer: seconds of this thread's
    processor, since a busy machine makes no model slow.
    """

    served: Served
    readers: dict[str, StructRows | None]
    counts: RowCounts | None = None
    log: RequestLog | None = None
    pace: float | None = field(default=None, init=False)

    @classmethod
    def of(
        cls,
        served: Served,
        routes: Sequence[Route],
        counts: RowCounts | None = None,
        log: RequestLog | None = None,
    ) -> Answering:
        """Compile the contract for those of `routes` whose bodies may be nothing but rows."""
        envelopes = {each.path: getattr(each, "envelope", "") for each in routes}
        compiled = {name: StructRows.of(served.contract, name) for name in set(envelopes.values()) - {""}}
        readers = {path: compiled.get(envelope) for path, envelope in envelopes.items()}
        return cls(served=served, readers=readers, counts=counts, log=log)

    def reply(self, body: Body, route: Prediction) -> bytes:
        """Return the answer to `body`, as the protocol at `route` writes it; raises as `read` and `answer` do."""
        return self.answer(self.read(body, route))

    def read(self, body: Body, route: Prediction) -> Question:
        """Return the rows of `body`.

        Raises:
            Refused: the request is at fault.
        """
        reader = self.readers.get(route.path)
        quick = reader.read(body.content, most=self.served.max_rows) if reader else None
        if quick:
            return Question(route=route, rows=quick)
        try:
            asked = route.decode(body, self.served)
            judge(asked, self.served.contract)
        except Refused as refused:
            if self.counts:
                self.counts.refused(refused.faults)
            raise
        columns: Columns = {n: [row.get(n) for row in asked.rows] for n in self.served.contract.columns}
        if route.widen:
            columns = route.widen(columns, self.served)
        return Question(route=route, rows=list(zip(*columns.values(), strict=True)), note=asked.note)

    def answer(self, question: Question) -> bytes:
        """Return the model's answer.

        Raises:
            ModelFailed: it failed.
        """
        return self.answer_all([question])[0]

    def answer_all(self, questions: Sequence[Question]) -> list[bytes]:
        """Return the model's answer to each question, from one run; several only where `may_join` allows each.

        Raises:
            ModelFailed: it failed, on one of them at least.
        """
        started = time.thread_time()
        rows = questions[0].rows if len(questions) == 1 else [row for each in questions for row in each.rows]
        columns = self._columns(rows)
        try:
            answered = self.served.engine.answer(columns, len(rows))
            parts = _parts(questions, answered)
            told = [q.route.encode(part, q.note, self.served) for q, part in zip(questions, parts, strict=True)]
        except ModelFailed:
            raise
        # A model may raise anything, also SystemExit, which would end the server.
        except BaseException as error:
            raise ModelFailed(f"{type(error).__name__}: {error}") from error
        self.pace = max((time.thread_time() - started) / len(rows), FORGOTTEN * (self.pace or 0.0))
        if self.counts and not questions[0].route.widen:  # rows of our own making say nothing of the world
            self.counts.answered(columns, len(rows), answered)
        if self.log:
            for question, part in zip(questions, parts, strict=True):
                self.log.offer(self._columns(question.rows), len(question.rows), part)
        return told

    def _columns(self, rows: Sequence[Row]) -> Columns:
        return dict(zip(self.served.contract.columns, zip(*rows, strict=True), strict=True))

    def is_quick(self, rows: int) -> bool:
        """Tell whether an answer to so many rows surely takes less than `QUICK` seconds.

        Handing rows to the model's thread and back takes as long as a small model takes for a row. Only the number
        of rows can tell beforehand, and only where the time depends on nothing else: code of Python's may
        do anything, and health must be answered meanwhile.
        """
        return self.served.engine.steady and self.pace is not None and self.pace * rows < QUICK

    def may_join(self, question: Question) -> bool:
        """Tell whether others may be answered in one run with it: no answer may depend on who else asks."""
        return self.served.engine.apart and not question.route.widen


def _parts(questions: Sequence[Question], answered: Answered) -> list[Answered]:
    """Return what was answered to each question."""
    if len(questions) == 1:
        return [answered]
    counts = [len(each.rows) for each in questions]
    return [answered.part(end - rows, end) for rows, end in zip(counts, accumulate(counts), strict=True)]
