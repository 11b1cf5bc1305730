"""TensorFlow Serving's REST protocol: instances or columns in, predictions or outputs out.

Source: TensorFlow Serving, RESTful API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import decoded
from ci_steps.serving.refusals import LOADING, refusal
from ci_steps.serving.routes.predict import plain
from ci_steps.serving.routing import Asked, Body, Page, Prediction
from ci_steps.serving.shapes import listed, members, optional, pointer, rows_of_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.engine import Answered
    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import Served, State

ROWS, COLUMNS = "instances", "inputs"


def decode(body: Body, served: Served) -> Asked:
    """Return the rows: `instances` holds objects, `inputs` a list of values for each column."""
    document = members(decoded(body.content), "", (ROWS, COLUMNS, "signature_name"))
    optional(document, "", {"signature_name": str})
    if (ROWS in document) == (COLUMNS in document):
        raise refusal(422, "", "oneOf", f"must have either `{ROWS}` or `{COLUMNS}`")
    if ROWS in document:
        rows = listed(document[ROWS], f"/{ROWS}", most=served.max_rows)
        return Asked(rows=rows, place=f"/{ROWS}", note=ROWS)
    columns = members(document[COLUMNS], f"/{COLUMNS}", tuple(served.contract.columns))
    if not columns:
        raise refusal(422, f"/{COLUMNS}", "minProperties", "is empty: send at least one column")
    places = {name: pointer(f"/{COLUMNS}", name) for name in columns}
    lists = {name: _flat(listed(v, places[name], most=served.max_rows)) for name, v in columns.items()}
    return Asked(rows=rows_of_columns(lists, places), place=f"/{COLUMNS}", columns_at=places, note=COLUMNS)


def _flat(values: list[Any]) -> list[Any]:
    """Return a column of shape (rows, 1) as one of shape (rows,)."""
    nested = all(isinstance(each, list) and len(each) == 1 for each in values)
    return [each[0] for each in values] if nested else values


def encode(answered: Answered, note: Any, _: Served) -> bytes:
    """Write a prediction for each instance, or one list for each output where columns came.

    With probabilities each prediction is an object of both outputs, as a signature of several outputs has it.
    """
    values, chances = answered.values, answered.probabilities
    if note == COLUMNS:
        outputs = values if chances is None else {"prediction": values, "probabilities": chances}
        return msgspec.json.encode({"outputs": outputs}, enc_hook=plain)
    told: list[Any] = values
    if chances is not None:
        told = [{"prediction": v, "probabilities": c} for v, c in zip(values, chances, strict=True)]
    return msgspec.json.encode({"predictions": told}, enc_hook=plain)


def status(state: State, names: Mapping[str, str]) -> Reply:
    """Tell whether the model can answer."""
    if state.served is None:
        return LOADING
    if names["model"] != state.served.name:
        known = f"there is no such model; the service has {state.served.name}"
        return 404, [], msgspec.json.encode({"error": known})
    version = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    return 200, [], msgspec.json.encode({"model_version_status": [version]})


ROUTES = (
    Prediction(path="/v1/models/{model}:predict", decode=decode, encode=encode),  # first: a name takes colons
    Page(path="/v1/models/{model}", reply=status),
)
