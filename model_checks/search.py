"""What a team recorded of its search for hyper-parameters."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_BYTES = 16 << 20
EXAMPLE = '{"parameters": {"max_depth": {"chosen": 8, "values": [2, 4, 8, 16]}}}'
ENDS: dict[object, tuple[bool, bool]] = {
    True: (True, True), "both": (True, True), "low": (True, False), "high": (False, True), False: (False, False),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One hyper-parameter: what was chosen, and of which values or from which range.

    `values` is None where a range was searched, from `low` to `high`; `log` where it was on a logarithmic scale.
    `bounds` says of the low and the high end whether nothing lies beyond it.
    """

    name: str
    chosen: Any
    values: tuple[Any, ...] | None = None
    low: float = math.nan
    high: float = math.nan
    log: bool = False
    bounds: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search's record; `problems` are what in it cannot be read, each a parameter (or nothing) and why."""

    name: str
    parameters: tuple[Parameter, ...]
    problems: tuple[tuple[str, str], ...] = ()


def read_search(path: Path) -> Search:
    """Read a search's record.

    It is {"parameters": {"max_depth": {"chosen": 8, "values": [2, 4, 8, 16]}, "alpha": {"chosen": 0.1, "low":
    0.001, "high": 10, "log": true}}}, where "bound" ("low", "high" or "both") names ends beyond which nothing
    lies; or {"best_params": search.best_params_, "param_grid": search.param_grid} of scikit-learn.
    """
    try:
        document = _document(path)
        entries = _entries(document)
    except ValueError as error:
        return Search(name=path.name, parameters=(), problems=(("", str(error)),))
    found: list[Parameter] = []
    problems = []
    for name, entry in entries.items():
        try:
            found.append(_parameter(name, entry))
        except ValueError as error:
            problems.append((name, str(error)))
    return Search(name=path.name, parameters=tuple(found), problems=tuple(problems))


def is_number(value: object) -> bool:
    """Tell a finite number from all else, booleans too."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _document(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES >> 20} MB; expected a record such as {EXAMPLE}")
    try:
        document = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"holds a {type(document).__name__}; expected a record such as {EXAMPLE}")  # noqa: TRY004
    return document


def _entries(document: Mapping[str, Any]) -> dict[str, Any]:
    parameters = document.get("parameters")
    if isinstance(parameters, dict) and parameters:
        return parameters
    best, grid = document.get("best_params"), document.get("param_grid")
    if isinstance(best, dict) and best and isinstance(grid, dict | list):
        return dict(_of_grid(best, grid if isinstance(grid, list) else [grid]))
    raise ValueError(f"has no parameters; expected a record such as {EXAMPLE}")


def _of_grid(best: Mapping[str, Any], grids: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield a parameter's chosen value and all values of the grids that have it."""
    for name, chosen in best.items():
        lists = [grid[name] for grid in grids if isinstance(grid, dict) and name in grid]
        values = [value for each in lists if isinstance(each, list) for value in each]
        yield name, {"chosen": chosen, "values": values}


def _parameter(name: str, entry: object) -> Parameter:
    if not isinstance(entry, dict) or "chosen" not in entry:
        raise ValueError('has no "chosen" value')
    chosen, bound = entry["chosen"], entry.get("bound", False)
    if not isinstance(bound, str | bool) or bound not in ENDS:
        raise ValueError(f'has "bound" {bound!r}; expected "low", "high" or "both"')
    if "values" in entry:
        values = entry["values"]
        if not isinstance(values, list) or not values:
            raise ValueError('has no list of "values" that were tried')
        return Parameter(name=name, chosen=chosen, values=tuple(values), bounds=ENDS[bound])
    numbers = [entry.get("low"), entry.get("high"), chosen]
    log: Any = entry.get("log", False)
    if not all(map(is_number, numbers)):
        raise ValueError('needs "values", or numbers as "low", "high" and "chosen"')
    low, high = map(float, numbers[:2])
    if not isinstance(log, bool):
        raise ValueError(f'has "log" {log!r}; expected true or false')  # noqa: TRY004 - told as it is
    if not low < high or (log and low <= 0):
        raise ValueError(
            f"has the range {low:g} to {high:g}{' on a logarithmic scale' if log else ''}, which is none"
        )
    return Parameter(name=name, chosen=chosen, low=low, high=high, log=log, bounds=ENDS[bound])
