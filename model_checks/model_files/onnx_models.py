"""Judges ONNX models: graphs of named operators that run nothing of their own.

Source: onnx.proto, messages ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, FunctionProto.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from model_checks.model_files.allowed_names import words
from model_checks.model_files.inspection import Inspection, Unreadable, printable
from model_checks.model_files.pickles import read_as_pickle_too
from model_checks.model_files.protobuf import BYTES, VARINT, fields, varint

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data

# Message by message: the numbers of the fields that hold a further message.
NESTED = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}
KNOWN_FIELDS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26))
GRAPH, OPERATOR_SETS = 7, 8
OPERATOR, ATTRIBUTE, WHOLE, TEXTS = 4, 5, 8, 9
DEEPEST = 100
DOMAIN = {"node": 7, "function": 10}
DOMAINS = words(
    "ai.onnx ai.onnx.ml ai.onnx.training ai.onnx.preview.training com.microsoft com.microsoft.nchwc"
) | {""}


def inspect_onnx(data: Data, place: str, inspection: Inspection) -> str:
    """Judge a model; return "onnx".

    Raises:
        Unreadable: it is no ONNX model.
    """
    read_as_pickle_too(data, place, inspection)
    seen = {number for number, _, _, _ in fields(data, 0, len(data))}
    if not {GRAPH, OPERATOR_SETS} <= seen <= KNOWN_FIELDS:
        raise Unreadable("unknown format", "it has the beginning of an ONNX model and not its fields")
    _inspect_message(data, place, inspection, ("model", 0, len(data)), _function_domains(data))
    return "onnx"


def _function_domains(data: Data) -> frozenset[str]:
    functions = [(begin, end) for number, _, begin, end in fields(data, 0, len(data)) if number == 25]  # noqa: PLR2004 - functions
    return frozenset(_text(data, begin, end, DOMAIN["function"]) for begin, end in functions) | DOMAINS


def _inspect_message(
    data: Data, place: str, inspection: Inspection, message: tuple[str, int, int], domains: frozenset[str]
) -> None:
    waiting = [(*message, 0)]
    while waiting:
        kind, begin, end, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable("a graph that is too deep", f"graphs are nested more than {DEEPEST} deep")
        if kind == "entry":
            _judge_external(_text(data, begin, end, 1), _text(data, begin, end, 2), place, inspection)
        if kind == "node":
            _keep_classes(data, begin, end, inspection)
            _judge_domain(_text(data, begin, end, DOMAIN["node"]), place, inspection, domains)
        nested = NESTED.get(kind, {})
        if nested:
            waiting.extend(
                (nested[number], first, last, depth + 1)
                for number, wire, first, last in fields(data, begin, end)
                if number in nested and wire == BYTES
            )


def _keep_classes(data: Data, begin: int, end: int, inspection: Inspection) -> None:
    """Keep the labels by which ZipMap, skl2onnx's last node, names probabilities, in their order."""
    if _text(data, begin, end, OPERATOR) != "ZipMap":
        return
    for number, wire, first, last in fields(data, begin, end):
        if (number, wire) == (ATTRIBUTE, BYTES):
            held = list(fields(data, first, last))
            texts = [str(data[b:e], "utf-8", "replace") for n, w, b, e in held if (n, w) == (TEXTS, BYTES)]
            whole = [value for n, w, value, _ in held if (n, w) == (WHOLE, VARINT)]
            packed = [_varints(data, b, e) for n, w, b, e in held if (n, w) == (WHOLE, BYTES)]
            if labels := texts or whole or [value for values in packed for value in values]:
                inspection.inside["classes"] = json.dumps(labels)


def _varints(data: Data, begin: int, end: int) -> list[int]:
    """Return packed whole numbers."""
    found = []
    while begin < end:
        value, begin = varint(data, begin, end)
        found.append(value)
    return found


def _text(data: Data, begin: int, end: int, wanted: int) -> str:
    found = fields(data, begin, end)
    texts = [data[b:e] for number, wire, b, e in found if (number, wire) == (wanted, BYTES)]
    return texts[-1].decode("utf-8", "replace") if texts else ""


def _judge_domain(domain: str, place: str, inspection: Inspection, domains: frozenset[str]) -> None:
    if domain not in domains:
        what = f"operators of {printable(domain)}"
        inspection.threat(what, place, "they are not ONNX's own: the code behind them comes from elsewhere")


def _judge_external(key: str, value: str, place: str, inspection: Inspection) -> None:
    if key != "location":
        return
    parts = value.replace("\\", "/").split("/")
    escapes = parts[0] in {"", "~"} or ":" in value or ".." in parts
    where = "outside the model's folder" if escapes else "in another file, which was not scanned"
    inspection.threat(f"weights in {printable(value)}", place, f"weights are read from {where}")
