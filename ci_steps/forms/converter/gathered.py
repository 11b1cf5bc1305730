"""Lays the inputs of a graph side by side: numbers in one table, and the codes of listed texts in another.

A runtime takes each input apart by itself, and each text most: for a row of twenty columns that takes as long as a
forest does. What each place of a table holds stands in the file's own notes; what else there is stays as it is.
"""

import json
from typing import Any

NUMBERS, CODES, NOTE = "iddr_numbers", "iddr_codes", "iddr.inputs"
SEVERAL = 2
WIDEST = 1024  # places that are added up for each row: beyond, texts are the lesser evil
FLOAT, INT64, STRING, DOUBLE = 1, 7, 8, 11  # TensorProto.DataType
SUBGRAPHS = {5, 10}  # AttributeProto.AttributeType
LAST = {-1, 2}  # the axis of the categories, in what a OneHotEncoder gives


def gather(model: Any) -> None:
    """Change `model`, whose inputs are columns of shape (rows, 1), where its nodes allow it."""
    graph = model.graph
    if any(each.type in SUBGRAPHS for node in graph.node for each in node.attribute):
        return
    told: dict[str, Any] = {}
    if names := _numbers(graph):
        told[NUMBERS] = names
    if codes := _codes(graph):
        told[CODES] = codes
    if told:
        note = model.metadata_props.add()
        note.key, note.value = NOTE, json.dumps(told)


def _numbers(graph: Any) -> list[str]:
    """Lay the numbers side by side; return their names, none where there is nothing to lay."""
    numbers = [each for each in graph.input if each.type.tensor_type.elem_type in {FLOAT, DOUBLE}]
    names, kinds = [each.name for each in numbers], {each.type.tensor_type.elem_type for each in numbers}
    if len(names) < SEVERAL or len(kinds) > 1:
        return []
    alone: list[str] = []
    for node in [node for node in graph.node if set(names) & set(node.input)]:
        if not _joins(node, names, {1, -1}):
            alone += [each for each in node.input if each in names and each not in alone]
        elif list(node.input) == names:
            _replace(graph, node, [])
            _rename(graph, node.output[0], NUMBERS)
        else:
            _replace(graph, node, [_picked(graph, names, list(node.input), node.output[0])])
    for name in alone:
        graph.node.insert(0, _picked(graph, names, [name], name))
    _lay(graph, NUMBERS, names, kinds.pop())
    return names


def _picked(graph: Any, names: list[str], wanted: list[str], output: str) -> Any:
    """Return the node that takes some columns out of the table of numbers."""
    from onnx import helper

    places = _initializer(graph, f"{NUMBERS}_{output}", [names.index(each) for each in wanted])
    return helper.make_node("Gather", [NUMBERS, places], [output], name=places, axis=1)


def _codes(graph: Any) -> dict[str, dict[str, int]]:
    """Let codes take the place of the texts of one encoder; return the code of each category of each column."""
    texts = [each.name for each in graph.input if each.type.tensor_type.elem_type == STRING]
    encoders = {node.input[0]: node for node in graph.node if _encodes(node) and node.input[0] in texts}
    users = [node for node in graph.node if encoders.keys() & set(node.input)]
    columns = {node.output[0]: name for name, node in encoders.items()}
    joins = [node for node in graph.node if columns.keys() & set(node.input)]
    if len(encoders) < SEVERAL or len(users) > len(encoders) or len(joins) != 1:
        return {}
    if not _joins(joins[0], list(columns), LAST) or sorted(joins[0].input) != sorted(columns):
        return {}
    codes: dict[str, dict[str, int]] = {}
    for name in (columns[each] for each in joins[0].input):
        first = sum(map(len, codes.values()))
        codes[name] = {each.decode(): first + place for place, each in enumerate(_listed(encoders[name]))}
    total = sum(map(len, codes.values()))
    if total * len(codes) > WIDEST:
        return {}
    for node in encoders.values():
        _replace(graph, node, [])
    _replace(graph, joins[0], _ones(graph, total, joins[0].output[0]))
    _lay(graph, CODES, list(codes), INT64)
    return codes


def _ones(graph: Any, total: int, output: str) -> list[Any]:
    """Return the nodes that give what the encoders of all columns gave, side by side."""
    from onnx import helper

    one, axis, kinds = f"{CODES}_one", _initializer(graph, f"{CODES}_axis", [1]), list(range(total))
    encoder = helper.make_node(
        "OneHotEncoder", [CODES], [one], name=one, domain="ai.onnx.ml", cats_int64s=kinds, zeros=1
    )
    return [encoder, helper.make_node("ReduceSum", [one, axis], [output], name=f"{CODES}_all", keepdims=1)]


def _encodes(node: Any) -> bool:
    """Tell whether a node makes ones of listed texts, and zeros of all others."""
    zeros = [each.i for each in node.attribute if each.name == "zeros"]
    return node.op_type == "OneHotEncoder" and bool(_listed(node)) and zeros in ([], [1])


def _listed(node: Any) -> list[bytes]:
    return [text for each in node.attribute if each.name == "cats_strings" for text in each.strings]


def _joins(node: Any, names: list[str], axes: set[int]) -> bool:
    """Tell whether a node lays some of `names` side by side, and nothing else."""
    along = [each.i for each in node.attribute if each.name == "axis"]
    return node.op_type == "Concat" and set(node.input) <= set(names) and set(along) <= axes


def _lay(graph: Any, table: str, names: list[str], kind: int) -> None:
    """Put one input in the place of those called `names`."""
    from onnx import helper

    kept = [each for each in graph.input if each.name not in names]
    made = helper.make_tensor_value_info(table, kind, [None, len(names)])
    del graph.input[:]
    graph.input.extend([*kept, made])


def _replace(graph: Any, node: Any, others: list[Any]) -> None:
    place = next(number for number, each in enumerate(graph.node) if each is node or each == node)
    kept = [*graph.node[:place], *others, *graph.node[place + 1 :]]
    del graph.node[:]
    graph.node.extend(kept)


def _rename(graph: Any, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if each == old else each for each in node.input]


def _initializer(graph: Any, name: str, values: list[int]) -> str:
    from onnx import helper

    graph.initializer.append(helper.make_tensor(name, INT64, [len(values)], values))
    return name
