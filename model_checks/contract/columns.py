"""What the contract says of one column, and what breaks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Union

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["string", "number", "integer", "boolean"]
KINDS: tuple[Kind, ...] = ("string", "number", "integer", "boolean")
Value = Union[str, int, float, bool, None]  # noqa: UP007 - evaluated when imported, on Python 3.10 too

INTEGER_LOW, INTEGER_HIGH = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class Fault:
    """One way in which a row breaks the contract.

    `path` is a JSON pointer into the row, `rule` the keyword that was broken. The message leaves the value
    out, because it may be personal and messages are logged.
    """

    path: str
    rule: str
    message: str
    value: object = None


@dataclass(frozen=True)
class Column:
    """One property of the contract.

    `rules` maps each keyword that limits values to its argument, made ready for judging: limits of a number
    are float, of an integer int; enum is a tuple; pattern is a `Pattern`; multipleOf is a `Multiple`.
    `null_texts` are the CSV texts that mean null.
    """

    name: str
    type: Kind
    null_allowed: bool = False
    required: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)
    null_texts: tuple[str, ...] = ("",)
    personal: bool = False
    title: str = ""
    description: str = ""

    @property
    def nullable(self) -> bool:
        """Whether a row may lack a value here: null where the type allows it, or left out altogether."""
        return self.null_allowed or not self.required

    @property
    def path(self) -> str:
        """The JSON pointer of the column in a row."""
        return pointer(self.name)

    def fault(self, rule: str, message: str, value: object) -> Fault:
        """Return the fault of `value` in this column."""
        return Fault(self.path, rule, message, value)


def pointer(name: str) -> str:
    """Return the JSON pointer of a member. Source: RFC 6901."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
