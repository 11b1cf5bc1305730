"""MQ010: the model survives whatever the contract allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract.dtypes import frame
from model_checks.contract.strategies import NoValue
from model_checks.contract.strategies import rows as rows_of
from model_checks.findings import Finding, NotAudited
from model_checks.quality.answer_faults import Trouble, trouble_with
from model_checks.quality.drawing import as_json, drawn_rows, smallest_row
from model_checks.signatures import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Model

    Row = dict[str, Any]

BATCH = 100


@check("survives whatever the contract allows", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def mq010(
    model: Model, contract: Contract, target: str, *, examples: Count = 200, seed: Count = 0
) -> Iterator[Finding]:
    """Ask the model about rows drawn from the contract; one that it does not survive is made as small as can be.

    The model must not raise, and must answer each row with one finite number, or with one of its classes and
    with probabilities from 0 to 1 that sum to 1. `examples` rows are drawn, the same ones for the same `seed`.

    Why: The service lets in whatever the contract allows: a missing value, a new category, a zero, the largest
    number. What the test table does not hold was never tried, and production will.
    Fix: Let the model handle such a row (fill, unknown category), or let the contract refuse it (required,
    minimum, enum).
    Source: D. R. MacIver, Z. Hatfield-Dodds, Hypothesis, JOSS 4 (2019) 1891; K. Claessen, J. Hughes,
    QuickCheck, ICFP (2000) 268-279.
    """
    features = contract.without(target) if target in contract.columns else contract
    if not features.columns or not examples:
        raise NotAudited("there is nothing to draw: the contract has no feature, or examples is 0")
    try:
        drawn = drawn_rows(rows_of(features), examples, seed)
    except NoValue as none:
        raise NotAudited(f"no row obeys the contract: {none}; mend the column's rules") from none
    if not drawn:
        raise NotAudited("no row was found that obeys the contract: make its patterns and limits less narrow")
    for start in range(0, len(drawn), BATCH):
        batch = drawn[start : start + BATCH]
        trouble = trouble_with(model, frame(features, batch))
        if trouble is not None:
            yield _explained(model, features, batch, trouble, good=drawn[:start], seed=seed)
            return
    message = f"the model answers all of {len(drawn)} rows drawn from the contract (seed {seed})"
    yield Finding(ok=True, message=message, where="contract", rule="answers whatever is allowed")


def _explained(
    model: Model, features: Contract, batch: list[Row], trouble: Trouble, *, good: list[Row], seed: int
) -> Finding:
    """Return the finding with the simplest row that gives the same trouble when asked alone."""

    def alone(row: Row) -> Trouble | None:
        found = trouble_with(model, frame(features, [row]))
        return found if found is not None and found.rule == trouble.rule else None

    culprit = next((row for row in batch if alone(row)), None)
    if culprit is None:
        words = f"{trouble.words}, on {len(batch)} rows that the contract allows, though on none of them alone"
        return _finding(trouble, words, "take out of predict whatever looks at the other rows")
    examples = len(good) + len(batch)
    smaller = smallest_row(rows_of(features), lambda row: alone(row) is not None, examples, seed, good=good)
    row = culprit if smaller is None else smaller
    words = f"{(alone(row) or trouble).words}, on a row that the contract allows: {as_json(row)}"
    fix = "let the model handle such a row (fill, unknown category), or let the contract refuse it"
    return _finding(trouble, words, fix)


def _finding(trouble: Trouble, words: str, fix: str) -> Finding:
    return Finding(ok=False, message=words, where="contract", rule=trouble.rule, fix=fix)
