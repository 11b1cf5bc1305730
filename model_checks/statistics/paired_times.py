"""How much slower one program is than another that was measured beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.mean import student

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def time_ratio(
    first: Floats, first_block: NDArray[Any], second: Floats, second_block: NDArray[Any], *, confidence: float
) -> Interval:
    """Return how many times as long the `first` program took as the `second`, which ran by turns with it.

    Both give seconds of shape (calls,) and the block of each call, shape (calls,). Blocks of one number ran next
    to each other, so what the machine did meanwhile is in both and drops out. The ratios of the blocks' medians
    are averaged as logarithms, with Student's interval over the blocks: calls within a block resemble each
    other, so they do not count as independent.

    Raises:
        CannotEstimate: less than 2 blocks are common to both, or a block's median is not above 0.

    Source: T. Kalibera, R. Jones, Rigorous Benchmarking in Reasonable Time, ISMM (2013) 63-74; A. Georges and
    others, Statistically Rigorous Java Performance Evaluation, OOPSLA (2007) 57-76.
    """
    import numpy as np

    common = np.intersect1d(first_block, second_block)
    if len(common) < 2:  # noqa: PLR2004 - one block has no spread
        raise CannotEstimate(f"{len(common)} blocks of calls have no spread")
    medians = np.array(
        [[np.median(first[first_block == each]), np.median(second[second_block == each])] for each in common]
    )
    if not (medians > 0).all():
        raise CannotEstimate("a call took no time that the clock could tell")
    logarithms = np.log(medians[:, 0]) - np.log(medians[:, 1])
    ratio = student(logarithms, confidence=confidence).mapped(math.exp)
    return Interval(
        estimate=ratio.estimate, low=ratio.low, high=ratio.high, confidence=confidence,
        method=f"{len(common)} blocks by turns",
    )  # fmt: skip
