"""MQ012: each feature is worth its cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from model_checks.checks import OFF, WARN, Phase, check
from model_checks.findings import Finding, ModelRaised, NotAudited
from model_checks.quality.feature_groups import feature_groups, memory_bytes, request_bytes
from model_checks.quality.feature_worths import Worth, spare, worths_of
from model_checks.quality.labelled_rows import labelled, rows_of
from model_checks.quality.shuffling import Shuffler
from model_checks.quality.usable_answers import unusable
from model_checks.quality.worth_stability import RULE as STABLE
from model_checks.quality.worth_stability import compared
from model_checks.signatures import Count, Fraction
from model_checks.statistics.agreement import evenly_spaced
from model_checks.statistics.influences import RowMetric, influences
from model_checks.statistics.interval import CannotEstimate, Confidence, Interval
from model_checks.statistics.metrics import METRICS, misfit, usual_metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from model_checks.dataset import Dataset
    from model_checks.inputs import Model, Predictions

FEWEST = 30
WORTH, BUDGET = "worth its cost", "feature budget"
FIX = "leave the feature out, train again, and let MQ002 compare the two models; or keep it and say why"


@check("each feature is worth its cost", phases=Phase.INTEGRATION, levels=(OFF, WARN, WARN), weight="heavy")
def mq012(
    model: Model,
    test: Dataset,
    predictions: Predictions,
    second_model: Model | None = None,
    *,
    metric: RowMetric | None = None,
    tolerance: Fraction = 0.005,
    budget: Count | None = None,
    together: Fraction = 0.8,
    stable: Fraction = 0.5,
    rows: Count = 1000,
    shuffles: Count = 2,
    confidence: Confidence = 0.98,
) -> Iterator[Finding]:
    """Shuffle each feature among the test rows and see what the metric loses: what the feature is worth.

    Up to `rows` evenly spaced rows are shuffled `shuffles` times, always alike; more of either tell more and cost
    more answers. A feature can go where the metric loses less than `tolerance` (of a loss or error: less than
    that share of its value) for certain, alone and with all others that can go; what the rows cannot tell is
    kept. Features whose association is `together` or more are shuffled as one, for each could stand in for the
    others. The intervals are paired, over the rows, and hold for all features together. With a `budget` there
    may be at most so many features.

    What a feature costs is its share of each request and of the table that the model is given, in bytes: what
    is saved at least. What the model itself would save is known only once it is trained without.

    Where the run trains the model, it is trained again: a feature that matters in one training and is worth
    less than a share `stable` of that in the other, for certain, fails. The metric is roc_auc, balanced_accuracy
    or r2 where none is chosen.

    Why: Each feature has to be collected, sent, checked, stored and kept alive for years, and can break. One that
    buys nothing only costs. And an explanation that changes with the seed explains nothing.
    Fix: Leave out what can go, train again and compare; average several trainings where the ranking is not stable.
    Source: L. Breiman, Machine Learning 45 (2001) 5-32; A. Fisher, C. Rudin, F. Dominici, JMLR 20 (2019) 177; D.
    Sculley and others, Hidden Technical Debt in Machine Learning Systems, NeurIPS (2015).
    """
    broken = list(_unusable(predictions))
    yield from broken
    if broken:
        return
    places = labelled(predictions)
    places = places[evenly_spaced(len(places), rows)]
    name = metric or usual_metric(predictions)
    if wrong := misfit(name, predictions):
        fix = "mend [checks.MQ012] in iddr.toml"
        yield Finding(ok=False, message=wrong, where=test.name, rule=name, fix=fix)
        return
    if len(places) < FEWEST or not shuffles or not test.features.shape[1]:
        raise NotAudited(f"{len(places)} rows of {test.name} are too few to shuffle: give {FEWEST} with a label")
    shuffler = Shuffler(
        model=model, features=test.features.iloc[places].reset_index(drop=True),
        predictions=rows_of(predictions, places), metric=name, times=shuffles,
    )  # fmt: skip
    groups = feature_groups(shuffler.features, test.contract.columns, together)
    try:
        worths = worths_of(shuffler, groups, confidence, singly=True)
        least = tolerance * _scale(shuffler)
        yield from _findings(shuffler, worths, least, confidence, test.name)
        if budget is not None:
            yield _within_budget(worths, budget, test.name)
        if second_model is not None:
            yield _again(shuffler, second_model, worths, (stable, least, confidence), test.name)
    except ModelRaised as raised:
        raise NotAudited(f"the model raises {raised} on shuffled rows; MQ010 shows which rows") from raised
    except CannotEstimate as reason:
        yield _undecided(len(places), reason, test.name)


def _undecided(rows: int, reason: CannotEstimate, table: str) -> Finding:
    message = f"what features are worth cannot be told from {rows} rows: {reason}"
    return Finding(ok=None, message=message, where=table, rule=WORTH, fix="test on more rows, of every class")


def _unusable(predictions: Predictions) -> Iterator[Finding]:
    """Yield what `unusable` does of the rows that have a label."""
    if len(predictions.answers.values) != len(predictions.truth):
        yield from unusable(predictions)
    else:
        yield from unusable(rows_of(predictions, labelled(predictions)))


def _scale(shuffler: Shuffler) -> float:
    if METRICS[shuffler.metric].higher_is_better:
        return 1.0
    return abs(float(influences(shuffler.predictions, shuffler.metric).mean()))


def _findings(
    shuffler: Shuffler, worths: Sequence[Worth], least: float, confidence: float, table: str
) -> Iterator[Finding]:
    gone, jointly = spare(shuffler, worths, least, confidence)
    for worth in worths:
        yield _worth(worth, shuffler, least, table, can_go=worth in gone)
    if jointly and len(gone) > 1:
        names = ", ".join(worth.name for worth in gone)
        yield Finding.said(
            f"all of {names} can go together: {shuffler.metric} then loses {_interval(jointly)}, which saves "
            f"{_saved([name for worth in gone for name in worth.features], shuffler.features)}",
            where=table,
        )


def _worth(worth: Worth, shuffler: Shuffler, least: float, table: str, *, can_go: bool) -> Finding:
    interval = worth.interval
    message = f"{shuffler.metric} loses {_interval(interval)} when {worth.name} is shuffled"
    if len(worth.features) > 1:
        alone = ", ".join(f"{n} {w:.3g}" for n, w in zip(worth.features, worth.alone, strict=True))
        message += f" together (alone: {alone})"
    cost = _saved(worth.features, shuffler.features)
    if can_go:
        message += f", less than the {least:.3g} that a feature must be worth: without it each row saves {cost}"
    elif interval.high < least:
        message += ", which is little, but more with the others that are worth as little: it stays"
    elif interval.low < least:
        message += (
            f"; {len(shuffler.features)} rows do not show that it is worth less than {least:.3g}; it costs {cost}"
        )
    else:
        message += f", at least {least:.3g}; it costs {cost}"
    return Finding(
        ok=not can_go, message=message, where=f"{table}.{worth.name}", rule=WORTH, measured=interval.estimate,
        limit=least, interval=(interval.low, interval.high), fix=FIX if can_go else "",
    )  # fmt: skip


def _saved(names: Sequence[str], features: pd.DataFrame) -> str:
    sent = sum(request_bytes(features[name]) for name in names)
    held = sum(memory_bytes(features[name]) for name in names)
    return f"at least {sent:.0f} bytes of a request and {held:.0f} of memory"


def _within_budget(worths: Sequence[Worth], budget: int, table: str) -> Finding:
    count = sum(len(worth.features) for worth in worths)
    message = f"the model has {count} features, at most {budget} are agreed"
    if count > budget:
        ranked = sorted(worths, key=lambda w: w.interval.estimate)
        named = [f"{w.name} ({w.interval.estimate:.3g})" for w in ranked[: count - budget]]
        message += f"; worth least are {', '.join(named)}"
    fix = "leave out those that are worth least, train again and compare; or agree on more in [checks.MQ012]"
    return Finding(
        ok=count <= budget, message=message, where=table, rule=BUDGET, measured=count, limit=budget,
        fix=fix if count > budget else "",
    )  # fmt: skip


def _again(
    shuffler: Shuffler, second: Model, worths: Sequence[Worth], limits: tuple[float, float, float], table: str
) -> Finding:
    share, least, confidence = limits
    if second.sha256 == shuffler.model.sha256:
        message = "trained again, the model is the same byte for byte, and so is what its features are worth"
        return Finding(ok=True, message=message, where=table, rule=STABLE)
    if second.classes != shuffler.model.classes:
        message = f"trained again, the model's classes are {second.classes}, they were {shuffler.model.classes}"
        fix = "train on rows of every class, in one order; RP003 compares the two models"
        return Finding(ok=False, message=message, where=table, rule=STABLE, fix=fix)
    said = replace(shuffler.predictions, answers=second.predict(shuffler.features))
    if broken := next(unusable(said), None):
        return replace(broken, message=f"trained again: {broken.message}", rule=STABLE)
    again = replace(shuffler, model=second, predictions=said)
    groups = [worth.features for worth in worths]
    others = worths_of(again, groups, confidence, singly=False)
    return compared(worths, others, table, share=share, tolerance=least, confidence=confidence)


def _interval(found: Interval) -> str:
    return f"{found.estimate:.3g} ({found.low:.3g} to {found.high:.3g})"
