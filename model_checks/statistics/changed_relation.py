"""Tells whether answers follow from features in another way in a second set of rows, whatever rows these are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    Found = tuple[float, float, float]

SEED = 1
TESTS = 4  # two halves, each looked at in two ways
SETTINGS: dict[str, Any] = {
    "max_iter": 60, "learning_rate": 0.1, "max_leaf_nodes": 15, "min_samples_leaf": 20, "l2_regularization": 1.0,
    "early_stopping": False, "random_state": SEED,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """By how much expected answers to comparable rows differ between two sets of rows.

    `size` is a lower bound of the root mean square of the difference, in the answers' unit, with the standard
    `error` of its estimate; the mean is over features, weighted to where both sets have rows. `error` is
    infinite where no rows are comparable, or where nothing was learned to look for.
    """

    size: float
    error: float
    p_value: float

    def detectable(self, *, significance: float, power: float) -> float:
        """Return the least size that is found with `power`, if the models learn where to look."""
        normal = NormalDist()
        return (normal.inv_cdf(1 - significance / TESTS) + normal.inv_cdf(power)) * self.error


def changed_relation(features: Floats, answers: Floats, second: NDArray[np.bool_]) -> Change:
    """Test whether expected answers given the features are the same in the first and the second rows.

    `features` has shape (rows, columns), NaN being lacking; `answers` has shape (rows, 1) for numbers or for which
    rows are of one of two classes, or (rows, classes) with a 1 for each row's class; `second` has shape (rows,).

    On one half of the rows models learn the expected answers, the chance that a row is of the second set, and
    by how much the two sets' answers differ. On the other half the mean product of three factors is tested
    to be positive: what the answers exceed expectation by, what being of the second set exceeds its chance by,
    and the difference that was learned. Its mean is 0 where the answers depend on the features alone, and the
    error of either model is multiplied by that of the other; so rows that are merely others raise no alarm.
    Then the halves change places. A difference that is the same for all rows is looked for too, by the mean of
    the learned one, which is less noisy. The p-value is four times the smallest, the size the mean of both halves.

    It sees a change of the mean only, which for classes is all there is. The share of variance that comes from
    the learning is not in `error`.

    Source: A. R. Lundborg, I. Kim, R. D. Shah, R. J. Samworth, "The Projected Covariance Measure for
    assumption-lean variable significance testing", Annals of Statistics 52 (2024) 2851-2878; R. D. Shah, J.
    Peters, Annals of Statistics 48 (2020) 1514-1538; P. M. Robinson, Econometrica 56 (1988) 931-954.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    order = np.random.default_rng(SEED).permutation(len(second))
    halves = order[::2], order[1::2]
    # So few rows gain nothing from threads, which wait for each other on a busy machine.
    with threadpool_limits(limits=1):
        turns = [_turn(features, answers, second, *pair) for pair in (halves, halves[::-1])]
    looks = [[turn[look] for turn in turns] for look in range(2)]
    size, error, p_value = min((_together(look) for look in looks), key=lambda found: found[2])
    return Change(size=size, error=error, p_value=min(1.0, TESTS * p_value))


def _together(turns: list[Found]) -> Found:
    """Return the mean size and error of both turns, and the smaller p-value."""
    size, error = (math.fsum(turn[place] for turn in turns) / len(turns) for place in range(2))
    return max(0.0, size), error, min(turn[2] for turn in turns)


def _turn(
    features: Floats, answers: Floats, second: NDArray[np.bool_], learned: Places, unseen: Places
) -> list[Found]:
    """Return size, standard error and one-sided p-value on the rows `unseen`, both ways to look."""
    import numpy as np

    expected = _means(features, answers, learned, unseen)
    chance = _means(features, second[:, None].astype("float64"), learned, unseen)
    before, after = (_means(features, answers, learned[mark], unseen) for mark in _sides(second[learned]))
    surprise = answers[unseen] - expected
    membership = second[unseen] - chance[:, 0].clip(0, 1)
    learned_difference = after - before
    same_for_all = np.broadcast_to(learned_difference.mean(0), surprise.shape)
    return [projected(surprise, membership, way) for way in (learned_difference, same_for_all)]


def projected(surprise: Floats, membership: Floats, direction: Floats) -> tuple[float, float, float]:
    """Return size, standard error and one-sided p-value of the mean of the product.

    `surprise` and `direction` have shape (rows, answers), `membership` has shape (rows,). The size is that of
    the true difference projected on `direction`: by Cauchy and Schwarz no larger than the whole.
    """
    products = (surprise * direction).sum(1) * membership
    weight, length = float((membership**2).sum()), float(((direction**2).sum(1) * membership**2).sum())
    spread = float(products.std(ddof=1)) * math.sqrt(len(products)) if len(products) > 1 else 0.0
    if not spread > 0 or not weight * length > 0:
        return 0.0, math.inf, 1.0
    total, scale = float(products.sum()), math.sqrt(weight * length)
    return total / scale, spread / scale, NormalDist().cdf(-total / spread)


def _sides(second: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return ~second, second


def _means(features: Floats, answers: Floats, learned: Places, unseen: Places) -> Floats:
    """Return the expected answers to the rows `unseen`, shape (unseen rows, answers)."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingRegressor

    found = np.empty((len(unseen), answers.shape[1]))
    for place in range(answers.shape[1]):
        values = answers[learned, place]
        if len(values) and np.ptp(values) > 0:
            model = HistGradientBoostingRegressor(**SETTINGS).fit(features[learned], values)
            found[:, place] = model.predict(features[unseen])
        else:
            found[:, place] = values[0] if len(values) else 0.0
    return found
