"""What a metric loses when columns are shuffled among the rows, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from model_checks.findings import NotAudited
from model_checks.quality.stacked_rows import stacked
from model_checks.statistics.agreement import rows_at
from model_checks.statistics.influences import influences

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.inputs import Model, Predictions

    Floats = NDArray[np.float64]

SEED = 0
AT_ONCE = 50_000  # rows that are asked about in one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffler:
    """A model, the rows that it is asked about, what it said of them, and the metric.

    The same `times` shuffles serve every column and every model, so that what they lose can be compared.
    """

    model: Model
    features: pd.DataFrame
    predictions: Predictions
    metric: str
    times: int

    def lost(self, blocks: Sequence[Sequence[str]]) -> Floats:
        """Return what each row loses when the columns of a block are shuffled together, shape (blocks, rows).

        The mean over the rows is the permutation importance, averaged over the shuffles.

        Raises:
            ModelRaised: the model raised on shuffled rows.
            NotAudited: its answers to them are none.
            CannotEstimate: the rows do not define the metric.

        Source: L. Breiman, Machine Learning 45 (2001) 5-32; A. Fisher, C. Rudin, F. Dominici, JMLR 20 (2019).
        """
        import numpy as np

        rows, base = len(self.features), influences(self.predictions, self.metric)
        orders = [np.random.default_rng((SEED, time)).permutation(rows) for time in range(self.times)]
        asked = [(place, order) for place in range(len(blocks)) for order in orders]
        found = np.zeros((len(blocks), rows))
        step = max(1, AT_ONCE // rows)
        for first in range(0, len(asked), step):
            some = asked[first : first + step]
            said = self._asked([self._shuffled(blocks[place], order) for place, order in some])
            for (place, _), one in zip(some, said, strict=True):
                found[place] += (base - influences(one, self.metric)) / self.times
        if not np.isfinite(found).all():
            raise NotAudited("the model answers shuffled rows with what is no number; MQ010 shows which rows")
        return found

    def _shuffled(self, block: Sequence[str], order: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return {name: self.features[name].to_numpy()[order] for name in block}

    def _asked(self, changes: list[dict[str, NDArray[Any]]]) -> list[Predictions]:
        import numpy as np

        rows = len(self.features)
        answers = self.model.predict(stacked(self.features, changes))
        if len(answers.values) != rows * len(changes):
            raise NotAudited(f"the model gives {len(answers.values)} answers for {rows * len(changes)} rows")
        places = np.arange(rows * len(changes)).reshape(-1, rows)
        return [replace(self.predictions, answers=rows_at(answers, some)) for some in places]
