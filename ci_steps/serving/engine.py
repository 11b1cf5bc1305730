"""What every kind of model looks like to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Columns = Mapping[str, Sequence[Any]]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a model said of some rows: one value for each, and probabilities in the order of the classes."""

    values: list[Any]
    probabilities: list[list[float]] | None = None


class Engine(Protocol):
    """A loaded model.

    `classes` are its labels in the order of the probabilities, empty where there are none. `steady` tells that
    the time of an answer depends on the number of rows alone, never on what they hold.
    """

    @property
    def classes(self) -> tuple[Any, ...]:
        """The labels."""
        ...

    @property
    def steady(self) -> bool:
        """Whether equal numbers of rows take equal times."""
        ...

    def answer(self, columns: Columns, rows: int) -> Answered:
        """Answer `rows` rows, given column by column, as the contract names them; None where a value lacks.

        Raises:
            ModelFailed: the answer does not fit the rows. Whatever the model raises comes through as it is.
        """
        ...
