"""Turns rows that obey the contract into the table that the model was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from ci_steps.serving.engine import Columns
    from model_checks.contract.dialect import Column


def frame_of(values: Columns, columns: Mapping[str, Column], rows: int) -> pd.DataFrame:
    """Return the values of each column as a table, typed by the contract alone; shape (rows, columns).

    A value that lacks is NaN. The types are those with which
    the model was judged: int64, float64 (numbers, and integers that may be null), bool, object. Rows that obey
    the contract fit: its dialect admits no number that is too large for its type.
    """
    import pandas as pd

    table = {name: _typed(values[name], column) for name, column in columns.items()}
    return pd.DataFrame(table, index=pd.RangeIndex(rows))


def _typed(values: Sequence[Any], column: Column) -> np.ndarray[Any, Any] | pd.Series[Any]:
    import numpy as np
    import pandas as pd

    if column.type == "integer" and not column.nullable:
        return np.array([int(v) for v in values], dtype=np.int64)
    if column.type in {"integer", "number"}:
        return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if column.type == "boolean" and not column.nullable:
        return np.array(values, dtype=np.bool_)
    # An array of objects would become a column of strings: pandas 3 looks at what is in it.
    return pd.Series([np.nan if v is None else v for v in values], dtype="object")
