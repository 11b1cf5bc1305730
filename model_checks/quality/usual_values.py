"""What a row usually holds, from the training table's profile or from the contract's own examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_checks.contract.dialect import Contract
    from model_checks.profile import Profile

MOST_SEEN = 20


def seen_texts(features: Contract, profile: Profile | None) -> dict[str, tuple[str, ...]]:
    """Return the most frequent texts of each column that has no personal data, the most frequent first."""
    properties: dict[str, Any] = features.document.get("properties", {})
    seen: dict[str, tuple[str, ...]] = {}
    for name, column in features.columns.items():
        if column.type == "string" and not column.personal:
            known = profile.columns.get(name) if profile else None
            texts = [text for text, _ in known.top] if known else properties[name].get("examples", [])
            seen[name] = tuple(text for text in texts if isinstance(text, str))[:MOST_SEEN]
    return seen


def usual_row(features: Contract, simplest: dict[str, Any], profile: Profile | None) -> dict[str, Any]:
    """Return `simplest` with each column at its mean or most frequent text, as far as the contract allows it."""
    row = dict(simplest)
    for name, column in features.columns.items():
        known = profile.columns.get(name) if profile else None
        if known is None or column.personal:
            continue
        usual: Any = known.top[0][0] if column.type == "string" and known.top else known.mean
        usual = round(usual) if column.type == "integer" and usual is not None else usual
        if usual is not None and not features.faults(row | {name: usual}):
            row[name] = usual
    return {name: row[name] for name in features.columns if name in row}
