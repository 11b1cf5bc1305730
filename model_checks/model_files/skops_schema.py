"""Judges the schema.json of a skops file: every type that it names, and every loader that it asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from model_checks.model_files.allowed_names import words
from model_checks.model_files.inspection import Inspection, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.model_files.pickle_machine import Data

SCHEMA = "schema.json"
LARGEST = 256 * 1024 * 1024
# Types that skops writes for plain data, beyond what a pickle would name.
PLAIN_TYPES = frozenset(("builtins.str", "builtins.NoneType", "numpy.random._generator.Generator"))
LOADERS = words(
    "BytesNode BytearrayNode CachedNode ConstructorFromReduceNode DTypeNode DefaultDictNode DictNode "
    "FunctionNode JsonNode ListNode LossNode MaskedArrayNode NdArrayNode ObjectNode PartialNode "
    "RandomGeneratorNode RandomStateNode ReduceNode SetNode SliceNode SparseMatrixNode TreeNode TupleNode TypeNode"
)
BYTE_LOADERS = frozenset(("BytesNode", "BytearrayNode"))


def judge_schema(data: Data, place: str, inspection: Inspection) -> frozenset[str]:
    """Judge all types and loaders; return the names of the members that are loaded as bytes.

    Raises:
        Unreadable: the schema is no JSON, or too large or too deep.
    """
    schema = _parsed(data)
    raw: set[str] = set()
    for node in _nodes(schema):
        loader = node.get("__loader__")
        if "__class__" in node or "__module__" in node or loader is not None:
            _judge_node(node, loader, place, inspection)
        if isinstance(loader, str) and loader in BYTE_LOADERS and isinstance(node.get("content"), str):
            raw.add(node["content"])
    return frozenset(name for name in raw if name.endswith(".bin"))


def _parsed(data: Data) -> Any:
    if len(data) > LARGEST:
        raise Unreadable("a schema that is too large", "schema.json is larger than 256 MiB")
    try:
        return json.loads(data[:], object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as fault:
        raise Unreadable("broken schema", f"schema.json does not read as JSON: {fault}") from fault


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    waiting = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _judge_node(node: dict[str, Any], loader: object, place: str, inspection: Inspection) -> None:
    module, name = node.get("__module__"), node.get("__class__")
    if not isinstance(module, str) or not isinstance(name, str):
        raise Unreadable("broken schema", "a node does not say its module and class")
    if f"{module}.{name}" not in PLAIN_TYPES:
        inspection.judge(module, name, place, at="a node")
    if loader is not None and loader not in LOADERS:
        why = "the loader reaches attributes or builds callables by name, or is not known"
        inspection.threat(f"skops loader {str(loader)[:40]!a}", place, why)
