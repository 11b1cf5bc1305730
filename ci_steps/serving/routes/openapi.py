"""The service's description, made from the contract.

Source: OpenAPI Specification 3.1.0, whose schemas are JSON Schema 2020-12, as the contract is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.refusals import LOADING
from ci_steps.serving.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import Served, State

ROW = {"$ref": "#/components/schemas/Row"}


def openapi(state: State, _: Mapping[str, str]) -> Reply:
    """Describe every protocol; a row is what the contract says."""
    if state.served is None:
        return LOADING
    return 200, [], msgspec.json.encode(document(state.served))


def document(served: Served) -> dict[str, Any]:
    """Return the OpenAPI document of the service."""
    name = served.name
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": served.sha256[:12]},
        "paths": {
            "/predict": _posted("Predict", _rows(served), _predicted(served)),
            "/explain": _posted("Predict one row, with reasons", _rows(served, most=1), _explained()),
            f"/v2/models/{name}/infer": _posted("Predict: Open Inference Protocol", _inference(), _free()),
            f"/v2/models/{name}": _told("Inputs and outputs: Open Inference Protocol"),
            f"/v1/models/{name}:predict": _posted("Predict: TensorFlow Serving", _instances(served), _free()),
            f"/v1/models/{name}": _told("Status: TensorFlow Serving"),
            "/invocations": _posted("Predict: MLflow", _table(served), _free()),
            "/health/live": _told("Whether the process runs"),
            "/health/ready": _told("Whether the model can answer"),
        },
        "components": {"schemas": {"Row": dict(served.contract.document), "Fault": FAULT, "Refusal": REFUSAL}},
    }


FAULT = {
    "type": "object",
    "required": ["path", "rule", "message"],
    "properties": {
        "path": {"type": "string", "description": "JSON pointer into the request."},
        "rule": {"type": "string", "description": "The keyword of the contract that is broken."},
        "message": {"type": "string"},
    },
}
REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
REFUSED = {"$ref": "#/components/schemas/Refusal"}
REFUSALS = {
    "400": "the body is not JSON", "408": "the body came too slowly", "413": "too large, or too many rows",
    "415": "another media type", "422": "a row breaks the contract", "503": "not loaded yet, or too busy",
}  # fmt: skip


def _posted(summary: str, body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": _content("the answer", answer)}
    responses |= {status: _content(words, REFUSED) for status, words in REFUSALS.items()}
    request = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"post": {"summary": summary, "requestBody": request, "responses": responses}}


def _told(summary: str) -> dict[str, Any]:
    responses = {"200": _content("as it is", _free()), "503": _content("the model is not loaded yet", REFUSED)}
    return {"get": {"summary": summary, "responses": responses}}


def _content(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _free() -> dict[str, Any]:
    return {"type": "object"}


def _list_of(items: dict[str, Any], *, most: int | None = None) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items} | ({} if most is None else {"maxItems": most})


def _object(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    closed = {"type": "object", "additionalProperties": False, "properties": properties}
    return closed | ({"required": list(required)} if required else {})


def _rows(served: Served, *, most: int | None = None) -> dict[str, Any]:
    return _object({"rows": _list_of(ROW, most=most or served.max_rows)}, required=("rows",))


def _predicted(served: Served) -> dict[str, Any]:
    classes = list(served.engine.classes)
    label: dict[str, Any] = {"enum": classes} if classes else {"type": "number"}
    properties: dict[str, Any] = {
        "predictions": {"type": "array", "items": label},
        "model": _object({"name": {"const": served.name}, "sha256": {"const": served.sha256}}),
    }
    if classes:
        chance = {"type": "number", "minimum": 0, "maximum": 1}
        row = {"type": "array", "items": chance, "minItems": len(classes), "maxItems": len(classes)}
        properties |= {"probabilities": {"type": "array", "items": row}, "classes": {"const": classes}}
    return _object(properties, required=("predictions", "model"))


def _explained() -> dict[str, Any]:
    number = {"type": "number"}
    reason = {"column": {"type": "string"}, "value": {}, "typical": {}, "effect": number}
    properties: dict[str, Any] = {
        "prediction": {}, "effect_on": {"type": "string"}, "class": {}, "score": number,
        "reasons": {"type": "array", "items": _object(reason, required=tuple(reason))},
    }  # fmt: skip
    return _object(properties, required=("prediction", "effect_on", "reasons"))


def _inference() -> dict[str, Any]:
    shape = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2}
    tensor = _object(
        {
            "name": {"type": "string"}, "shape": shape, "datatype": {"type": "string"},
            "data": {"type": "array", "minItems": 1}, "parameters": {"type": "object"},
        },
        required=("name", "shape", "datatype", "data"),
    )  # fmt: skip
    output = _object({"name": {"enum": ["predictions", "probabilities"]}, "parameters": {}}, required=("name",))
    properties = {
        "inputs": _list_of(tensor), "outputs": _list_of(output), "id": {"type": "string"},
        "parameters": {"type": "object"},
    }  # fmt: skip
    return _object(properties, required=("inputs",))


def _instances(served: Served) -> dict[str, Any]:
    rows = _list_of(ROW, most=served.max_rows)
    columns = _object({name: {"type": "array", "minItems": 1} for name in served.contract.columns})
    signature = {"type": "string"}
    return {
        "oneOf": [
            _object({"instances": rows, "signature_name": signature}, required=("instances",)),
            _object({"inputs": columns, "signature_name": signature}, required=("inputs",)),
        ]
    }


def _table(served: Served) -> dict[str, Any]:
    rows, params = _list_of(ROW, most=served.max_rows), {"type": "object"}
    names = {"type": "array", "items": {"enum": list(served.contract.columns)}, "uniqueItems": True}
    data = _list_of({"type": "array"}, most=served.max_rows)
    split = _object({"columns": names, "data": data, "index": {"type": "array"}}, required=("columns", "data"))
    return {
        "oneOf": [
            _object({form: schema, "params": params}, required=(form,))
            for form, schema in (("dataframe_records", rows), ("dataframe_split", split), ("instances", rows))
        ]
    }


ROUTE = Page(path="/openapi.json", reply=openapi)
