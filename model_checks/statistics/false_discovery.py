"""Keeps the share of false alarms down where many things are tested at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Return each p-value's adjusted one, in order: below q, at most a share q of alarms is false.

    Holds for independent and for positively dependent tests.

    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300; Y.
    Benjamini, D. Yekutieli, Annals of Statistics 29 (2001) 1165-1188.
    """
    count = len(p_values)
    found, smallest = [1.0] * count, 1.0
    descending = sorted(range(count), key=lambda i: p_values[i], reverse=True)
    for rank, index in zip(range(count, 0, -1), descending, strict=True):
        smallest = min(smallest, p_values[index] * count / rank)
        found[index] = smallest
    return found
