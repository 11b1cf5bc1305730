"""How a step or a provider says that only a program of its own works now, so that others may go on meanwhile."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Yielded while a program works; who goes on before `over` returns True waits for it there."""

    over: Callable[[], bool]


def finished(course: Generator[Waiting, None, T]) -> T:
    """Return what `course` returns, waiting wherever it has to."""
    while True:
        try:
            next(course)
        except StopIteration as ended:
            found: T = ended.value
            return found


def first_value(course: Generator[Waiting | T, None, None]) -> T:
    """Return the first value that `course` yields after its waits, and leave it there."""
    while isinstance(found := next(course), Waiting):
        pass
    return found


def without_waits(course: Generator[Waiting | T, None, None]) -> Iterator[T]:
    """Yield what `course` yields but for its waits, which are waited for."""
    with closing(course):
        for each in course:
            if not isinstance(each, Waiting):
                yield each


def in_a_block(opening: Callable[P, Generator[Waiting | T, None, None]]) -> Callable[P, AbstractContextManager[T]]:
    """Return the context manager of `opening`, which yields one value after its waits; it waits for that."""

    @contextmanager
    @wraps(opening)
    def opened(*given: P.args, **named: P.kwargs) -> Iterator[T]:
        yield from without_waits(opening(*given, **named))

    return opened
