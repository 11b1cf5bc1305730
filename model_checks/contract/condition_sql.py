"""Says in SQL whether a row obeys a condition over several columns; the same meaning as conditions.py.

Every part is TRUE or FALSE, never NULL, so that `NOT` turns one into the other. The columns' values are of their
types, or NULL where they are null: rows with a value of a wrong type are not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.contract.conditions import Every, Given, Never, One, Rule, Some, When
from model_checks.contract.violations import violation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.contract.conditions import Node


def holding(node: Node, values: Mapping[str, str]) -> str:
    """Return SQL for whether `node` holds; `values` is the SQL of each column that the table has."""
    if isinstance(node, Rule):
        return _kept(node, values[node.column]) if node.column in values else "TRUE"
    if isinstance(node, Given):
        return "TRUE" if node.column in values else "FALSE"
    if isinstance(node, Never):
        return f"(NOT {holding(node.part, values)})"
    if isinstance(node, When):
        test, then, otherwise = (holding(part, values) for part in (node.test, node.then, node.otherwise))
        return f"(CASE WHEN {test} THEN {then} ELSE {otherwise} END)"
    return _joined(node, [holding(part, values) for part in node.parts])


def _joined(node: Every | Some | One, parts: list[str]) -> str:
    if isinstance(node, One):
        return f"({' + '.join(f'CAST({part} AS INTEGER)' for part in parts)} = 1)"
    if isinstance(node, Every):
        return f"({' AND '.join(parts)})" if parts else "TRUE"
    return f"({' OR '.join(parts)})" if parts else "FALSE"


def _kept(rule: Rule, value: str) -> str:
    if rule.keyword == "type":
        allowed = {
            (True, True): "TRUE",
            (True, False): f"({value} IS NOT NULL)",
            (False, True): f"({value} IS NULL)",
        }
        return allowed.get(rule.argument, "FALSE")
    broken = violation(rule.keyword, rule.argument, rule.kind, value)
    listed = {"enum": rule.argument, "const": (rule.argument,)}.get(rule.keyword)
    if listed is None or None in listed:
        return f"({value} IS NULL OR NOT ({broken}))"
    return f"({value} IS NOT NULL AND NOT ({broken}))"
