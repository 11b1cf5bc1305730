"""A request of each protocol that is answered: one typical row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from ci_steps.serving.tensors import DATATYPES

if TYPE_CHECKING:
    from ci_steps.serving.served import Served


def bodies(served: Served) -> dict[str, Any]:
    """Return an example by the name of its form; none where no typical row is known that obeys the contract."""
    row = dict(served.typical)
    if served.contract.faults(row):
        return {}
    split = {"columns": list(row), "data": [list(row.values())]}
    tensors = [_tensor(name, value, served) for name, value in row.items()]
    return {
        "rows": {"rows": [row]}, "instances": {"instances": [row]}, "split": {"dataframe_split": split},
        "tensors": {"inputs": tensors}, "lines": _lines(row, served),
    }  # fmt: skip


def _tensor(name: str, value: Any, served: Served) -> dict[str, Any]:
    datatype = DATATYPES[served.contract.columns[name].type]
    return {"name": name, "shape": [1], "datatype": datatype, "data": [value]}


def _lines(row: dict[str, Any], served: Served) -> str | None:
    """Return the row as CSV, without the texts that would mean null there; None where a row cannot do without."""
    columns = served.contract.columns
    cells = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in row.items()}
    told = {name: cell for name, cell in cells.items() if cell not in columns[name].null_texts}
    if any(columns[name].required for name in row.keys() - told):
        return None
    csv.writer(written := io.StringIO(), lineterminator="\n").writerows([list(told), list(told.values())])
    return written.getvalue()
