"""The difference of two metrics of labels, both read off tables of true against given classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.statistics.bootstrap import RESAMPLES, acceleration, bca_limits, is_flat
from model_checks.statistics.interval import CannotEstimate, Interval
from model_checks.statistics.label_metrics import mean_f1

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    OfTables = Callable[[Floats, int], Floats]


def balanced_accuracies(tables: Floats, _: int) -> Floats:
    """Return the average recall of tables of shape (tables, classes, classes), over the classes with rows."""
    import numpy as np

    rows = tables.sum(2)
    shares = _ratio(np.diagonal(tables, axis1=1, axis2=2), rows, 0.0)
    found: Floats = shares.sum(1) / np.maximum((rows > 0).sum(1), 1)
    return found


def precisions(tables: Floats, positive: int) -> Floats:
    """Return the share of true positives among those called so; NaN where none is."""
    return _ratio(tables[:, positive, positive], tables[:, :, positive].sum(1))


def recalls(tables: Floats, positive: int) -> Floats:
    """Return the share of positives that are called so; NaN where there is none."""
    return _ratio(tables[:, positive, positive], tables[:, positive].sum(1))


def f1_scores(tables: Floats, positive: int) -> Floats:
    """Return F1 of the positive class; NaN where no row is positive or called so."""
    both = tables[:, positive].sum(1) + tables[:, :, positive].sum(1)
    return _ratio(2 * tables[:, positive, positive], both)


def f1_means(tables: Floats, _: int) -> Floats:
    """Return the average F1 over the classes."""
    return mean_f1(tables)


OF_TABLES: dict[str, OfTables] = {
    "balanced_accuracy": balanced_accuracies, "precision": precisions, "recall": recalls, "f1": f1_scores,
    "f1_macro": f1_means,
}  # fmt: skip


def paired_table_difference(
    metric: OfTables,
    truth: Places,
    first: Places,
    second: Places,
    *,
    classes: int,
    positive: int,
    confidence: float,
) -> Interval:
    """Return the metric of `first` less that of `second`, answers of shape (rows,), by the paired bootstrap.

    Rows with one truth and the same two answers are alike, so the counts of these cells are resampled: the
    same as to resample the rows, whatever their number.

    Raises:
        CannotEstimate: the metric is undefined, or the two never differ on what it counts.

    Source: B. Efron, JASA 82 (1987) 171-185.
    """
    import numpy as np

    cells, counts = np.unique((truth * classes + first) * classes + second, return_counts=True)
    kind, b = np.divmod(cells, classes)
    t, a = np.divmod(kind, classes)

    def differences(weights: Floats) -> Floats:
        found: Floats = metric(_tables(weights, t, a, classes), positive) - metric(
            _tables(weights, t, b, classes), positive
        )
        return found

    rows = int(counts.sum())
    estimate = float(differences(counts[None].astype(np.float64))[0])
    if np.isnan(estimate):
        raise CannotEstimate("no row is of a class, or called so, that the metric counts")
    drawn = np.random.default_rng(0).multinomial(rows, counts / rows, size=RESAMPLES).astype(np.float64)
    left_out = counts - np.eye(len(counts))
    accelerate = acceleration(differences(left_out), counts.astype(np.float64))
    low, high = bca_limits(estimate, differences(drawn), accelerate, confidence=confidence)
    found = Interval(estimate=estimate, low=low, high=high, confidence=confidence, method="bootstrap, paired, BCa")
    if is_flat(found):
        raise CannotEstimate("the two models differ in no row that the metric counts")
    return found


def _tables(weights: Floats, truth: Places, said: Places, classes: int) -> Floats:
    import numpy as np

    to_cell = np.zeros((len(truth), classes * classes))
    to_cell[np.arange(len(truth)), truth * classes + said] = 1
    return (weights @ to_cell).reshape(-1, classes, classes)


def _ratio(part: Floats, whole: Floats, undefined: float = float("nan")) -> Floats:
    import numpy as np

    shares: Floats = np.divide(part, whole, out=np.full_like(whole, undefined), where=whole > 0)
    return shares
