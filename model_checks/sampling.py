"""Draws rows of a table where a quick model, not a query, has to look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from model_checks.dataset import Dataset


WORTH_KEEPING = 5  # times as many rows as are drawn: a table of no more is read whole, once for all who ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows of a table, typed by the contract and in the table's order, shape (rows, columns).

    `places` are their numbers from 1 and `keys` tell which rows were kept together, both of shape (rows,);
    `total` is the number of the table's rows.
    """

    frame: pd.DataFrame
    places: NDArray[np.int64]
    keys: NDArray[np.uint64]
    total: int

    @property
    def words(self) -> str:
        """How many rows were looked at, in words."""
        return f"{len(self.frame):,} of {self.total:,} rows" if len(self.frame) < self.total else "all rows"

    def where(self, kept: NDArray[Any]) -> Sample:
        """Return the rows for which `kept`, shape (rows,), is true."""
        frame = self.frame.loc[kept].reset_index(drop=True)
        return Sample(frame=frame, places=self.places[kept], keys=self.keys[kept], total=self.total)


def sampled(data: Dataset, *, rows: int, together: str = "") -> Sample:
    """Return all rows, or about `rows` of them, always the same ones.

    They are drawn by their number; or, with SQL of a row's 64-bit key in `together`, all rows of a key or
    none, as far as no more than twice as many come.

    Raises:
        TableError: a line of the file cannot be read.
    """
    import numpy as np

    from model_checks.contract.dtypes import array, assembled

    if not together and data.rows <= WORTH_KEEPING * rows:
        return _of_frame(data, rows)
    place, key = (_free(name, data.contract.columns) for name in ("row_at", "row_key"))
    keyed = f"{together or 'row_number() OVER ()::UBIGINT'} AS {key}"
    drawn = f"SELECT *, row_number() OVER () AS {place}, {keyed} FROM ({data.compiled.typed})"  # noqa: S608 - names are quoted
    if data.rows > rows:
        drawn = f"SELECT * FROM ({drawn}) WHERE {_taken(key, rows / data.rows)}"  # noqa: S608 - the same
    arrays = data.table.arrays(drawn)
    every = max(1, len(arrays[place]) // (2 * rows)) if rows else 1
    kept = {name: values[::every] for name, values in arrays.items()}
    frame = assembled({name: array(column, kept[name]) for name, column in data.contract.columns.items()})
    places, keys = np.ma.getdata(kept[place]).astype(np.int64), np.ma.getdata(kept[key]).astype(np.uint64)
    return Sample(frame=frame, places=places, keys=keys, total=data.rows)


def _of_frame(data: Dataset, rows: int) -> Sample:
    """Return the rows that are drawn by their number, out of the frame, which others ask for too."""
    import numpy as np

    numbers = f"SELECT place FROM range(1, {data.rows + 1}) AS every_row(place)"  # noqa: S608 - a number
    if data.rows > rows:
        numbers += f" WHERE {_taken('place::UBIGINT', rows / data.rows)}"
    places = np.asarray(data.table.arrays(numbers)["place"], dtype=np.int64)
    frame = data.frame.iloc[places - 1].reset_index(drop=True)
    return Sample(frame=frame, places=places, keys=places.astype(np.uint64), total=data.rows)


def _taken(key: str, share: float) -> str:
    return f"hash({key}) <= {int(share * 2**64)}::UBIGINT"


def _free(name: str, taken: Mapping[str, object]) -> str:
    while name in {other.lower() for other in taken}:
        name += "_"
    return name
