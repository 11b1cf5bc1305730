"""Features as the numbers that quick models learn from, typed by the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from model_checks.contract.columns import Column

    Floats = NDArray[np.float64]

LEVELS = 50  # categories that are told apart; the others are one
RAREST = 0.002  # share of the rows, and
FEWEST = 10  # rows that a category must have to be told apart
FURTHEST = 10.0  # spreads from the mean: one wild value must not bend a linear model
DATES = ("date", "date-time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A column of numbers, truth values or dates: what fills a gap, and the filled column's mean and spread."""

    column: Column
    filling: float
    mean: float
    spread: float
    gaps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A column of categories: the code of each frequent one; all others share one code."""

    column: Column
    codes: Mapping[Any, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How each column that varies in the training rows becomes numbers."""

    numbers: tuple[Number, ...]
    categories: tuple[Category, ...]

    @property
    def width(self) -> int:
        """The number of columns that are used."""
        return len(self.numbers) + len(self.categories)

    def linear(self, frame: pd.DataFrame) -> csr_matrix:
        """Return the rows for a linear model, shape (rows, numbers, gaps and categories).

        Numbers are filled with the median and scaled; each gap and each category is a column of noughts and ones.
        """
        import numpy as np
        from scipy.sparse import csr_matrix, hstack

        scaled = [_scaled(n, numbers_of(n.column, frame)) for n in self.numbers]
        gaps = [np.isnan(numbers_of(n.column, frame)).astype(float) for n in self.numbers if n.gaps]
        parts = [csr_matrix(np.column_stack([*scaled, *gaps]))] if self.numbers else []
        parts += [_one_hot(_codes(c, frame), len(c.codes) + 2) for c in self.categories]
        return hstack(parts, format="csr")

    def trees(self, frame: pd.DataFrame) -> tuple[Floats, list[bool]]:
        """Return the rows for trees, shape (rows, columns), NaN where a value lacks; and which are categories."""
        import numpy as np

        columns = [numbers_of(n.column, frame) for n in self.numbers]
        columns += [_codes(c, frame) for c in self.categories]
        return np.column_stack(columns), [False] * len(self.numbers) + [True] * len(self.categories)


def encoding_of(frame: pd.DataFrame, columns: Mapping[str, Column]) -> Encoding:
    """Learn from the training rows how `columns` become numbers; what does not vary there is left out."""
    numbers, categories = [], []
    for name, column in columns.items():
        if name not in frame:
            continue
        if is_category(column):
            categories += list(_category(column, frame[name]))
        else:
            numbers += list(_number(column, frame))
    return Encoding(numbers=tuple(numbers), categories=tuple(categories))


def is_category(column: Column) -> bool:
    """Tell whether values are names: a text that is no date, and a number of which the contract lists all."""
    if column.type == "string":
        return column.rules.get("format") not in DATES
    return column.type != "boolean" and "enum" in column.rules


def numbers_of(column: Column, frame: pd.DataFrame) -> Floats:
    """Return a column as floats, shape (rows,): dates as days; NaN where it lacks, is no date, or is infinite."""
    import numpy as np
    import pandas as pd

    series = frame[column.name]
    if column.type == "string":
        read = pd.to_datetime(series, errors="coerce", utc=True, format="ISO8601")
        days = (read - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
        return np.asarray(days, dtype=np.float64)
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    found: Floats = np.where(np.isfinite(values), values, np.nan)
    return found


def _number(column: Column, frame: pd.DataFrame) -> Iterator[Number]:
    import numpy as np

    values = numbers_of(column, frame)
    known = values[~np.isnan(values)]
    gaps = len(known) < len(values)
    if not len(known) or (known.min() == known.max() and not gaps):
        return
    filling = float(np.median(known))
    filled = np.where(np.isnan(values), filling, values)
    with np.errstate(over="ignore"):
        mean, spread = float(filled.mean()), float(filled.std())
    if np.isfinite(mean) and np.isfinite(spread):
        yield Number(column=column, filling=filling, mean=mean, spread=spread or 1.0, gaps=gaps)


def _category(column: Column, series: pd.Series[Any]) -> Iterator[Category]:
    counts = series.value_counts()
    frequent = counts[counts >= max(FEWEST, RAREST * len(series))][:LEVELS]
    codes = {level: float(place) for place, level in enumerate(frequent.index.tolist())}
    if codes and int(frequent.iloc[0]) < len(series):
        yield Category(column=column, codes=codes)


def _codes(category: Category, frame: pd.DataFrame) -> Floats:
    """Return each row's code, shape (rows,): the rare share the code after the last; NaN where it lacks."""
    import numpy as np

    series = frame[category.column.name]
    codes = series.map(category.codes).astype("float64").to_numpy()
    found: Floats = np.where(series.isna(), np.nan, np.where(np.isnan(codes), len(category.codes), codes))
    return found


def _scaled(number: Number, values: Floats) -> Floats:
    import numpy as np

    filled = np.where(np.isnan(values), number.filling, values)
    with np.errstate(over="ignore"):
        scaled: Floats = np.clip((filled - number.mean) / number.spread, -FURTHEST, FURTHEST)
    return scaled


def _one_hot(codes: Floats, width: int) -> csr_matrix:
    import numpy as np
    from scipy.sparse import csr_matrix

    rows = np.arange(len(codes))
    places = np.where(np.isnan(codes), width - 1, codes).astype(np.intp)
    return csr_matrix((np.ones(len(codes)), (rows, places)), shape=(len(codes), width))
