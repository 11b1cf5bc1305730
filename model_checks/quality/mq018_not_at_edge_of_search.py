"""MQ018: no hyper-parameter at the edge of its search space."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from model_checks.checks import WARN, Phase, check
from model_checks.findings import Finding
from model_checks.search import is_number
from model_checks.signatures import Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.search import Parameter, Search

RULE = "inside its search space"
FEWEST = 3
CLOSE = 1e-9
# Ends that are no accident of the search: nothing, or nothing that means anything, lies beyond.
LEAST = {
    **dict.fromkeys(("max_depth", "min_samples_leaf", "min_child_samples", "n_neighbors", "degree"), 1),
    **dict.fromkeys(("min_samples_split", "num_leaves", "max_leaf_nodes"), 2),
    **dict.fromkeys(
        ("alpha", "reg_alpha", "reg_lambda", "lambda_l1", "lambda_l2", "l2_regularization", "gamma"), 0
    ),
    **dict.fromkeys(("min_child_weight", "ccp_alpha", "min_impurity_decrease", "min_split_gain", "l1_ratio"), 0),
    **dict.fromkeys(("dropout", "weight_decay", "momentum", "shrinkage", "var_smoothing"), 0),
}
MOST = dict.fromkeys(
    (
        *("subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode", "max_features", "max_samples"),
        *("bagging_fraction", "feature_fraction", "l1_ratio", "rsm", "shrinkage"),
    ),
    1,
)


@check("no hyper-parameter at the edge of its search space", phases=Phase.INTEGRATION, levels=(WARN, WARN, WARN))
def mq018(search: Search, *, within: Fraction = 0.01) -> Iterator[Finding]:
    """Look whether a chosen hyper-parameter is the least or the greatest that was tried.

    [model] search names a JSON file that training writes: {"parameters": {"max_depth": {"chosen": 8, "values":
    [2, 4, 8, 16]}, "alpha": {"chosen": 0.1, "low": 0.001, "high": 10, "log": true}}}. Of values the edges are the
    least and the greatest; of a range, what is `within` that share of an end, on a logarithmic scale where "log"
    says so. Words, booleans and null have no edge, and fewer than three numbers have nothing else. An end beyond
    which nothing lies is no fault: some are known (subsample 1, max_depth 1), others are declared with "bound":
    "low", "high" or "both". {"best_params": search.best_params_, "param_grid": search.param_grid} of scikit-learn
    is read too.

    Why: The best value of a search at its edge says that the search ended too early: a better one may lie beyond.
    Fix: Search wider on that side and train again; or declare the end as a bound, where it is one.
    Source: V. Godbole and others, Deep Learning Tuning Playbook (2023), "Identifying bad search space boundaries".
    """
    for parameter, problem in search.problems:
        where, fix = (
            f"{search.name}.{parameter}" if parameter else search.name,
            "write it as iddr explain MQ018 says",
        )
        yield Finding(ok=False, message=problem, where=where, rule="the record can be read", fix=fix)
    findings = [_judged(parameter, search.name, within) for parameter in search.parameters]
    yield from findings
    if not search.problems and all(finding.note for finding in findings):
        message = f"none of {len(findings)} parameters has an edge that says anything"
        fix = "search over three values of a number or more, or a range"
        yield Finding(ok=None, message=message, where=search.name, rule=RULE, fix=fix)


def _judged(parameter: Parameter, record: str, within: float) -> Finding:
    where = f"{record}.{parameter.name}"
    if parameter.values is None:
        low, high, what = parameter.low, parameter.high, "a range"
        if not low <= parameter.chosen <= high:
            return _untrue(parameter, where, f"which is outside {low:g} to {high:g}")
    else:
        if not any(_same(value, parameter.chosen) for value in parameter.values):
            return _untrue(parameter, where, "which is none of the values that were tried")
        numbers = sorted({float(value) for value in parameter.values if is_number(value)})
        if not is_number(parameter.chosen):
            return Finding.said(f"{parameter.chosen!r} is no number, and has no edge", where=where)
        if len(numbers) < FEWEST:
            return Finding.said(f"of {len(numbers)} numbers each is an edge, which says nothing", where=where)
        low, high, what = numbers[0], numbers[-1], f"{len(numbers)} numbers"
    return _placed(parameter, where, low, high, what, within)


def _placed(parameter: Parameter, where: str, low: float, high: float, what: str, within: float) -> Finding:
    chosen, near = float(parameter.chosen), within if parameter.values is None else 0.0
    share = _share(chosen, low, high, log=parameter.log)
    edges = (share <= near + CLOSE, share >= 1 - near - CLOSE)
    bounds = _bounds(parameter, low, high)
    searched = f"of {what} from {low:g} to {high:g}"
    side = next((n for n in (0, 1) if edges[n] and not bounds[n]), None)
    if side is None:
        inside = "is a bound" if any(edges) else "lies inside"
        return Finding(ok=True, message=f"{chosen:g} {inside} {searched}", where=where, rule=RULE, measured=chosen)
    end, beyond = (("lowest", "below"), ("highest", "above"))[side]
    exact = "is" if chosen in (low, high) else "is next to"
    limit = (low, high)[side]
    return Finding(
        ok=False, message=f"{chosen:g} {exact} the {end} {searched}: a better one may lie {beyond}", where=where,
        rule=RULE, measured=chosen, limit=limit,
        fix=f'search {beyond} {limit:g} too, or record "bound": "{("low", "high")[side]}" if nothing lies there',
    )  # fmt: skip


def _share(chosen: float, low: float, high: float, *, log: bool) -> float:
    if log:
        chosen, low, high = math.log(chosen), math.log(low), math.log(high)
    # In halves, for the difference of two great numbers may be none.
    return (chosen / 2 - low / 2) / (high / 2 - low / 2)


def _bounds(parameter: Parameter, low: float, high: float) -> tuple[bool, bool]:
    """Return which ends are bounds: as declared, or as known of a parameter of this name."""
    name = parameter.name.rpartition("__")[2]
    declared_low, declared_high = parameter.bounds
    return declared_low or low == LEAST.get(name), declared_high or high == MOST.get(name)


def _untrue(parameter: Parameter, where: str, why: str) -> Finding:
    return Finding(
        ok=False, message=f"{parameter.chosen!r} was chosen, {why}", where=where,
        rule="chosen from what was tried", fix="record the search that chose this model's parameters",
    )  # fmt: skip


def _same(value: Any, chosen: Any) -> bool:
    if is_number(value) and is_number(chosen):
        return math.isclose(value, chosen, rel_tol=CLOSE)
    return type(value) is type(chosen) and bool(value == chosen)
