"""How often the quality gates are wrong, and how right their rows-needed figures are; prints the figures.

    python -m tests.simulations.quality [runs]

Every truth is known here: the models are drawn from distributions, not trained.
"""

from __future__ import annotations

import re
import sys
from collections import Counter

import numpy as np

from model_checks.discovery import load_check
from model_checks.statistics.interval import rows_to_decide
from model_checks.statistics.metrics import METRICS
from model_checks.statistics.paired_metrics import gain_over
from tests.model_checks.made_segments import made_table
from tests.simulations import quality_models as made

MARGIN = 0.01
FIGURE = re.compile(r"about ([\d,]+) would")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the figures are what this is for


def verdicts(rows: int, area: float, champion: float, runs: int, *, common: float, seed: int):
    """Return how MQ002 judges the pair on each of `runs` tables, and whether the candidate scored lower."""
    check, random = load_check("MQ002"), np.random.default_rng(seed)
    for _ in range(runs):
        pair = made.rivals(rows, area, champion, common, random)
        [finding] = check(*pair, metric="roc_auc", margin=MARGIN)
        yield finding


def share(values) -> str:
    return f"{np.mean(list(values)):.1%}"


def champion(runs: int) -> None:
    say(f"MQ002, roc_auc, margin {MARGIN}, {runs} tables each")
    within = list(verdicts(5000, 0.795, 0.80, runs, common=0.9, seed=1))
    say(f"  0.005 worse (within the margin), 5,000 rows: rejected {share(f.ok is False for f in within)}; "
        f"a bare comparison rejects {share(f.measured < 0 for f in within)}")  # fmt: skip
    edge = list(verdicts(5000, 0.79, 0.80, runs, common=0.9, seed=2))
    say(f"  0.01 worse (on the margin), 5,000 rows: rejected {share(f.ok is False for f in edge)}, "
        f"passed {share(f.ok is True for f in edge)}")  # fmt: skip
    lost = list(verdicts(5000, 0.78, 0.80, runs, common=0.9, seed=3))
    say(f"  0.02 worse, 5,000 rows: missed (passed) {share(f.ok is True for f in lost)}, "
        f"rejected {share(f.ok is False for f in lost)}; a rule of +-20 % misses "
        f"{share(abs(f.measured) < 0.2 * 0.8 for f in lost)}")  # fmt: skip


