"""A team's metrics made from functions of a few lines, evaluated by the program that does so in the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.model_host import metric_program
from model_checks.inputs import Measured, OwnMetric
from model_checks.statistics.own_metric_intervals import blocks_of, resamples_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from model_checks.inputs import Predictions


@dataclass(frozen=True)
class MadeMetrics:
    functions: Mapping[str, Callable[..., Any]]
    declared: Mapping[str, OwnMetric]

    def measure(self, name: str, predictions: Predictions, /) -> Measured:
        rows = len(predictions.truth)
        by_rows = {
            "truth": predictions.truth,
            "answers": predictions.answers.values,
            "probabilities": predictions.answers.probabilities,
        }
        order = {"rows": rows, "seed": 0, "resamples": resamples_of(rows), "blocks": blocks_of(rows)}
        try:
            metric = metric_program.Metric(self.functions[name], by_rows, {"classes": list(predictions.classes)})
            told, arrays = metric_program.measured(metric, order)
        except metric_program.Fault as fault:
            return Measured(fault=str(fault))
        if told["by_row"]:
            return Measured(estimate=told["estimate"], by_row=arrays[0])
        left_out = arrays[1] if len(arrays) > 1 else None
        return Measured(
            estimate=told["estimate"], replicates=arrays[0], left_out=left_out, undefined=told["undefined"]
        )


def made(*, owner="", higher_is_better=True, **functions):
    """Return metrics by name, each a function of truth, answers or probabilities."""
    return MadeMetrics(
        functions,
        {
            name: OwnMetric(name=name, function=f"kpis:{name}", owner=owner, higher_is_better=higher_is_better)
            for name in functions
        },
    )
