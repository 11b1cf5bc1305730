"""What each protocol answers, and how a refusal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.described.parts import TEXT, THING, closed

if TYPE_CHECKING:
    from ci_steps.serving.served import Served

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
        "request": {"type": "string", "description": "By which a failure is found in the service's log."},
    },
}
NUMBER, READY = {"type": "number"}, {"const": True}


def predicted(served: Served) -> dict[str, Any]:
    """Return the schema of the service's own answer."""
    properties: dict[str, Any] = {"predictions": _labels(served), "model": _model(served)}
    if served.engine.classes:
        classes = {"const": list(served.engine.classes)}
        properties |= {"probabilities": {"type": "array", "items": _chances(served)}, "classes": classes}
    return closed(properties, required=("predictions", "model"))


def explained() -> dict[str, Any]:
    """Return the schema of an answer with its reasons."""
    reason = {"column": TEXT, "value": {}, "typical": {}, "effect": NUMBER}
    properties: dict[str, Any] = {
        "prediction": {}, "effect_on": TEXT, "class": {}, "score": NUMBER,
        "reasons": {"type": "array", "items": closed(reason, required=tuple(reason))},
    }  # fmt: skip
    return closed(properties, required=("prediction", "effect_on", "reasons"))


def inferred(served: Served) -> dict[str, Any]:
    """Return the schema of an answer of the Open Inference Protocol."""
    sizes = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 2}
    tensor = {"name": TEXT, "shape": sizes, "datatype": TEXT, "data": {"type": "array"}, "parameters": THING}
    outputs = {"type": "array", "items": closed(tensor, required=("name", "shape", "datatype", "data"))}
    properties = {"model_name": {"const": served.name}, "outputs": outputs, "id": TEXT}
    return closed(properties, required=("model_name", "outputs"))


def of_instances(served: Served) -> dict[str, Any]:
    """Return the schema of an answer of TensorFlow Serving: to rows, or to columns."""
    labels, chances = _labels(served), {"type": "array", "items": _chances(served)}
    both = closed({"prediction": _label(served), "probabilities": _chances(served)}, required=("prediction",))
    columns = closed({"prediction": labels, "probabilities": chances}, required=("prediction",))
    predictions = {"anyOf": [labels, {"type": "array", "items": both}]}
    return {
        "oneOf": [
            closed({"predictions": predictions}, required=("predictions",)),
            closed({"outputs": {"anyOf": [labels, columns]}}, required=("outputs",)),
        ]
    }


def of_table(served: Served) -> dict[str, Any]:
    """Return the schema of an answer of MLflow's protocol."""
    return closed({"predictions": _labels(served)}, required=("predictions",))


def ready(served: Served) -> dict[str, Any]:
    """Return the schema of /health/ready."""
    return closed({"status": {"const": "ready"}, "model": _model(served)}, required=("status", "model"))


def _model(served: Served) -> dict[str, Any]:
    about = {"name": {"const": served.name}, "sha256": {"const": served.sha256}}
    return closed(about, required=("name", "sha256"))


def _label(served: Served) -> dict[str, Any]:
    return {"enum": list(served.engine.classes)} if served.engine.classes else NUMBER


def _labels(served: Served) -> dict[str, Any]:
    return {"type": "array", "items": _label(served)}


def _chances(served: Served) -> dict[str, Any]:
    count = len(served.engine.classes)
    return {"type": "array", "items": NUMBER | {"minimum": 0, "maximum": 1}, "minItems": count, "maxItems": count}
