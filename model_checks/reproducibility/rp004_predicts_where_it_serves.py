"""RP004: the model loads and predicts in the environment that will serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.inputs import Answers
from model_checks.statistics.agreement import Tolerance, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions

FIX = "serve with the versions that it was trained with: build the package from the lock of the training"


@check(
    "loads and predicts in the environment that will serve",
    phases=Phase.DELIVERY,
    levels=(BLOCK, BLOCK, BLOCK),
)
def rp004(
    serving_predictions: Predictions, shipped_predictions: Predictions, *, tolerance: Tolerance = 1e-6
) -> Iterator[Finding]:
    """Compare what the packaged model says inside the image with what it said where it was judged.

    Of a conversion these are its own answers, which MQ017 has held to the original's.

    Labels must be equal, numbers and probabilities within `tolerance` (relative above 1).

    Why: Of real saved models most fail to load, or load and answer otherwise, under other versions of their
    libraries. The gates judged the answers of one environment; users get those of another.
    Fix: Serve with the versions that the model was trained with, from one lock.
    Source: scikit-learn, User Guide, Model persistence, "Security & Maintainability Limitations".
    """
    served, shipped = serving_predictions, shipped_predictions
    if not len(shipped.truth):
        raise NotAudited(f"the {shipped.table} table has no rows to compare answers on: point [data] test at some")
    truths = Answers(values=served.truth), Answers(values=shipped.truth)
    if not compare(*truths).within(0):
        raise NotAudited(
            "the two sets of answers are to different rows: judge and package from the same test table"
        )
    if served.classes != shipped.classes:
        message = f"where it serves, the classes are {served.classes}, judged were {shipped.classes}"
        yield Finding(ok=False, message=message, where=shipped.table, rule="same answers", fix=FIX)
        return
    agreement = compare(served.answers, shipped.answers)
    same = agreement.within(tolerance)
    yield Finding(
        ok=same,
        message=f"in the environment that will serve, {agreement.words}; numbers may differ by {tolerance:g}",
        where=shipped.table,
        rule="same answers",
        measured=None if agreement.shape else agreement.distance,
        limit=tolerance,
        fix="" if same else FIX,
    )
