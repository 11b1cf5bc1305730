"""Builds the tables that models see: the types come from the contract, never from the data.

| column | dtype | a value that lacks |
|---|---|---|
| integer, never lacking | int64 | |
| integer that may lack, number | float64 | NaN |
| boolean, never lacking | bool | |
| boolean that may lack, string | object | NaN |

Lacking is null or absent. It is NaN in every column, because that is what `pandas.read_csv` gave the training:
scikit-learn's imputers take NaN for missing and None for a category. Integers beyond 2**53 that may lack
lose digits. Where a table breaks its contract and lacks values that it must have, the column is typed as one
that may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract


def frame(contract: Contract, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows that obey the contract as a table of shape (rows, columns), columns in its order."""
    import numpy as np

    columns = {
        name: array(column, np.array([row.get(name) for row in rows], dtype=object))
        for name, column in contract.columns.items()
    }
    return assembled(columns)


def typed(contract: Contract, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the contract's columns of `frame`, typed by the contract, in its order, with a fresh index.

    A column that `frame` does not have lacks every value. Others than the contract's are left out.
    """
    import numpy as np

    lacking = np.full(len(frame), None, dtype=object)
    columns = {
        name: array(column, frame[name].to_numpy(dtype=object) if name in frame else lacking)
        for name, column in contract.columns.items()
    }
    return assembled(columns)


def assembled(columns: Mapping[str, np.ndarray[Any, Any]]) -> pd.DataFrame:
    """Return the arrays as a table with a fresh index and their own dtypes, which pandas 3 would change."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})


def array(column: Column, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return `values`, shape (rows,), with the dtype that models see; masked, None and NaN are lacking."""
    import numpy as np
    import pandas as pd

    plain = np.ma.getdata(values)
    lacks = np.ma.getmaskarray(values) | np.asarray(pd.isna(plain))
    may_lack = column.nullable or bool(lacks.any())
    if column.type == "number" or (column.type == "integer" and may_lack):
        return _filled(plain, lacks, np.float64)
    if column.type == "integer":
        return plain.astype(np.int64)
    if column.type == "boolean" and not may_lack:
        return plain.astype(np.bool_)
    return _filled(plain, lacks, np.object_)


def _filled(plain: np.ndarray[Any, Any], lacks: np.ndarray[Any, Any], dtype: Any) -> np.ndarray[Any, Any]:
    import numpy as np

    filled = np.full(len(plain), np.nan, dtype=dtype)
    filled[~lacks] = plain[~lacks]
    return filled
