"""A typical row: what the form begins with, and what reasons compare a row with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from model_checks.contract.judging import faults_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from model_checks.contract.columns import Column


def typical_row(columns: Mapping[str, Column], profile: Path) -> dict[str, Any]:
    """Return the median or the most frequent training value of each column, by the profile where there is one.

    A column of which the profile tells nothing, such as a personal one, has a value from the middle of what the
    contract allows; one for which that is no value either has none.
    """
    known = _profiled(profile)
    row = {}
    for name, column in columns.items():
        for value in (*_learned(column, known.get(name, {})), *_allowed(column)):
            if not faults_of(column, value):
                row[name] = value
                break
    return row


def _profiled(profile: Path) -> dict[str, Mapping[str, Any]]:
    if not profile.is_file():
        return {}
    return {each["name"]: each for each in json.loads(profile.read_bytes())["columns"]}


def _learned(column: Column, profiled: Mapping[str, Any]) -> list[Any]:
    if edges := profiled.get("edges"):
        middle = _median(edges, profiled["counts"])
        return [int(middle)] if column.type == "integer" else [float(f"{middle:.4g}"), middle]
    top = [text for text, _ in profiled.get("top", ())[:1]]
    if column.type == "boolean":
        return [text == "true" for text in top]
    return list(top) if column.type == "string" else [json.loads(text) for text in top]


def _median(edges: Sequence[float], counts: Sequence[int]) -> float:
    """Return the edge below which the middle row lies."""
    half, below = sum(counts) / 2, 0
    for edge, count in zip(edges, counts, strict=False):
        below += count
        if below >= half:
            return edge
    return edges[-1]


def _allowed(column: Column) -> list[Any]:
    """Return values that the contract may allow, the most telling first."""
    rules = column.rules
    if enum := rules.get("enum"):
        return [enum[0]]
    if column.type == "boolean":
        return [False]
    if column.type == "string":
        return ["", "a" * rules.get("minLength", 1)]
    low = rules.get("minimum", rules.get("exclusiveMinimum"))
    high = rules.get("maximum", rules.get("exclusiveMaximum"))
    ends = [each for each in (low, high) if each is not None]
    middle = (low + high) / 2 if low is not None and high is not None else ends[0] if ends else 0
    found: list[Any] = [middle, *ends, 0, 1]
    return [int(each) for each in found] if column.type == "integer" else [float(each) for each in found]
