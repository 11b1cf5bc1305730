"""What every kind of model looks like to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = tuple[Any, ...]
    Columns = Mapping[str, Sequence[Any]]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a model said of some rows: one value for each, and probabilities in the order of the classes."""

    values: list[Any]
    probabilities: list[list[float]] | None = None

    def part(self, first: int, end: int) -> Answered:
        """Return what was said of the rows from `first` up to `end`."""
        chances = self.probabilities
        return Answered(
            values=self.values[first:end], probabilities=None if chances is None else chances[first:end]
        )


class Engine(Protocol):
    """A loaded model.

    `classes` are its labels in the order of the probabilities, empty where there are none. `steady` tells that
    the time of an answer depends on the number of rows alone, never on what they hold, and `apart` that what a row
    is answered does not depend, to the last bit, on the rows beside it or on how many there are.
    """

    @property
    def classes(self) -> tuple[Any, ...]:
        """The labels."""
        ...

    @property
    def steady(self) -> bool:
        """Whether equal numbers of rows take equal times."""
        ...

    @property
    def apart(self) -> bool:
        """Whether rows of several requests may be answered together."""
        ...

    def answer(self, columns: Columns, rows: int) -> Answered:
        """Answer `rows` rows, given column by column, as the contract names them; None where a value lacks.

        Raises:
            ModelFailed: the answer does not fit the rows. Whatever the model raises comes through as it is.
        """
        ...
