"""Compares what occurs in a table with what its contract allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals

if TYPE_CHECKING:
    from model_checks.contract.columns import Column
    from model_checks.dataset import Dataset

BINS = 10


def levels_never_seen(data: Dataset) -> dict[str, list[Any]]:
    """Return, by feature, the values that the contract lists and no row has; features without one are left out."""
    listed = {c.name: _listed(c) for c in _features(data) if _listed(c)}
    if not listed:
        return {}
    asked = ", ".join(
        f"count(*) FILTER ({literals.name(name)} = {_spelled(value)})"
        for name, values in listed.items()
        for value in values
    )
    counts = iter(data.query(f"SELECT {asked} FROM typed")[0])  # noqa: S608 - names and values are quoted
    found = {name: [value for value in values if not next(counts)] for name, values in listed.items()}
    return {name: values for name, values in found.items() if values}


def range_covered(data: Dataset) -> dict[str, float]:
    """Return, by number with a lower and an upper limit, the share of that range's tenths that have a row."""
    limits = {c.name: _limits(c) for c in _features(data) if c.type in {"number", "integer"}}
    parts = {n: (*ends, _parts(data.contract.columns[n], *ends)) for n, ends in limits.items() if ends}
    if not parts:
        return {}
    asked = ", ".join(
        f"count(DISTINCT least(floor(({literals.name(n)} - {literals.double(low)}) * "
        f"{literals.double(bins / (high - low))}), {bins - 1})) "
        f"FILTER ({literals.name(n)} BETWEEN {literals.double(low)} AND {literals.double(high)})"
        for n, (low, high, bins) in parts.items()
    )
    found = data.query(f"SELECT {asked} FROM typed")[0]  # noqa: S608 - the same
    return {n: count / bins for (n, (_, _, bins)), count in zip(parts.items(), found, strict=True)}


def _features(data: Dataset) -> list[Column]:
    return [c for n, c in data.contract.columns.items() if n in data.columns and n != data.target]


def _listed(column: Column) -> list[Any]:
    return [value for value in column.rules.get("enum", ()) if value is not None]


def _limits(column: Column) -> tuple[float, float] | None:
    low = column.rules.get("minimum", column.rules.get("exclusiveMinimum"))
    high = column.rules.get("maximum", column.rules.get("exclusiveMaximum"))
    return (float(low), float(high)) if low is not None and high is not None and low < high else None


def _parts(column: Column, low: float, high: float) -> int:
    return min(BINS, int(high - low) + 1) if column.type == "integer" else BINS


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return literals.text(value) if isinstance(value, str) else literals.double(value)
