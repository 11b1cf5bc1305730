"""What loss a model leads one to expect of each row, and how likely chance alone exceeds it on many rows.

A row is expected to be lost as often as the model's own probabilities say; where there are none, as often as
the rows that were answered alike. So a segment that is simply hard, and known to be, is told from one where the
model is wrong and does not know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model_checks.statistics.chance_bounds import log_mean_exponentials
from model_checks.statistics.labels import positions
from model_checks.statistics.row_losses import logarithmic_losses, squared_errors, wrong_answers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.inputs import Predictions

    Floats = NDArray[np.float64]

Loss = Literal["log_loss", "wrong_answers", "squared_error"]
ANSWER_LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLosses:
    """Losses and what was expected of them, both of shape (rows,).

    `cumulants` is log(E[exp(t * (loss - expected))]) of each row for each t of `steps`, shape (rows, steps).
    """

    losses: Floats
    expected: Floats
    cumulants: Floats
    steps: Floats

    def surprise(self, rows: NDArray[np.intp]) -> float:
        """Return a bound on the chance that these rows' losses exceed what was expected by as much as they do.

        Source: H. Chernoff, Annals of Mathematical Statistics 23 (1952) 493-507.
        """
        import numpy as np

        excess = float((self.losses[rows] - self.expected[rows]).sum())
        exponents = self.cumulants[rows].sum(0) - self.steps * excess
        return float(np.exp(min(exponents.min(), 0.0)))


def usual_loss(predictions: Predictions) -> Loss:
    """Return the loss that judges these predictions where nobody chose one."""
    if predictions.task == "regression":
        return "squared_error"
    return "wrong_answers" if predictions.answers.probabilities is None else "log_loss"


def row_losses(predictions: Predictions, loss: Loss) -> RowLosses:
    """Return the losses of `predictions`, which fit the loss."""
    if loss == "squared_error":
        return _of_levels(squared_errors(predictions), _answer_levels(predictions))
    if predictions.answers.probabilities is None:
        said = positions(predictions.answers.values, predictions.classes)
        return _of_levels(wrong_answers(predictions), said)
    return _logarithmic(predictions) if loss == "log_loss" else _wrong(predictions)


def _logarithmic(predictions: Predictions) -> RowLosses:
    """The excess's cumulants are Renyi's: log(sum over classes of p**(1-t)) - t * entropy."""
    import numpy as np

    steps = np.geomspace(0.02, 1.0, 13)
    table = _probabilities(predictions)
    logs = np.log(table)
    entropy = -(table * logs).sum(1)
    powers = [np.log(np.exp((1 - t) * logs).sum(1)) - t * entropy for t in steps]
    return RowLosses(
        losses=logarithmic_losses(predictions), expected=entropy, cumulants=np.column_stack(powers), steps=steps
    )


def _wrong(predictions: Predictions) -> RowLosses:
    import numpy as np

    steps = np.geomspace(0.02, 4.0, 16)
    table, said = _probabilities(predictions), positions(predictions.answers.values, predictions.classes)
    chance = 1 - table[np.arange(len(said)), said]
    cumulants = np.log1p(chance[:, None] * np.expm1(steps)) - chance[:, None] * steps
    return RowLosses(losses=wrong_answers(predictions), expected=chance, cumulants=cumulants, steps=steps)


def _of_levels(losses: Floats, levels: NDArray[np.intp]) -> RowLosses:
    import numpy as np

    spread = float(losses.std()) or 1.0
    steps = np.geomspace(0.01, 4.0, 20)
    known, codes = np.unique(levels, return_inverse=True)
    means = np.bincount(codes, losses) / np.bincount(codes)
    grown = [log_mean_exponentials((losses[codes == c] - means[c]) / spread, steps) for c in range(len(known))]
    return RowLosses(losses=losses, expected=means[codes], cumulants=np.array(grown)[codes], steps=steps / spread)


def _answer_levels(predictions: Predictions) -> NDArray[np.intp]:
    """Return which fifth of the answers each is in, so that errors may grow with the number that is told."""
    import numpy as np

    said = predictions.answers.values.astype(np.float64)
    edges = np.unique(np.quantile(said, np.linspace(0, 1, ANSWER_LEVELS + 1)[1:-1]))
    return np.searchsorted(edges, said, side="right")


def _probabilities(predictions: Predictions) -> Floats:
    """Return the probabilities off 0 and 1, each row summing to 1, shape (rows, classes)."""
    import numpy as np

    table = np.clip(np.asarray(predictions.answers.probabilities, dtype=np.float64), 1e-15, 1.0)
    rows: Floats = table / table.sum(1, keepdims=True)
    return rows
