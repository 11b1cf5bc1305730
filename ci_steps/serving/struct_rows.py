"""Reads the rows of a body with the contract compiled to a msgspec decoder: it accepts, or says nothing.

Judging in Python lists every fault, and takes longer. So a body is first read by this decoder, which
accepts only what that judgement finds no fault in; whatever it is not sure of is read and judged again, slowly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import quotes
from ci_steps.serving.struct_fields import NeverHeld, field_of
from model_checks.contract.conditions import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.serving.engine import Row
    from ci_steps.serving.struct_fields import FieldOf
    from model_checks.contract.dialect import Column, Contract

UNSET = msgspec.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class StructRows:
    """A decoder of `{"<envelope>": [{...}, ...]}`.

    `certain` counts the strings that every row has, `open` are the places of columns that may lack a value, and
    `asked` those whose rules msgspec does not hold.
    """

    contract: Contract
    decoder: Any
    names: tuple[str, ...]
    certain: int
    open: tuple[tuple[int, Column], ...]
    asked: tuple[tuple[int, FieldOf], ...]

    @classmethod
    def of(cls, contract: Contract, envelope: str) -> StructRows | None:
        """Compile `contract`, or return None where no decoder can be made of it."""
        try:
            fields = tuple(field_of(column) for column in contract.columns.values())
            decoder = _decoder(fields, envelope)
        # Names that must be escaped in JSON, among others: msgspec has no type for them.
        except (NeverHeld, ValueError, TypeError):
            return None
        keys = [each.column.required for each in fields]
        texts = [each.column.type == "string" and not each.column.nullable for each in fields]
        return cls(
            contract=contract,
            decoder=decoder,
            names=tuple(contract.columns),
            certain=sum(keys) + sum(texts),
            open=tuple((i, each.column) for i, each in enumerate(fields) if each.column.nullable),
            asked=tuple((i, each) for i, each in enumerate(fields) if each.rules),
        )

    def read(self, body: bytes, *, most: int) -> list[Row] | None:
        """Return the rows, each in the contract's order; None where the body must be judged with care."""
        try:
            rows = list(map(msgspec.structs.astuple, self.decoder.decode(body).rows))
        except (ValueError, RecursionError):
            return None
        if not 0 < len(rows) <= most:
            return None
        # msgspec keeps the last of two equal keys in silence: then the text has more strings than the rows.
        strings = 1 + self.certain * len(rows)
        if self.open or self.asked:
            values = list(zip(*rows, strict=True))
            strings += sum(_strings(column, values[i]) for i, column in self.open)
            if not all(each.keeps(values[i]) for i, each in self.asked):
                return None
        if quotes(body) != 2 * strings:
            return None
        if self.contract.conditions and not self._conditions_hold(rows):
            return None
        return [tuple(None if v is UNSET else v for v in row) for row in rows] if self.open else rows

    def _conditions_hold(self, rows: Sequence[Row]) -> bool:
        return all(
            holds(condition.node, row)
            for each in rows
            for row in [{name: value for name, value in zip(self.names, each, strict=True) if value is not UNSET}]
            for condition in self.contract.conditions
        )


def _strings(column: Column, values: Sequence[Any]) -> int:
    """Return how many strings of the column's keys and values are not certain."""
    keys = 0 if column.required else len(values) - values.count(UNSET)
    return keys + (sum(isinstance(value, str) for value in values) if column.type == "string" else 0)


def _decoder(fields: Sequence[FieldOf], envelope: str) -> Any:
    names = {f"f{i}": each.column.name for i, each in enumerate(fields)}
    members = [
        (f"f{i}", each.type) if each.column.required else (f"f{i}", each.type, msgspec.field(default=UNSET))
        for i, each in enumerate(fields)
    ]
    row = msgspec.defstruct("Row", members, rename=names, forbid_unknown_fields=True, kw_only=True, gc=False)
    body = msgspec.defstruct("Rows", [("rows", list[row])], rename={"rows": envelope}, forbid_unknown_fields=True)  # type: ignore[valid-type]
    return msgspec.json.Decoder(body)
