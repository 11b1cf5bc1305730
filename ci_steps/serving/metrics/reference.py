"""What the stored profile says of the training rows: the bins that requests are counted in."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSION = 1
UNKNOWN = -1
OTHER, MISSING = "other", "missing"
# Prometheus keeps a series for each bin of each column: the profile's 49 bins are joined, and rare levels too.
MOST_EDGES, MOST_LEVELS = 12, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """How the values of one column are counted, and how many of the training rows fell where.

    Numbers: below the first edge, from each edge up to the next, from the last edge on. Texts and booleans:
    `levels` says in which bin each level falls, the last but one is of all others. The last bin is of values that
    lack. `complete` tells that the training rows held no level but these: any other one the model has not seen.
    """

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    edges: tuple[float, ...] = ()
    levels: Mapping[Any, int] = field(default_factory=dict)
    complete: bool = False

    def count(self, values: Sequence[Any]) -> tuple[np.ndarray[Any, np.dtype[np.intp]], int]:
        """Return how many of `values` fall into each bin, None being one that lacks, and how many are unseen."""
        if not self.edges:
            return self._listed(values)
        present = [value for value in values if value is not None] if None in values else values
        places = np.searchsorted(self.edges, np.array(present, dtype=np.float64), side="right")
        counts = np.bincount(places, minlength=len(self.labels))
        counts[-1] += len(values) - len(present)
        return counts, 0

    def _listed(self, values: Sequence[Any]) -> tuple[np.ndarray[Any, np.dtype[np.intp]], int]:
        counts, unseen, other = [0] * len(self.labels), 0, len(self.labels) - 2
        for value, times in Counter(values).items():
            place = other + 1 if value is None else self.levels.get(value, UNKNOWN)
            unseen += times if place == UNKNOWN else 0
            counts[other if place == UNKNOWN else place] += times
        return np.array(counts, dtype=np.intp), unseen if self.complete else 0


def read_bins(path: Path) -> Mapping[str, Bins]:
    """Return the bins of each column that can be compared, by the profile at `path`; none without one.

    Raises:
        ValueError: it is no profile of this version.
    """
    if not path.is_file():
        return {}
    document = json.loads(path.read_bytes())
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError(
            f"{path.name}: is no profile of version {VERSION}; pack the model with this version's kit"
        )
    found = {each["name"]: _bins(each) for each in document["columns"]}
    return {name: bins for name, bins in found.items() if bins}


def _bins(column: Mapping[str, Any]) -> Bins | None:
    if edges := column.get("edges"):
        return _numeric(edges, column["counts"], column["missing"])
    top = column.get("top", ())
    if column["kind"] not in {"string", "boolean"} or not top:
        return None
    return _listed(column["kind"], top, column.get("other", 0), column["missing"])


def _numeric(edges: Sequence[float], counts: Sequence[int], missing: int) -> Bins:
    step = -(-len(edges) // MOST_EDGES)
    kept = tuple(edges[step // 2 :: step])
    ends = [0, *(edges.index(edge) + 1 for edge in kept), len(counts)]
    joined = (sum(counts[low:high]) for low, high in pairwise(ends))
    labels = (f"<{kept[0]!r}", *(f">={edge!r}" for edge in kept), MISSING)
    return Bins(labels=labels, counts=(*joined, missing), edges=kept)


def _listed(kind: str, top: Sequence[tuple[str, int]], other: int, missing: int) -> Bins:
    shown = top[:MOST_LEVELS]
    rest = other + sum(count for _, count in top[MOST_LEVELS:])
    levels = {_level(kind, text): min(place, len(shown)) for place, (text, _) in enumerate(top)}
    return Bins(
        labels=(*(f"={text}" for text, _ in shown), OTHER, MISSING),
        counts=(*(count for _, count in shown), rest, missing),
        levels=levels,
        complete=not other,
    )


def _level(kind: str, text: str) -> Any:
    return text == "true" if kind == "boolean" else text
