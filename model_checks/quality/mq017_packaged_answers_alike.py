"""MQ017: the converted or compressed model gives the original's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.inputs import Answers
from model_checks.quality.parity import TOLERANCE, parity_of
from model_checks.signatures import Fraction
from model_checks.statistics.agreement import Tolerance, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Predictions

FIX = (
    'package the model in another form ([steps.convert] form = "auto" tries each), or state in [checks.MQ017] how '
    "far the two may differ"
)


@check(
    "the converted or compressed model gives the original's answers",
    phases=Phase.DELIVERY,
    levels=(BLOCK, BLOCK, BLOCK),
)
def mq017(
    predictions: Predictions,
    packaged_predictions: Predictions,
    *,
    tolerance: Tolerance = TOLERANCE,
    labels: Fraction = 0.0,
) -> Iterator[Finding]:
    """Compare the packaged model's answers to the test table with the original's.

    Probabilities may differ by `tolerance`, a regression's numbers by that share of their standard deviation or of
    themselves, labels on a share `labels` of the rows. A label may also differ where the original finds both
    classes equally probable, but for twice `tolerance`.

    Why: A conversion computes with fewer digits, knows other rules for missing values and unknown categories, and
    may leave a step out. Every gate judged the original; users get the conversion.
    Fix: Look at the row that is named, in both; package another form, or change the step that does not convert.
    Source: M. Openja and others, An Empirical Study of Challenges in Converting Deep Learning Models, ICSME
    (2022); IEEE 754-2019, binary32.
    """
    table = predictions.table
    if not len(predictions.truth):
        raise NotAudited(f"the {table} table has no rows to compare answers on: point [data] test at some")
    truths = Answers(values=packaged_predictions.truth), Answers(values=predictions.truth)
    if not compare(*truths).within(0):
        raise NotAudited("the two sets of answers are to different rows: ask both about the same test table")
    if packaged_predictions.classes != predictions.classes:
        message = f"packaged, the classes are {packaged_predictions.classes}, judged were {predictions.classes}"
        yield Finding(ok=False, message=message, where=table, rule="same classes", fix=FIX)
        return
    found = parity_of(predictions, packaged_predictions, tolerance=tolerance)
    if found.labels is not None:
        same = found.labels.within(0, labels=labels)
        allowed = f", at most {labels:.2%} may" if labels else ""
        yield Finding(
            ok=same, message=f"packaged, {found.words_on_labels}{allowed}", where=table, rule="same labels",
            measured=None if found.labels.shape else found.labels.labels / found.labels.rows, limit=labels,
            fix="" if same else FIX,
        )  # fmt: skip
    if found.numbers is not None:
        same = found.numbers.within(tolerance)
        yield Finding(
            ok=same, message=f"packaged, {found.words_on_numbers}, at most {tolerance:g} is allowed", where=table,
            rule="same numbers", measured=None if found.numbers.shape else found.numbers.distance,
            limit=tolerance, fix="" if same else FIX,
        )  # fmt: skip
