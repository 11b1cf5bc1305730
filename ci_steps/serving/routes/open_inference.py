"""The Open Inference Protocol: one tensor for each column in, predictions and probabilities out.

Source: Open Inference Protocol, version 2, REST (kserve/open-inference-protocol).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import decoded
from ci_steps.serving.refusals import LOADING, refusal
from ci_steps.serving.routes.predict import plain
from ci_steps.serving.routing import Asked, Body, Page, Prediction
from ci_steps.serving.shapes import listed, members, optional, pointer, rows_of_columns
from ci_steps.serving.tensors import DATATYPES, PREDICTIONS, PROBABILITIES, TAKEN, outputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci_steps.serving.engine import Answered
    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import Served, State


def decode(body: Body, served: Served) -> Asked:
    """Return the rows that stand in the request's tensors; each is a column, named as the contract names it."""
    document = members(
        decoded(body.content), "", ("inputs", "outputs", "id", "parameters"), required=("inputs",)
    )  # fmt: skip
    optional(document, "", {"id": str, "parameters": dict})
    columns: dict[str, list[Any]] = {}
    places: dict[str, str] = {}
    # One more than there are columns has a name that is unknown or there twice, which is told by its place.
    for index, tensor in enumerate(listed(document["inputs"], "/inputs")):
        place = f"/inputs/{index}"
        name, values = _tensor(tensor, place, served)
        if name in columns:
            raise refusal(422, f"{place}/name", "uniqueItems", "two inputs have one name")
        columns[name], places[name] = values, f"{place}/data"
    note = (document.get("id"), _wanted(document.get("outputs"), served))
    return Asked(rows=rows_of_columns(columns, places), place="/inputs", columns_at=places, note=note)


def _tensor(tensor: Any, place: str, served: Served) -> tuple[str, list[Any]]:
    known = ("name", "shape", "datatype", "data", "parameters")
    found = members(tensor, place, known, required=known[:4])
    optional(found, place, {"parameters": dict})
    column = served.contract.columns.get(found["name"]) if isinstance(found["name"], str) else None
    if column is None:
        words = f"is no column of the contract, which has {', '.join(served.contract.columns)}"
        raise refusal(422, f"{place}/name", "enum", words[:300])
    if found["datatype"] not in TAKEN[column.type]:
        words = f"must be {' or '.join(TAKEN[column.type])} for column {column.name}"
        raise refusal(422, f"{place}/datatype", "enum", words)
    rows = _rows(found["shape"], f"{place}/shape")
    values = listed(found["data"], f"{place}/data", most=served.max_rows)
    if all(isinstance(each, list) and len(each) == 1 for each in values):
        values = [each[0] for each in values]
    if len(values) != rows:
        words = f"has {len(values)} values, and the shape says {rows}"
        raise refusal(422, f"{place}/data", "maxItems" if len(values) > rows else "minItems", words)
    return column.name, values


def _rows(shape: Any, place: str) -> int:
    sizes = shape if isinstance(shape, list) else []
    # 2.0 is a whole number to JSON, and true is none.
    whole = all(type(each) in {int, float} and each % 1 == 0 for each in sizes)
    if not sizes or not whole or sizes[1:] not in ([], [1]):
        raise refusal(422, place, "type", "must be [rows] or [rows, 1]: a column has one value in each row")
    return int(sizes[0])


def _wanted(asked: Any, served: Served) -> tuple[str, ...]:
    """Return the names of the outputs that are asked for; all where the request names none."""
    there = outputs(served)
    if asked is None:
        return tuple(there)
    wanted: list[str] = []
    for index, output in enumerate(listed(asked, "/outputs")):
        place = f"/outputs/{index}"
        found = members(output, place, ("name", "parameters"), required=("name",))
        optional(found, place, {"parameters": dict})
        name = found["name"]
        if name not in there:
            raise refusal(422, pointer(place, "name"), "enum", f"must be {' or '.join(there)}")
        if name in wanted:
            raise refusal(422, pointer(place, "name"), "uniqueItems", "two outputs have one name")
        wanted.append(name)
    return tuple(wanted)


def encode(answered: Answered, note: Any, served: Served) -> bytes:
    """Write one tensor for each output that is asked for; probabilities follow the order of the classes."""
    identity, wanted = note
    rows = len(answered.values)
    tensors = {PREDICTIONS: _written(PREDICTIONS, [rows], _datatype(answered.values), answered.values)}
    if answered.probabilities is not None:
        flat = [chance for row in answered.probabilities for chance in row]
        shape = [rows, len(served.engine.classes)]
        tensors[PROBABILITIES] = _written(PROBABILITIES, shape, "FP64", flat) | {
            "parameters": {"classes": served.engine.classes}
        }
    reply = {"model_name": served.name, "outputs": [tensors[name] for name in wanted if name in tensors]}
    return msgspec.json.encode(reply | ({} if identity is None else {"id": identity}), enc_hook=plain)


def _written(name: str, shape: list[int], datatype: str, data: list[Any]) -> dict[str, Any]:
    return {"name": name, "shape": shape, "datatype": datatype, "data": data}


def _datatype(values: Sequence[Any]) -> str:
    for datatype, kind in (("BOOL", bool), ("INT64", int), ("FP64", (int, float))):
        if all(isinstance(each, kind) for each in values):
            return datatype
    return "BYTES"


def server(_: State, __: Mapping[str, str]) -> Reply:
    """Tell what serves."""
    return 200, [], msgspec.json.encode({"name": "iddr", "version": "1", "extensions": []})


def live(_: State, __: Mapping[str, str]) -> Reply:
    """Say that the process runs."""
    return 200, [], b'{"live":true}'


def ready(state: State, names: Mapping[str, str]) -> Reply:
    """Say whether the model can answer."""
    if state.served is None:
        return LOADING
    if names.get("model", state.served.name) != state.served.name:
        return _unknown(state.served)
    return 200, [], msgspec.json.encode({"name": state.served.name, "ready": True})


def model(state: State, names: Mapping[str, str]) -> Reply:
    """Tell the model's inputs and outputs."""
    served = state.served
    if served is None:
        return LOADING
    if names["model"] != served.name:
        return _unknown(served)
    inputs = [
        {"name": name, "datatype": DATATYPES[column.type], "shape": [-1, 1]}
        for name, column in served.contract.columns.items()
    ]
    classes = len(served.engine.classes)
    kinds = {PREDICTIONS: (_datatype(served.engine.classes) if classes else "FP64", [-1])}
    kinds[PROBABILITIES] = ("FP64", [-1, classes])
    told = [{"name": name, "datatype": kinds[name][0], "shape": kinds[name][1]} for name in outputs(served)]
    about = {"name": served.name, "versions": [served.sha256[:12]], "platform": "iddr"}
    return 200, [], msgspec.json.encode(about | {"inputs": inputs, "outputs": told}, enc_hook=plain)


def _unknown(served: Served) -> Reply:
    return 404, [], msgspec.json.encode({"error": f"there is no such model; the service has {served.name}"})


ROUTES = (
    Page(path="/v2", reply=server),
    Page(path="/v2/health/live", reply=live),
    Page(path="/v2/health/ready", reply=ready),
    Page(path="/v2/models/{model}", reply=model),
    Page(path="/v2/models/{model}/ready", reply=ready),
    Prediction(path="/v2/models/{model}/infer", decode=decode, encode=encode),
)
