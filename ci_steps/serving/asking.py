"""Puts questions to the model: here, in the model's thread, or several in one run, whichever takes least.

A run of the model costs the same for one row as for a few, before it looks at any. Requests that are ready in one
turn of the event loop would be answered one after the other anyway: in one run all are answered sooner, and none
waits for one that is still to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from concurrent.futures import Executor

    from ci_steps.serving.answering import Answering, Question
    from ci_steps.serving.routing import Body, Prediction

SMALL = 16_384  # bytes: reading and judging so little takes a few milliseconds at most, so it needs no thread


class Asking:
    """Asks the model of one worker, never twice at once: models are not promised to be thread-safe."""

    def __init__(self, answering: Answering, loop: asyncio.AbstractEventLoop, thread: Executor) -> None:
        """Begin with nothing to ask; `thread` has one thread."""
        self.answering = answering
        self._loop, self._thread = loop, thread
        self._threaded = self._rows = 0
        self._turn: list[tuple[Question, asyncio.Future[bytes]]] = []  # what is asked at the end of this turn

    async def reply(self, body: Body, route: Prediction, *, alone: bool) -> bytes:
        """Return the answer to `body`; `alone` tells that no other request is under way.

        Raises:
            Refused: the request is at fault.
            ModelFailed: the model failed on it.
        """
        answering = self.answering
        if len(body.content) > SMALL:
            return await self._in_thread(answering.reply, body, route)
        question = answering.read(body, route)
        # While the thread is at work the model must not be asked here too.
        if self._threaded or not answering.is_quick(len(question.rows)):
            return await self._in_thread(answering.answer, question)
        if alone or not answering.may_join(question):
            return answering.answer(question)
        return await self._joined(question)

    async def _in_thread(self, asked: Callable[..., bytes], *arguments: Any) -> bytes:
        self._ask_turn()
        self._threaded += 1
        try:
            return await self._loop.run_in_executor(self._thread, asked, *arguments)
        finally:
            self._threaded -= 1

    def _joined(self, question: Question) -> asyncio.Future[bytes]:
        """Return the answer to come of a question that is asked at the end of this turn."""
        if not self.answering.is_quick(self._rows + len(question.rows)):
            self._ask_turn()
        if not self._turn:
            self._loop.call_soon(self._ask_turn)
        answer: asyncio.Future[bytes] = self._loop.create_future()
        self._turn.append((question, answer))
        self._rows += len(question.rows)
        return answer

    def _ask_turn(self) -> None:
        # A request that was given up meanwhile needs no answer.
        turn = [(question, answer) for question, answer in self._turn if not answer.done()]
        self._turn, self._rows = [], 0
        if not turn:
            return
        try:
            contents = self.answering.answer_all([question for question, _ in turn])
        except Exception:  # noqa: BLE001 - whatever it was: only those fail that fail alone, and nobody waits for ever
            for question, answer in turn:
                self._ask_one(question, answer)
            return
        for (_, answer), content in zip(turn, contents, strict=True):
            answer.set_result(content)

    def _ask_one(self, question: Question, answer: asyncio.Future[bytes]) -> None:
        try:
            answer.set_result(self.answering.answer(question))
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            answer.set_exception(error)
