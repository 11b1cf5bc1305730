"""Tells whether rows with equal features differ in their answers more than noise makes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FAR = 0.05  # share of pairs of unrelated rows that are taken to be far apart
PAIRS = 100_000
Z = 2.58
TIMES = 2.0
FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """How often neighbours in groups of rows with equal features differ, on average over the groups.

    `groups` is the number of groups, `differing` of those in which rows differ, `expected` the share that noise
    lets differ, `error` the standard error of `observed` less `expected`.
    """

    groups: int
    differing: int
    observed: float
    expected: float
    error: float

    @property
    def beyond_noise(self) -> bool:
        """Whether they differ in more than twice as many cases as noise lets them, and not by chance."""
        if self.differing < FEWEST or not math.isfinite(self.error):
            return False
        return self.observed - self.expected > Z * self.error and self.observed > TIMES * self.expected


def twin_labels(keys: NDArray[Any], labels: NDArray[Any], probabilities: Floats) -> Twins:
    """Compare labels, shape (rows,), within equal keys; two draws by the probabilities show what noise does."""
    order, pairs = _pairs(keys)
    first, second = order[:-1][pairs], order[1:][pairs]
    differ = labels[first] != labels[second]
    expected = 1 - (probabilities[first] * probabilities[second]).sum(axis=1)
    return _judged(keys[first], differ.astype("float64"), expected)


def twin_numbers(keys: NDArray[Any], numbers: Floats, estimates: Floats) -> Twins:
    """Compare numbers, shape (rows,), within equal keys.

    Far apart is what 5 % of pairs of unrelated rows are in what the estimates leave unexplained.
    """
    import numpy as np

    left = numbers - estimates
    random = np.random.default_rng(0).integers(len(left), size=(2, min(PAIRS, 50 * len(left))))
    unrelated = keys[random[0]] != keys[random[1]]
    order, pairs = _pairs(keys)
    if not pairs.any() or not unrelated.any():
        return Twins(groups=0, differing=0, observed=0.0, expected=FAR, error=math.nan)
    far = float(np.quantile(np.abs(left[random[0]] - left[random[1]])[unrelated], 1 - FAR))
    first, second = order[:-1][pairs], order[1:][pairs]
    differ = np.abs(numbers[first] - numbers[second]) > far
    return _judged(keys[first], differ.astype("float64"), np.full(len(first), FAR))


def _pairs(keys: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the rows ordered by key, and which of them have the next one's key."""
    import numpy as np

    order = np.argsort(keys, kind="stable")
    return order, keys[order][:-1] == keys[order][1:]


def _judged(keys: NDArray[Any], differ: Floats, expected: Floats) -> Twins:
    import numpy as np

    if not len(keys):
        return Twins(groups=0, differing=0, observed=0.0, expected=0.0, error=math.nan)
    _, group = np.unique(keys, return_inverse=True)
    size = np.bincount(group)
    observed, noise = (np.bincount(group, weights=w) / size for w in (differ, expected))
    groups = len(size)
    # Where every group gives one value, the spread says nothing: that of the noise itself is the least there is.
    spread = max(float((observed - noise).std()), math.sqrt(float((noise * (1 - noise)).mean())))
    return Twins(
        groups=groups, differing=int((observed > 0).sum()), observed=float(observed.mean()),
        expected=float(noise.mean()), error=spread / math.sqrt(groups),
    )  # fmt: skip
