"""ONNX graphs put together by hand: columns side by side, one graph after another, outputs in their order."""

import re
from typing import Any

from iddr_converter import trees
from iddr_converter.apart import note_apart
from iddr_converter.gathered import gather

OPERATOR_SETS = {"": 18, "ai.onnx.ml": 3}
FILE_VERSION = 9
JOINED = "iddr_columns"
FEATURES = "iddr_features"


def from_columns(graph: Any, columns: list[list[str]], tensor: type) -> Any:
    """Return `graph`, whose one input holds all columns, with an input of the type `tensor` for each.

    None for no graph yet gives one that lays the columns side by side.
    """
    from onnx import helper

    kind = tensor().to_onnx_type().tensor_type.elem_type
    inputs = [helper.make_tensor_value_info(name, kind, [None, 1]) for name, _ in columns]
    joined = helper.make_node("Concat", [name for name, _ in columns], [JOINED], name=JOINED, axis=1)
    if graph is None:
        output = helper.make_tensor_value_info(JOINED, kind, [None, len(columns)])
        return helper.make_model(helper.make_graph([joined], "model", inputs, [output]))
    graph.graph.node.insert(0, joined)
    del graph.graph.input[:]
    graph.graph.input.extend(inputs)
    return graph


def as_float(graph: Any) -> Any:
    """Return `graph` with its one output cast to float."""
    from onnx import TensorProto, compose, helper

    graph = compose.add_prefix(graph, "prepare_", rename_inputs=False)
    [output] = graph.graph.output
    node = helper.make_node("Cast", [output.name], [FEATURES], name=FEATURES, to=TensorProto.FLOAT)
    graph.graph.node.append(node)
    output.name, output.type.tensor_type.elem_type = FEATURES, TensorProto.FLOAT
    return graph


def chained(front: Any, back: Any) -> Any:
    """Return the graph that gives what `front` makes of columns to `back`; their inner names are kept apart."""
    from onnx import compose

    back = compose.add_prefix(back, "answer_", rename_inputs=False)
    front.graph.node.extend(back.graph.node)
    front.graph.initializer.extend(back.graph.initializer)
    front.functions.extend(back.functions)
    del front.graph.output[:]
    front.graph.output.extend(back.graph.output)
    return front


def finished(model: Any, columns: list[list[str]], *, probabilities: bool) -> bytes:
    """Return the file of a graph that gives the label or number first, and probabilities where asked for.

    Columns are gathered in tables where the graph allows it, and it is noted where rows are answered apart. Who
    made it is left out, so that the bytes are the model's alone.

    Raises ValueError where an input cannot be named as its column is.
    """
    from onnx import checker, helper

    _name_inputs(model.graph, [name for name, _ in columns])
    if not probabilities:
        del model.graph.output[1:]
    gather(model)
    _leave_out_unused(model.graph)
    sets, model.ir_version = OPERATOR_SETS, FILE_VERSION
    if trees.compact(model):
        sets, model.ir_version = sets | {trees.DOMAIN: trees.OPERATOR_SET}, trees.FILE_VERSION
    note_apart(model)
    model.producer_name, model.producer_version, model.domain = "iddr", "", ""
    model.doc_string, model.graph.doc_string, model.graph.name = "", "", "model"
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(*each) for each in sets.items())
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _leave_out_unused(graph: Any) -> None:
    """Leave out what trees may lack and a runtime keeps in memory: counts, and the way of values that lack.

    Source: ONNX operators, ai.onnx.ml, TreeEnsembleClassifier and TreeEnsembleRegressor.
    """
    for node in graph.node:
        if not node.op_type.startswith("TreeEnsemble"):
            continue
        for each in list(node.attribute):
            nowhere = each.name == "nodes_missing_value_tracks_true" and not any(each.ints)
            if nowhere or each.name == "nodes_hitrates":
                node.attribute.remove(each)


def _name_inputs(graph: Any, names: list[str]) -> None:
    """Give each input its column's name, where the converter replaced what is no letter, digit or underscore."""
    found = [each.name for each in graph.input]
    if [re.sub(r"\W", "_", name) for name in names] != found and names != found:
        raise ValueError(f"the graph's inputs are {found}, expected the columns {names}")
    given = dict(zip(found, names, strict=True))
    for each in graph.input:
        each.name = given[each.name]
    for node in graph.node:
        node.input[:] = [given.get(name, name) for name in node.input]
