"""The protocols by which a service takes rows, and where each tells a fault of a row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model_checks.contract.dialect import Contract

    Row = dict[str, Any]

DATATYPES = {"string": "BYTES", "number": "FP64", "integer": "INT64", "boolean": "BOOL"}


class Wire(Protocol):
    """A protocol at a path; `member` names what holds the rows in a body."""

    @property
    def path(self) -> str:
        """Where requests go."""
        ...

    @property
    def member(self) -> str:
        """The member of the body that holds the rows."""
        ...

    def body(self, rows: Sequence[Row]) -> bytes:
        """Return the request's body for `rows`."""
        ...

    def place(self, row: Row, index: int, path: str) -> str:
        """Return the JSON pointer, in the body, of what `path` points at in `row`, which is the one at `index`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsWire:
    """A protocol that takes rows as objects."""

    path: str
    member: str

    def body(self, rows: Sequence[Row]) -> bytes:
        """Return the request's body for `rows`."""
        return json.dumps({self.member: list(rows)}).encode()

    def place(self, row: Row, index: int, path: str) -> str:  # noqa: ARG002 - other protocols look at the row
        """Return the place of a fault."""
        return f"/{self.member}/{index}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorWire:
    """A protocol that takes one tensor for each column; all rows have the columns of the first.

    Source: Open Inference Protocol, version 2, REST.
    """

    path: str
    datatypes: Mapping[str, str]
    member: str = "inputs"

    def body(self, rows: Sequence[Row]) -> bytes:
        """Return the request's body for `rows`."""
        tensors = [
            {
                "name": name, "shape": [len(rows)], "datatype": self.datatypes.get(name, "BYTES"),
                "data": [row[name] for row in rows],
            }
            for name in (rows[0] if rows else ())
        ]  # fmt: skip
        return json.dumps({self.member: tensors}).encode()

    def place(self, row: Row, index: int, path: str) -> str:
        """Return the place of a fault."""
        name = path[1:].replace("~1", "/").replace("~0", "~")
        if not path or name not in row:
            return f"/{self.member}{path}"
        tensor = f"/{self.member}/{list(row).index(name)}"
        return f"{tensor}/data/{index}" if name in self.datatypes else f"{tensor}/name"


OWN = RowsWire(path="/predict", member="rows")


def other_wires(contract: Contract, model: str | None) -> list[Wire]:
    """Return the further protocols that a service of the kit speaks; those by `model` where its name is known."""
    found: list[Wire] = [RowsWire(path="/invocations", member="dataframe_records")]
    if model is not None:
        name = quote(model, safe="")
        datatypes = {n: DATATYPES[column.type] for n, column in contract.columns.items()}
        found += [
            TensorWire(path=f"/v2/models/{name}/infer", datatypes=datatypes),
            RowsWire(path=f"/v1/models/{name}:predict", member="instances"),
        ]
    return found
