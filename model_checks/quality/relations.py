"""What people declare about a model's answers: relations between rows, and rows with a known answer."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - evaluated
from dataclasses import dataclass, field
from typing import Annotated, Literal, Union

from model_checks.signatures import Described, Fraction
from model_checks.statistics.agreement import Tolerance  # noqa: TC001 - evaluated

Value = Union[str, int, float, bool]  # noqa: UP007 - evaluated for the schema of the configuration
Expected = Literal["same", "not higher", "not lower"]
CHANGES = (
    'By column: "+10%", "-10%", "+1000", "-1000" or "*1.1" of a number, "any" for another value that the contract '
    'lists or the test table holds, "missing", or a fixed value.'
)
MEANT = "The class whose probability is meant; left out, the positive class."


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a change of a row may do to the model's answer."""

    name: Annotated[str, Described("What is claimed, in words; findings and waivers know it by this.")]
    change: Annotated[Mapping[str, Value], Described(CHANGES)]
    answer: Annotated[
        Expected, Described("What the answer to the changed row must be, beside that to the row as it is.")
    ]
    where: Annotated[
        Mapping[str, Value],
        Described('Only rows with these values: a fixed value, "missing", or ">= 18" (<, <=, >) of a number.'),
    ] = field(default_factory=dict)
    of: Annotated[Value | None, Described(MEANT)] = None
    tolerance: Annotated[Tolerance, Described("How far an answer may move against it (relative above 1).")] = 1e-6
    at_most: Annotated[Fraction, Described("The share of rows that may break it.")] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row, and what the model must say about it."""

    name: Annotated[str, Described("What is claimed, in words; findings and waivers know it by this.")]
    row: Annotated[Mapping[str, Value], Described("The features; what the contract lets lack may be left out.")]
    answer: Annotated[Value | None, Described("The label, or the number.")] = None
    at_least: Annotated[float | None, Described("The least probability, or number.")] = None
    at_most: Annotated[float | None, Described("The greatest probability, or number.")] = None
    of: Annotated[Value | None, Described(MEANT)] = None
    tolerance: Annotated[Tolerance, Described("How far a number may be off (relative above 1).")] = 1e-6
