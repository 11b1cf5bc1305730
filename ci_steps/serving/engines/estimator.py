"""A model with `predict`, and perhaps `predict_proba`, of a pandas table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.serving.engine import Answered
from ci_steps.serving.engines.shapes import finite, one_each
from ci_steps.serving.frames import frame_of
from ci_steps.serving.kinds import opening
from ci_steps.serving.refusals import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.engine import Columns
    from model_checks.contract.dialect import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorEngine:
    """A scikit-learn estimator, or whatever has the same methods; `columns` are the contract's, in its order."""

    estimator: Any
    columns: Mapping[str, Column]
    classes: tuple[Any, ...] = ()
    steady: bool = False
    apart: bool = False

    @classmethod
    def of(cls, estimator: Any, columns: Mapping[str, Column]) -> EstimatorEngine:
        """Return the engine of `estimator`; a regression and several targets have no classes."""
        # The first table imports pandas, for which no request should have to wait.
        frame_of(dict.fromkeys(columns, ()), columns, 0)
        return cls(estimator=estimator, columns=columns, classes=tuple(opening.classes_of(estimator)))

    def answer(self, columns: Columns, rows: int) -> Answered:
        """Answer the rows, as a table of the types that the model was judged with."""
        frame = frame_of(columns, self.columns, rows)
        found, probabilities = opening.answers(self.estimator, frame)
        values = one_each(found, rows)
        if probabilities is None:
            return Answered(values=values)
        chances = finite(probabilities)
        if chances.shape != (rows, len(self.classes)):
            raise ModelFailed(f"predict_proba gave shape {chances.shape} for {rows} rows")
        return Answered(values=values, probabilities=chances.tolist())
