"""Whether two trainings of a model hold the same features for important."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.findings import Finding
from model_checks.statistics.bootstrap import bootstrap_interval, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.mean import student

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from model_checks.quality.feature_worths import Worth

    Floats = NDArray[np.float64]

RULE = "worth the same when trained again"
RESAMPLES, DRAWS = 1000, 4_000_000
FEWEST_TO_RANK = 3
FIX = (
    "train on more rows or average several trainings, and explain no single decision by such a feature; where "
    "several features say the same, keep one"
)


def compared(
    first: Sequence[Worth], second: Sequence[Worth], table: str, *, share: float, tolerance: float,
    confidence: float,
) -> Finding:  # fmt: skip
    """Return whether each feature that matters in one training is worth at least `share` of that in the other.

    The differences are taken row by row, on the same rows and shuffles, with Bonferroni's correction.
    """
    each = 1 - (1 - confidence) / (2 * len(first))
    changed = [
        f"{one.name} ({one.interval.estimate:.3g}, then {two.interval.estimate:.3g})"
        for one, two in zip(first, second, strict=True)
        if _fell(one, two, share, tolerance, each) or _fell(two, one, share, tolerance, each)
    ]
    ranks = _rank_correlation(first, second, confidence)
    words = f"; the ranking of {len(first)} features correlates by {_said(ranks)}" if ranks else ""
    if changed:
        message = f"trained again, the model goes by other features: {', '.join(changed)}{words}"
    else:
        message = f"trained again, no feature that matters loses more than {1 - share:.0%} of its worth{words}"
    return Finding(
        ok=not changed, message=message, where=table, rule=RULE, measured=ranks.estimate if ranks else None,
        interval=(ranks.low, ranks.high) if ranks else None, fix=FIX if changed else "",
    )  # fmt: skip


def _fell(one: Worth, two: Worth, share: float, tolerance: float, confidence: float) -> bool:
    if one.interval.low <= tolerance:
        return False
    return student(share * one.lost - two.lost, confidence=confidence).low > 0


def _rank_correlation(first: Sequence[Worth], second: Sequence[Worth], confidence: float) -> Interval | None:
    """Return Spearman's correlation of the two rankings with its bootstrap interval over the rows."""
    import numpy as np

    if len(first) < FEWEST_TO_RANK:
        return None
    tables = [np.column_stack([worth.lost for worth in worths]) for worths in (first, second)]

    def correlation(weights: Floats) -> Floats:
        ranks = [(weights @ table).argsort(1).argsort(1).astype(np.float64) for table in tables]
        ranks = [r - r.mean(1, keepdims=True) for r in ranks]
        spread: Floats = np.sqrt((ranks[0] ** 2).sum(1) * (ranks[1] ** 2).sum(1))
        return np.asarray((ranks[0] * ranks[1]).sum(1) / spread, dtype=np.float64)

    try:
        found = bootstrap_interval(
            correlation, len(tables[0]), confidence=confidence, resamples=RESAMPLES, draws=DRAWS
        )
    except CannotEstimate:
        return None
    return None if is_flat(found) else found


def _said(found: Interval) -> str:
    return f"{found.estimate:.2f} ({found.low:.2f} to {found.high:.2f}, Spearman)"
