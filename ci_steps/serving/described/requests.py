"""What each protocol takes.

That lists are of one length, that a shape is the length of its data, and a contract's conditions where rows come
as columns, JSON Schema cannot say: such requests fit their schema and are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.described.parts import (
    TEXT,
    TEXT_OR_NULL,
    THING_OR_NULL,
    closed,
    list_of,
    nested_or_not,
    required_columns,
    rows,
    values_of,
)
from ci_steps.serving.tensors import TAKEN, outputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from ci_steps.serving.served import Served


def predicting(served: Served, *, most: int | None = None) -> dict[str, Any]:
    """Return the schema of the service's own protocol."""
    return closed({"rows": rows(served, most=most)}, required=("rows",))


def inference(served: Served) -> dict[str, Any]:
    """Return the schema of the Open Inference Protocol: one tensor for each column."""
    output = closed({"name": {"enum": list(outputs(served))}, "parameters": THING_OR_NULL}, required=("name",))
    needed = max(1, len(required_columns(served)))
    tensors = {
        "type": "array", "minItems": needed, "maxItems": len(served.contract.columns),
        "items": {"anyOf": [_tensor(name, served) for name in served.contract.columns]},
    }  # fmt: skip
    wanted = list_of(output, most=len(outputs(served))) | {"type": ["array", "null"]}
    properties = {"inputs": tensors, "outputs": wanted, "id": TEXT_OR_NULL, "parameters": THING_OR_NULL}
    return closed(properties, required=("inputs",))


def _tensor(name: str, served: Served) -> dict[str, Any]:
    types = TAKEN[served.contract.columns[name].type]
    rows_of = {"type": "integer", "minimum": 1, "maximum": served.max_rows}
    shape = {"type": "array", "minItems": 1, "maxItems": 2, "prefixItems": [rows_of, {"const": 1}]}
    properties = {
        "name": {"const": name}, "shape": shape, "datatype": {"enum": list(types)},
        "data": nested_or_not(name, served), "parameters": THING_OR_NULL,
    }  # fmt: skip
    return closed(properties, required=("name", "shape", "datatype", "data"))


def instances(served: Served) -> dict[str, Any]:
    """Return the schema of TensorFlow Serving's protocol: rows, or columns."""
    signature = {"signature_name": TEXT_OR_NULL}
    forms = {"instances": rows(served), "inputs": _columns(served, nested_or_not)}
    return {"oneOf": [closed({form: schema, **signature}, required=(form,)) for form, schema in forms.items()]}


def table(served: Served) -> dict[str, Any]:
    """Return the schema of MLflow's protocol: a table in one of its forms."""
    either = {"anyOf": [rows(served), _columns(served, values_of)]}
    forms = {
        "dataframe_records": rows(served), "dataframe_split": _split(served), "instances": rows(served),
        "inputs": either,
    }  # fmt: skip
    return {
        "oneOf": [
            closed({form: schema, "params": THING_OR_NULL}, required=(form,)) for form, schema in forms.items()
        ]
    }


def lines() -> dict[str, Any]:
    """Return the schema of a table as CSV."""
    return TEXT | {"description": "A header that names the columns, and a line for each row."}


def _split(served: Served) -> dict[str, Any]:
    needed, width = max(1, len(required_columns(served))), len(served.contract.columns)
    several = {"type": "array", "minItems": needed, "maxItems": width}
    names = several | {"items": {"enum": list(served.contract.columns)}, "uniqueItems": True}
    data = list_of(several, most=served.max_rows)
    index = {"type": ["array", "null"]}
    return closed({"columns": names, "data": data, "index": index}, required=("columns", "data"))


def _columns(served: Served, values: Callable[[str, Served], dict[str, Any]]) -> dict[str, Any]:
    properties = {name: values(name, served) for name in served.contract.columns}
    return closed(properties, required=required_columns(served)) | {"minProperties": 1}