def rows_needed_of_champion(runs: int) -> None:
    """Compare the figure with the rows at which an equal candidate does pass in 4 of 5 cases."""
    few = list(verdicts(1000, 0.80, 0.80, runs, common=0.9, seed=4))
    undecided = [f for f in few if f.ok is None]
    figures = np.array([int(m[1].replace(",", "")) for f in undecided if (m := FIGURE.search(f.message))])
    middle = int(np.median(figures))
    many = max(200, runs // 3)
    passed = np.mean([f.ok is True for f in verdicts(middle, 0.80, 0.80, many, common=0.9, seed=5)])
    true = found_by_search(many)
    right = np.mean(abs(figures / true - 1) <= 0.25)
    say(f"  equal, 1,000 rows: inconclusive {share(f.ok is None for f in few)}; rows needed, median {middle:,}, "
        f"truly {true:,}; {right:.1%} of the figures are right within 25 %; at the median {passed:.1%} pass (80 % meant)")  # fmt: skip


def found_by_search(runs: int) -> int:
    """Return the rows at which 80 % of equal candidates pass, between those where fewer and more do."""
    sizes = np.array([2000, 3000, 4000, 5000, 6500])
    shares = [np.mean([f.ok is True for f in verdicts(int(n), 0.8, 0.8, runs, common=0.9, seed=6)]) for n in sizes]
    return int(np.interp(0.8, np.maximum.accumulate(shares), sizes))


def rows_needed_of_floors(runs: int) -> None:
    say(
        f"MQ001, limit below the true value; how many tables of the rows that are called for decide (80 % meant), {runs} tables"
    )
    for name, away in (("roc_auc", 0.03), ("accuracy", 0.03), ("f1", 0.03), ("log_loss", 0.04)):
        random = np.random.default_rng(7)
        large, _ = made.rivals(200_000, 0.8, 0.8, 0.9, random)
        true = METRICS[name].estimate(large, confidence=0.95).estimate
        limit = true - away if METRICS[name].higher_is_better else true + away
        small, _ = made.rivals(1000, 0.8, 0.8, 0.9, random)
        seen = METRICS[name].estimate(small, confidence=0.95)
        shift = true - seen.estimate
        figure = rows_to_decide(seen.mapped(lambda v, shift=shift: v + shift), limit, 1000)
        decided = []
        for _ in range(runs):
            one, _ = made.rivals(figure, 0.8, 0.8, 0.9, random)
            found = METRICS[name].estimate(one, confidence=0.95)
            decided.append(not found.low <= limit <= found.high)
        say(
            f"  {name} {true:.3f} against {limit:.3f}: {figure:,} rows called for from 1,000; {np.mean(decided):.1%} decide"
        )


def coverage(runs: int) -> None:
    """Print how often one-sided limits of paired intervals leave out the truth (5 % meant)."""
    say(f"paired intervals, 1,000 rows, one-sided at 5 %, {runs} tables")
    for name in ("roc_auc", "accuracy", "f1", "log_loss"):
        random = np.random.default_rng(8)
        better, worse = made.rivals(400_000, 0.80, 0.79, 0.9, random)
        sign = 1 if METRICS[name].higher_is_better else -1
        large = [METRICS[name].estimate(p, confidence=0.9).estimate for p in (better, worse)]
        true, over, under = sign * (large[0] - large[1]), 0, 0
        for _ in range(runs):
            interval = gain_over(*made.rivals(1000, 0.80, 0.79, 0.9, random), name, confidence=0.9).interval
            over, under = over + (interval.low > true), under + (interval.high < true)
        say(f"  {name}: {over / runs:.1%} too high, {under / runs:.1%} too low")


def family(runs: int) -> None:
    """Print how many runs of the whole family over a good model fail anything."""
    kinds = {
        "two classes": made.good_two,
        "three classes": made.good_three,
        "numbers": lambda f, r: made.good_numbers(f, r, skewed=False),
        "numbers, skewed": lambda f, r: made.good_numbers(f, r, skewed=True),
    }
    for kind, model in kinds.items():
        random, alarms, failed = np.random.default_rng(9), Counter(), 0
        for _ in range(runs):
            codes = set(failing_codes(model, random))
            alarms.update(codes)
            failed += bool(codes)
        by_code = ", ".join(f"{code} {count}" for code, count in sorted(alarms.items())) or "none"
        say(f"  {kind}: {failed / runs:.1%} of {runs} runs have a false alarm ({by_code})")


def failing_codes(model, random):
    frame, before = made.table(3000, random), made.table(3000, random)
    predictions, test = model(frame, random), made_table(frame)
    inputs = {
        "predictions": predictions,
        "champion_predictions": made.nearly(predictions, random),
        "train_predictions": model(before, random),
        "test": test,
        "sensitive": ("sex", "age"),
        "time_column": "week",
    }
    for code in ("MQ001", "MQ002", "MQ004", "MQ005", "MQ006", "MQ007", "MQ014", "MQ016"):
        check = load_check(code)
        if predictions.task in check.tasks:
            found = check.function(**{i.name: inputs[i.name] for i in check.inputs if i.name in inputs})
            if any(f.ok is False for f in found):
                yield code


def main(runs: int) -> None:
    champion(runs)
    rows_needed_of_champion(runs)
    rows_needed_of_floors(max(100, runs // 4))
    coverage(max(200, runs // 2))
    say("the whole family on good models, 3,000 rows")
    family(max(40, runs // 5))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
