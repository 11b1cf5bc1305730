"""How strongly the columns of a table go together, two at a time, from a sample of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from model_checks.contract.columns import Column
    from model_checks.dataset import Dataset

ROWS, COLUMNS, CATEGORIES = 20_000, 100, 50
EPSILON = 1e-9
FEWEST = 10  # rows in which both columns have a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Two columns, how strongly they go together, and by which measure: 0 not at all, 1 (or -1) entirely."""

    first: str
    second: str
    measure: str
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Associations:
    """All pairs of the compared columns that could be measured, the strongest first.

    `rows` is the number of rows that were looked at. `left_out` are columns of too many different texts, or
    beyond the first 100.
    """

    rows: int
    pairs: tuple[Association, ...]
    left_out: tuple[str, ...] = ()


def associations_of(data: Dataset) -> Associations:
    """Measure each pair of the contract's columns on every n-th row, so that at most 20,000 are looked at.

    Two numbers: Spearman's rank correlation, ranks taken within each column. A number and a category: the root
    of epsilon squared of the ranks, which is their correlation ratio less what chance gives it. Two
    categories: Cramer's V, corrected alike. Rows that lack either value are left out of a pair, and a pair with
    fewer than 10 rows, or with a constant, altogether.

    Raises:
        TableError: a line of the file cannot be read.

    Source: C. Spearman, American Journal of Psychology 15(1), 1904; T. L. Kelley, PNAS 21(9), 1935 (epsilon
        squared); W. Bergsma, Journal of the Korean Statistical Society 42(3), 2013 (Cramer's V).
    """
    frame = _sample(data)
    found, few = _pairs(frame, data.contract.columns)
    left_out = [n for n in data.contract.columns if n in data.columns and n not in few]
    return Associations(rows=len(frame), pairs=found, left_out=tuple(left_out))


def pairs_of(frame: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[Association, ...]:
    """Measure each pair of the frame's columns that `columns` knows, as `associations_of`, on all its rows."""
    return _pairs(frame[[name for name in columns if name in frame][:COLUMNS]], columns)[0]


def _pairs(frame: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[tuple[Association, ...], set[str]]:
    """Return the pairs, the strongest first, and the columns that were compared."""
    kinds = {name: columns[name].type for name in map(str, frame)}
    numbers = {n: _ranks(frame[n]) for n, kind in kinds.items() if kind in {"number", "integer"}}
    categories = {n: _codes(frame[n]) for n in kinds if n not in numbers}
    few = {n: codes for n, codes in categories.items() if codes.max(initial=-1) < CATEGORIES}
    found = [*_correlations(numbers), *_ratios(numbers, few), *_contingencies(few)]
    # Beyond the last digits, in which machines differ, the order is that of the names.
    found.sort(key=lambda a: (-round(abs(a.strength), 9), a.first, a.second))
    return tuple(found), {*numbers, *few}


def _sample(data: Dataset) -> pd.DataFrame:
    import pandas as pd

    names = [n for n in data.contract.columns if n in data.columns][:COLUMNS]
    if not names:
        return pd.DataFrame()
    step = -(-data.rows // ROWS)
    shown = ", ".join(map(literals.name, names))
    numbered = "SELECT *, row_number() OVER () AS row_at FROM typed"
    rows = data.query(f"SELECT {shown} FROM ({numbered}) WHERE row_at % {step} = {1 % step}")  # noqa: S608 - names are quoted
    return pd.DataFrame(rows, columns=names, dtype=object)


def _ranks(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Return ranks from -0.5 to 0.5, equal values sharing their mean rank; NaN where there is no value."""
    ranks = column.astype("float64").rank()
    values: np.ndarray[Any, Any] = ((ranks - ranks.mean()) / max(len(ranks), 1)).to_numpy()
    return values


def _codes(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Return a number from 0 for each category; -1 where there is no value."""
    import pandas as pd

    codes: np.ndarray[Any, Any] = pd.factorize(column, sort=False)[0]
    return codes


def _correlations(numbers: Mapping[str, np.ndarray[Any, Any]]) -> Sequence[Association]:
    import numpy as np

    if len(numbers) < 2:  # noqa: PLR2004 - a pair
        return []
    table = np.array(list(numbers.values()))
    there = (~np.isnan(table)).astype("float64")
    values = np.nan_to_num(table)
    rows, sums, squares = there @ there.T, values @ there.T, (values**2) @ there.T
    with np.errstate(all="ignore"):
        shared = values @ values.T - sums * sums.T / rows
        spread = squares - sums**2 / rows
        strength = shared / np.sqrt(spread * spread.T)
    names = list(numbers)
    return [
        Association(first=names[i], second=names[j], measure="rank correlation", strength=_bounded(strength[i, j]))
        for i, j in combinations(range(len(names)), 2)
        if rows[i, j] >= FEWEST and min(spread[i, j], spread[j, i]) > EPSILON and np.isfinite(strength[i, j])
    ]


def _ratios(
    numbers: Mapping[str, np.ndarray[Any, Any]], categories: Mapping[str, np.ndarray[Any, Any]]
) -> list[Association]:
    return [
        Association(first=name, second=other, measure="correlation ratio", strength=strength)
        for other, codes in categories.items()
        for name, values in numbers.items()
        if (strength := correlation_ratio(values, codes)) is not None
    ]


def _contingencies(categories: Mapping[str, np.ndarray[Any, Any]]) -> list[Association]:
    return [
        Association(first=first, second=second, measure="Cramér's V", strength=strength)
        for first, second in combinations(categories, 2)
        if (strength := cramers_v(categories[first], categories[second])) is not None
    ]


def correlation_ratio(values: np.ndarray[Any, Any], codes: np.ndarray[Any, Any]) -> float | None:
    """Return the root of epsilon squared of `values` (rows,) in the groups `codes` (rows,); NaN and -1 lack.

    None where fewer than 10 rows have both, or either is constant.
    """
    import numpy as np

    both = (codes >= 0) & ~np.isnan(values)
    x, groups = values[both], codes[both]
    counts = np.bincount(groups)
    there = int((counts > 0).sum())
    total = float(((x - x.mean()) ** 2).sum()) if len(x) else 0.0
    if len(x) < FEWEST or there < 2 or total <= EPSILON or len(x) <= there:  # noqa: PLR2004 - two groups
        return None
    means = np.bincount(groups, weights=x)[counts > 0] / counts[counts > 0]
    within = total - float((counts[counts > 0] * (means - x.mean()) ** 2).sum())
    return float(np.sqrt(max(0.0, 1 - within * (len(x) - 1) / (total * (len(x) - there)))))


def cramers_v(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> float | None:
    """Return the corrected Cramer's V of two columns of codes (rows,); -1 lacks; None as `correlation_ratio`."""
    import numpy as np

    both = (first >= 0) & (second >= 0)
    rows, width = int(both.sum()), int(second.max(initial=0)) + 1
    counts = np.bincount(first[both] * width + second[both])
    table = np.pad(counts, (0, -len(counts) % width)).reshape(-1, width)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype("float64")
    if rows < FEWEST or min(table.shape) < 2:  # noqa: PLR2004 - two categories each
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / rows
    phi = float(((table - expected) ** 2 / expected).sum()) / rows
    r, k = table.shape
    phi = max(0.0, phi - (k - 1) * (r - 1) / (rows - 1))
    least = min(r - (r - 1) ** 2 / (rows - 1), k - (k - 1) ** 2 / (rows - 1)) - 1
    return min(1.0, float(np.sqrt(phi / least))) if least > 0 else None


def _bounded(strength: float) -> float:
    return max(-1.0, min(1.0, float(strength)))
