"""MQ010: the model survives whatever the contract allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract.dtypes import frame
from model_checks.contract.edges import edge_rows
from model_checks.contract.strategies import NoValue, keeper
from model_checks.contract.strategies import rows as rows_of
from model_checks.findings import Finding, NotAudited
from model_checks.quality.answer_faults import Trouble, trouble_with
from model_checks.quality.drawing import as_json, drawn_rows, first_use, smallest_row
from model_checks.quality.usual_values import seen_texts, usual_row
from model_checks.signatures import Count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

    from model_checks.contract.dialect import Contract
    from model_checks.counterexamples import CounterExample
    from model_checks.inputs import Model
    from model_checks.profile import Profile

    Row = dict[str, Any]

BATCH = 100
FIX = "let the model handle such a row (fill, unknown category), or let the contract refuse it"
KEEP = (
    "; every run here asks this row first: commit .iddr/counterexamples.json as counterexamples.json beside "
    "iddr.toml, so that every other run does too"
)


@check("survives whatever the contract allows", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def mq010(
    model: Model, contract: Contract, target: str, train_profile: Profile | None = None,
    counterexamples: tuple[CounterExample, ...] = (),
    *, examples: Count = 200, seed: Count = 0, lowest: float | None = None, highest: float | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """Ask about rows that the contract allows; one that the model does not survive is made as small as can be.

    The model must not raise, and must answer each row with one finite number (from `lowest` to `highest`, where
    they are set), or with one of its classes and with probabilities from 0 to 1 that sum to 1. First come rows on
    which it failed before, then rows with one column at an edge: least and greatest, every listed value, null,
    absent, texts that training has not seen. Then `examples` rows are drawn, the same ones for the same `seed`.

    Why: The service lets in whatever the contract allows: a missing value, a new category, a zero, the largest
    number. What the test table does not hold was never tried, and production will.
    Fix: Let the model handle such a row (fill, unknown category), or let the contract refuse it (required,
    minimum, enum). Commit .iddr/counterexamples.json as counterexamples.json, so that every run asks it first.
    Source: D. R. MacIver, Z. Hatfield-Dodds, Hypothesis, JOSS 4 (2019) 1891; K. Claessen, J. Hughes,
    QuickCheck, ICFP (2000) 268-279.
    """
    features = contract.without(target) if target in contract.columns else contract
    if not features.columns or not examples:
        raise NotAudited("there is nothing to draw: the contract has no feature, or examples is 0")
    if model.classes and (lowest is not None or highest is not None):
        yield Finding(
            ok=False, message="lowest and highest limit numbers; the model answers classes", where="contract",
            rule="answers have limits", fix="take them out of [checks.MQ010] in iddr.toml",
        )  # fmt: skip
        return
    seen = seen_texts(features, train_profile)
    strategy, drawn = _drawn(features, seen, examples, seed)
    asking = _Asking(
        model=model, features=features, limits=(lowest, highest), strategy=strategy, plainest=drawn[0], seed=seed
    )
    kept, outdated = _allowed(features, target, counterexamples)
    if outdated:
        message = f"{outdated} rows that failed before are left out: the contract no longer allows them"
        yield Finding.said(message, where="contract")
    edges = edge_rows(features, usual_row(features, drawn[0], train_profile), seen)
    failure = asking.failure(kept, [], shrink=False) or asking.failure(edges, []) or asking.failure(drawn, edges)
    yield failure or _survived(drawn, edges, kept, seed)


def _drawn(
    features: Contract, seen: dict[str, tuple[str, ...]], examples: int, seed: int
) -> tuple[SearchStrategy[Row], list[Row]]:
    with first_use():
        try:
            strategy = rows_of(features, seen)
        except NoValue as none:
            raise NotAudited(f"no row obeys the contract: {none}; mend the column's rules") from none
        drawn = drawn_rows(strategy, examples, seed)
    if not drawn:
        raise NotAudited("no row was found that obeys the contract: make its patterns and limits less narrow")
    return strategy, drawn


def _allowed(
    features: Contract, target: str, counterexamples: tuple[CounterExample, ...]
) -> tuple[list[Row], int]:
    """Return the kept rows that the contract still allows, and the number of the others."""
    obeys = keeper(features)
    rows = [{name: v for name, v in each.row.items() if name != target} for each in counterexamples]
    allowed = [row for row in rows if obeys(row)]
    return allowed, len(rows) - len(allowed)


def _survived(drawn: list[Row], edges: list[Row], kept: list[Row], seed: int) -> Finding:
    message = f"the model answers all of {len(drawn)} rows drawn from the contract (seed {seed})"
    message += f", {len(edges)} rows at its edges" + (f" and {len(kept)} that failed before" if kept else "")
    return Finding(ok=True, message=message, where="contract", rule="answers whatever is allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    model: Model
    features: Contract
    limits: tuple[float | None, float | None]
    strategy: SearchStrategy[Row]
    plainest: Row
    seed: int

    def failure(self, rows: list[Row], good: list[Row], *, shrink: bool = True) -> Finding | None:
        """Return what is wrong with the answers to `rows`, or None; `good` rows are known to be answered."""
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            trouble = trouble_with(self.model, frame(self.features, batch), self.limits)
            if trouble is not None:
                return self._explained(batch, trouble, [*good, *rows[:start]], shrink=shrink)
        return None

    def _explained(self, batch: list[Row], trouble: Trouble, good: list[Row], *, shrink: bool) -> Finding:
        """Return the finding with the simplest row that gives the same trouble when asked alone."""

        def alone(row: Row) -> Trouble | None:
            found = trouble_with(self.model, frame(self.features, [row]), self.limits)
            return found if found is not None and found.rule == trouble.rule else None

        culprit = next((row for row in batch if alone(row)), None)
        if culprit is None:
            words = f"{trouble.words}, on {len(batch)} rows that the contract allows, though on none of them alone"
            return _finding(trouble, words, "take out of predict whatever looks at the other rows")
        row = culprit
        if shrink:
            asks = len(good) + len(batch)
            smaller = smallest_row(self.strategy, lambda row: alone(row) is not None, asks, self.seed, good=good)
            row = self._plainer(culprit, alone) if smaller is None else smaller
        allowed = "that the contract allows" if shrink else "that failed before"
        words = f"{(alone(row) or trouble).words}, on a row {allowed}: {as_json(row)}"
        return _finding(trouble, words, FIX + KEEP, row)

    def _plainer(self, row: Row, alone: Callable[[Row], Trouble | None]) -> Row:
        """Return `row` with each column as in the plainest row, as far as the trouble stays."""
        obeys = keeper(self.features)
        for name in self.features.columns:
            rest = {n: v for n, v in row.items() if n != name}
            other = rest | ({name: self.plainest[name]} if name in self.plainest else {})
            ordered = {n: other[n] for n in self.features.columns if n in other}
            if ordered != row and obeys(ordered) and alone(ordered):
                row = ordered
        return row


def _finding(trouble: Trouble, words: str, fix: str, row: Row | None = None) -> Finding:
    return Finding(ok=False, message=words, where="contract", rule=trouble.rule, fix=fix, counterexample=row)
