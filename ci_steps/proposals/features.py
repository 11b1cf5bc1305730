"""Tells which columns the model is given, where the script picks or drops some; narrows the contract to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci_steps.proposals.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The columns that the model is given, in its order; the question where they are not all."""

    names: tuple[str, ...]
    question: str = ""


def guess_features(columns: Sequence[str], target: str | None, script: Script | None) -> Features:
    """Return the longest list of columns that the script picks, else all but those that it drops."""
    rest = tuple(column for column in columns if column != target)
    if script is None or target is None:
        return Features(names=rest)
    lists = [tuple(c for c in picked if c != target) for picked in script.picked if set(picked) <= set(columns)]
    names = max(lists, key=len, default=()) or tuple(c for c in rest if c not in script.dropped)
    unused = ", ".join(c for c in rest if c not in names)
    if not unused or not names:
        return Features(names=names or rest)
    return Features(
        names=names,
        question=f"contract: {script.path} does not give the model {unused}, so the contract leaves that out;"
        " is that right?",
    )


def narrowed(document: Mapping[str, Any], features: Sequence[str], target: str | None) -> dict[str, Any]:
    """Return the contract with these features, in this order, then the target; the table may hold other columns.

    A model that was fitted on named columns refuses others, and another order.
    """
    kept = [name for name in (*features, *([target] if target else [])) if name in document["properties"]]
    if kept == list(document["properties"]) or set(kept) == set(document["properties"]):
        return dict(document)
    return {
        **document,
        "properties": {name: document["properties"][name] for name in kept},
        "required": [name for name in kept if name in document["required"]],
        "additionalProperties": True,
    }
