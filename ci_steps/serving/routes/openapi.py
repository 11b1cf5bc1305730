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

REFUSED = {"$ref": "#/components/schemas/Refusal"}
REFUSALS = {
    "400": "the body is not JSON", "408": "the body came too slowly", "413": "too large, or too many rows",
    "415": "another media type", "422": "a row breaks the contract", "500": "the model failed on the request",
    "503": "not loaded yet, or too busy",
}  # fmt: skip
JSON, TEXT, CSV = "application/json", "text/plain", "text/csv"


def openapi(state: State, _: Mapping[str, str]) -> Reply:
    """Describe every protocol; a row is what the contract says."""
    if state.served is None:
        return LOADING
    return 200, [], msgspec.json.encode(document(state.served))


def document(served: Served) -> dict[str, Any]:
    """Return the OpenAPI document of the service."""
    from ci_steps.serving.described.answers import FAULT, REFUSAL

    return {
        "openapi": "3.1.0",
        "info": {"title": served.name, "version": served.sha256[:12]},
        "paths": _protocols(served) | _pages(served),
        "components": {"schemas": {"Row": dict(served.contract.document), "Fault": FAULT, "Refusal": REFUSAL}},
    }


def _protocols(served: Served) -> dict[str, Any]:
    from ci_steps.serving.described import answers, requests
    from ci_steps.serving.described.examples import bodies

    name, shown = served.name, bodies(served)
    sent = {
        "/predict": ("Predict", _body(requests.predicting(served), shown.get("rows"))),
        "/explain": (
            "Predict one row, with reasons", _body(requests.predicting(served, most=1), shown.get("rows")),
        ),
        f"/v2/models/{name}/infer": (
            "Predict: Open Inference Protocol", _body(requests.inference(served), shown.get("tensors")),
        ),
        f"/v1/models/{name}:predict": (
            "Predict: TensorFlow Serving", _body(requests.instances(served), shown.get("instances")),
        ),
        "/invocations": (
            "Predict: MLflow",
            _body(requests.table(served), shown.get("split")) | _body(requests.lines(), shown.get("lines"), CSV),
        ),
    }  # fmt: skip
    told = (
        answers.predicted(served), answers.explained(), answers.inferred(served), answers.of_instances(served),
        answers.of_table(served),
    )  # fmt: skip
    return {path: _posted(*each, answer) for (path, each), answer in zip(sent.items(), told, strict=True)}


def _body(schema: dict[str, Any], example: Any, media_type: str = JSON) -> dict[str, Any]:
    return {media_type: {"schema": schema} | ({} if example is None else {"example": example})}


def _pages(served: Served) -> dict[str, Any]:
    from ci_steps.serving.described.answers import READY, ready
    from ci_steps.serving.described.parts import THING, closed

    name, known = served.name, {"name": {"const": served.name}, "ready": READY}
    return {
        "/v2": _told("The server: Open Inference Protocol"),
        "/v2/health/live": _told("Whether the process runs", closed({"live": READY}, required=("live",))),
        "/v2/health/ready": _told("Whether the model can answer", closed(known, required=("ready",))),
        f"/v2/models/{name}": _told("Inputs and outputs: Open Inference Protocol"),
        f"/v2/models/{name}/ready": _told("Whether the model can answer", closed(known, required=("ready",))),
        f"/v1/models/{name}": _told("Status: TensorFlow Serving"),
        "/ping": _told("Whether the model can answer: MLflow"),
        "/health/live": _told("Whether the process runs"),
        "/health/ready": _told("Whether the model can answer", ready(served)),
        "/metrics": _told("What was counted, for Prometheus", {"type": "string"}, media_type=TEXT),
        "/openapi.json": _told("This description", THING),
    }


def _posted(summary: str, bodies: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": _content("the answer", answer)}
    responses |= {status: _content(words, REFUSED) for status, words in REFUSALS.items()}
    request = {"required": True, "content": bodies}
    return {"post": {"summary": summary, "requestBody": request, "responses": responses}}


def _told(summary: str, schema: dict[str, Any] | None = None, *, media_type: str = JSON) -> dict[str, Any]:
    told = _content("as it is", schema or {"type": "object"}, media_type=media_type)
    return {
        "get": {
            "summary": summary,
            "responses": {"200": told, "503": _content("the model is not loaded", REFUSED)},
        }
    }


def _content(words: str, schema: dict[str, Any], *, media_type: str = JSON) -> dict[str, Any]:
    return {"description": words, "content": {media_type: {"schema": schema}}}


ROUTE = Page(path="/openapi.json", reply=openapi)
