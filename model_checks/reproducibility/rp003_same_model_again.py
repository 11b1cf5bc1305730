"""RP003: training again gives the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.signatures import Fraction
from model_checks.statistics.agreement import Tolerance, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Training

FIX = (
    "fix every seed (random_state, numpy, the framework), sort what is read from disk, and train with one thread "
    "(OMP_NUM_THREADS=1); or state in [checks.RP003] how far two trainings may differ"
)


@check("training again gives the same model", phases=Phase.INTEGRATION, levels=(WARN, WARN, BLOCK), weight="heavy")
def rp003(
    training: Training, retraining: Training, *, tolerance: Tolerance = 1e-6, labels: Fraction = 0.0
) -> Iterator[Finding]:
    """Compare two trainings of the same commit on the same data by the model file and by its answers.

    The same bytes are the same model. Else the answers to the test table decide: a share `labels` of the labels
    may differ, numbers and probabilities by `tolerance` (relative above 1).

    Why: A model that cannot be trained again cannot be explained, repaired or rebuilt after a loss, and what a
    gate says of it may be luck of the draw.
    Fix: Fix all seeds, the order of files and rows, and the number of threads.
    Source: J. Pineau and others, Improving Reproducibility in Machine Learning Research, JMLR 22 (2021) 1-20.
    """
    table = training.predictions.table
    if training.model_sha256 == retraining.model_sha256:
        message = f"the model file is the same byte for byte ({training.model_sha256[:12]})"
        yield Finding(ok=True, message=message, where=table, rule="same model")
        return
    if not len(training.predictions.truth):
        raise NotAudited(f"the {table} table has no rows to compare answers on: point [data] test at some")
    yield _compared(training, retraining, tolerance, labels)


def _compared(training: Training, retraining: Training, tolerance: float, labels: float) -> Finding:
    first, again = training.predictions, retraining.predictions
    table = first.table
    if first.classes != again.classes:
        message = f"trained again, the model's classes are {again.classes}, they were {first.classes}"
        return Finding(ok=False, message=message, where=table, rule="same model", fix=FIX)
    agreement = compare(again.answers, first.answers)
    same = agreement.within(tolerance, labels=labels)
    allowed = f"numbers may differ by {tolerance:g}" + (f" and {labels:.2%} of labels" if labels else "")
    message = f"trained again, the file differs; on the {table} table {agreement.words}; {allowed}"
    return Finding(
        ok=same,
        message=message,
        where=table,
        rule="same model",
        measured=None if agreement.shape else agreement.distance,
        limit=tolerance,
        fix="" if same else FIX,
    )
