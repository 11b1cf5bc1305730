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
class Read:
    """Each number's values and each category's codes in some rows, of shape (rows,); NaN where one lacks."""

    numbers: tuple[Floats, ...]
    codes: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How each column that varies in the training rows becomes numbers."""

    numbers: tuple[Number, ...]
    categories: tuple[Category, ...]

    @property
    def width(self) -> int:
        """The number of columns that are used."""
        return len(self.numbers) + len(self.categories)

    def read(self, frame: pd.DataFrame) -> Read:
        """Return what both kinds of models learn from, which takes longer than either arranges it."""
        return Read(
            numbers=tuple(numbers_of(n.column, frame) for n in self.numbers),
            codes=tuple(_codes(c, frame) for c in self.categories),
        )

    def linear(self, read: Read) -> csr_matrix:
        """Return the rows for a linear model, shape (rows, numbers, gaps and categories).

        Numbers are filled with the median and scaled; each gap and each category is a column of noughts and ones.
        """
        import numpy as np
        from scipy.sparse import csr_matrix

        values = [_scaled(n, each) for n, each in zip(self.numbers, read.numbers, strict=True)]
        gaps = [each for n, each in zip(self.numbers, read.numbers, strict=True) if n.gaps]
        values += [np.isnan(each).astype(float) for each in gaps]
        places = [np.full(len(each), place) for place, each in enumerate(values)]
        width = len(values)
        for category, codes in zip(self.categories, read.codes, strict=True):
            lacking = len(category.codes) + 1
            values.append(np.ones(len(codes)))
            places.append(width + np.where(np.isnan(codes), lacking, codes).astype(np.intp))
            width += lacking + 1
        rows = len(values[0])
        ends = np.arange(rows + 1) * len(values)
        return csr_matrix((np.column_stack(values).ravel(), np.column_stack(places).ravel(), ends), (rows, width))

    def trees(self, read: Read) -> tuple[Floats, list[bool]]:
        """Return the rows for trees, shape (rows, columns), NaN where a value lacks; and which are categories."""
        import numpy as np

        columns = [*read.numbers, *read.codes]
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
    import pandas as pd

    places, found = pd.factorize(frame[category.column.name])
    rare = float(len(category.codes))
    codes = np.array([*(category.codes.get(each, rare) for each in found), np.nan])
    read: Floats = codes[places]  # what lacks has the place -1
    return read


def _scaled(number: Number, values: Floats) -> Floats:
    import numpy as np

    filled = np.where(np.isnan(values), number.filling, values)
    with np.errstate(over="ignore"):
        scaled: Floats = np.clip((filled - number.mean) / number.spread, -FURTHEST, FURTHEST)
    return scaled
