"""One question and its answer at a time, over two pipes, to a process that may die, hang or lie."""

from __future__ import annotations

import json
import os
import select
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.model_host.child import LENGTHS
from ci_steps.model_host.running import HostLost
from ci_steps.waiting import Waiting, finished
from model_checks.findings import ModelRaised

if TYPE_CHECKING:
    from collections.abc import Generator

    from ci_steps.model_host.running import Running

HEADER_BYTES = 16 << 20
CHUNK_BYTES = 1 << 20


@dataclass(slots=True, kw_only=True)
class Channel:
    """The host's ends: `requests` is written, `answers` read, both without blocking.

    `lost` keeps why the other side is gone: every later question gets the same answer.
    """

    running: Running
    requests: int
    answers: int
    seconds: float
    lost: HostLost | None = None

    def ask(self, header: dict[str, Any], payload: bytes, *, at_most: int) -> tuple[dict[str, Any], memoryview]:
        """Send a question and return its answer, of `at_most` bytes beside its header.

        Raises:
            ModelRaised: the model raised on it.
            HostLost: no answer came in time, the process is gone, or it answered what it may not.
        """
        return finished(self.asking(header, payload, at_most=at_most))

    def asking(
        self, header: dict[str, Any], payload: bytes, *, at_most: int
    ) -> Generator[Waiting, None, tuple[dict[str, Any], memoryview]]:
        """Do as `ask` does, and yield once the question is sent."""
        if self.lost is not None:
            raise self.lost
        try:
            return (yield from self._exchange(header, payload, at_most))
        except ModelRaised as error:
            if error.kind in {"MemoryError", "_ArrayMemoryError"}:
                text = f"needed more than {self.running.limits.memory_megabytes} MB of memory ({error.detail})"
                raise HostLost(text, why="out of memory") from None
            raise
        except HostLost as lost:
            self.lost = lost
            self.running.close()
            raise
        except BaseException:  # an answer may be on its way that belongs to no question
            self.lost = HostLost("a request was interrupted", why="killed")
            self.running.close()
            raise

    def _exchange(
        self, header: dict[str, Any], payload: bytes, at_most: int
    ) -> Generator[Waiting, None, tuple[dict[str, Any], memoryview]]:
        until = time.monotonic() + self.seconds
        text = json.dumps(header).encode()
        self._send(memoryview(LENGTHS.pack(len(text), len(payload)) + text + payload), until)
        yield Waiting(over=self._is_answered)
        told, follows = LENGTHS.unpack(self._receive(LENGTHS.size, until))
        if told > HEADER_BYTES or follows > at_most:
            raise HostLost("the model's process answered with more than was asked for", why="killed")
        answer, data = bytes(self._receive(told, until)), self._receive(follows, until)
        try:
            heard = json.loads(answer)
            raised = heard.get("raised")
            raised = raised and ModelRaised(str(raised["type"]), str(raised["message"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise HostLost("the model's process answered what is no answer", why="killed") from None
        if raised:
            raise raised
        return heard, memoryview(data)

    def _is_answered(self) -> bool:
        self.running.poll()
        return bool(select.select([self.answers], [], [], 0.0)[0])

    def _send(self, data: memoryview, until: float) -> None:
        while data:
            self._await(until, write=True)
            try:
                data = data[os.write(self.requests, data[:CHUNK_BYTES]) :]
            except BrokenPipeError:
                raise self._loss() from None

    def _receive(self, size: int, until: float) -> bytearray:
        data = bytearray()
        while len(data) < size:
            self._await(until, write=False)
            chunk = os.read(self.answers, min(size - len(data), CHUNK_BYTES))
            if not chunk:
                raise self._loss()
            data += chunk
        return data

    def _await(self, until: float, *, write: bool) -> None:
        reading, writing = ([], [self.requests]) if write else ([self.answers], [])
        while not any(select.select(reading, writing, [], min(0.5, max(until - time.monotonic(), 0.0)))):
            self.running.poll()  # hears the keeper, so that its reports never pile up
            if time.monotonic() >= until:
                raise HostLost(f"no answer within {self.seconds:g} s, the time limit", why="time-out")

    def _loss(self) -> HostLost:
        try:
            ended = self.running.ended()
        except HostLost as lost:
            return lost
        return HostLost(f"the model's process ended by itself: {ended.reason or 'exit code 0'}", why="killed")
