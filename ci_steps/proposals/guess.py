"""One thing that was looked for: what was found, why it is believed, and what is left to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A setting's value, or None where there is nothing to go by; then `question` asks for it.

    `why` says what the value was guessed from. A value with a question beside it stands until it is answered.
    """

    value: str | None = None
    why: str = ""
    question: str = ""


def answered_or(answers: Mapping[str, str], key: str, guess: Callable[[], Guess]) -> Guess:
    """Return the user's own answer to `key`, else make the guess."""
    if key in answers:
        return Guess(value=answers[key], why="answered")
    return guess()


def one_of(what: str, candidates: list[str], why: str) -> Guess:
    """Return the only candidate, else a question with all of them (`what` reads: which file ...)."""
    if len(candidates) == 1:
        return Guess(value=candidates[0], why=why)
    shown = ", ".join(candidates[:12]) + (", ..." if len(candidates) > 12 else "")  # noqa: PLR2004 - one line
    return Guess(question=f"{what}? found: {shown}" if candidates else f"{what}? none was found")
