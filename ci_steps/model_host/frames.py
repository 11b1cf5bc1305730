"""Rows and answers as they cross to the model's process: typed by the contract, never as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ci_steps.model_host.child import pack, unpack
from model_checks.inputs import Answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

Type = Literal["integer", "number", "boolean", "string"]
Column = tuple[str, Type, bool]
"""A feature as the contract has it: name, type, nullable."""

DTYPES = ("int64", "float64", "bool", "object", "category")
LABEL_BYTES = 4096
SPARE_BYTES = 1 << 20


def packed(
    features: pd.DataFrame, columns: Sequence[Column], dtypes: Mapping[str, str] | None = None
) -> tuple[list[dict[str, Any]], bytes]:
    """Return the descriptions and the bytes of `columns`, in their order.

    Values cross in the contract's type; `dtypes` says which dtype a column has there, if another one.

    Raises:
        ValueError: a column is not there, or holds what the contract's type does not.
    """
    about, parts = [], []
    for name, kind, _ in columns:
        if name not in features:
            raise ValueError(f"column {name!r} is in the contract and not in the rows")
        try:
            described, data = pack(*_typed(features[name], kind))
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"column {name!r} does not hold {kind} values: {error}") from None
        about.append({"name": name, "dtype": (dtypes or {}).get(name), **described})
        parts.append(data)
    return about, b"".join(parts)


def dtypes_of(features: pd.DataFrame) -> dict[str, str]:
    """Return the dtype of each column by name.

    Raises:
        ValueError: one is none of `DTYPES`.
    """
    found = {str(name): str(dtype) for name, dtype in features.dtypes.items()}
    for name, dtype in found.items():
        if dtype not in DTYPES:
            raise ValueError(f"column {name!r} has the dtype {dtype}, expected one of {', '.join(DTYPES)}")
    return found


def _typed(series: pd.Series[Any], kind: Type) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """Return the values in the contract's type, and where they are missing (None where nowhere).

    A missing value is whatever pandas calls so, NaN too: a number's NaN stays NaN by that.
    """
    import numpy as np

    values = series.to_numpy()
    if kind == "number" and values.dtype.kind in "fiu":
        return values.astype(np.float64), None
    if values.dtype.kind == {"integer": "i", "boolean": "b"}.get(kind):
        return values, None
    missing = series.isna().to_numpy()
    blank: Any = {"integer": 0, "number": 0.0, "boolean": False, "string": ""}[kind]
    # One more object keeps numpy from looking into the others for a further dimension.
    objects = values if values.dtype == object else np.array([*values, None], object)[:-1]
    if not missing.any():
        return _exact(objects, kind), None
    filled = objects.copy()
    filled[missing] = blank
    return _exact(filled, kind), missing


def _exact(values: np.ndarray[Any, Any], kind: Type) -> np.ndarray[Any, Any]:
    """Return object values in the numpy type of `kind`, each of which must be of that kind."""
    import numpy as np

    types = set(map(type, values.tolist()))
    if kind == "string":
        if not all(issubclass(each, str) for each in types):
            raise TypeError("not all are text")
        return values
    if kind == "boolean":
        if not all(issubclass(each, bool | np.bool_) for each in types):
            raise TypeError("not all are true or false")
        return values.astype(bool)
    if any(issubclass(each, str | bytes | bool | np.bool_) for each in types):
        raise TypeError("not all are numbers")
    numbers = values.astype(np.float64)
    if kind == "number":
        return numbers
    if not (np.isfinite(numbers) & (numbers == np.floor(numbers))).all():
        raise ValueError("not all are whole")
    return np.array([int(each) for each in values], dtype=np.int64)


def answer_bytes(rows: int, classes: Sequence[object]) -> int:
    """Return how large an honest answer can be: numbers, probabilities, labels of up to 4 KB."""
    return rows * (8 + 8 * len(classes) + LABEL_BYTES) + SPARE_BYTES


def answers(header: dict[str, Any], data: memoryview, *, rows: int, classes: Sequence[object]) -> Answers:
    """Return what the model said.

    Raises:
        ValueError: it is not one answer for each row: the other side need not be honest.
    """
    import numpy as np

    values, _, used = unpack(header["values"], data)
    if len(values) != rows:
        raise ValueError(f"{len(values)} answers to {rows} rows")
    if values.dtype == object:
        values = values.astype(np.str_)
    if header["probabilities"] is None:
        return Answers(values=values.copy())
    chances, _, _ = unpack(header["probabilities"], data[used:])
    if header["probabilities"]["kind"] != "number" or len(chances) != rows * len(classes):
        raise ValueError(f"{len(chances)} probabilities to {rows} rows and {len(classes)} classes")
    return Answers(values=values.copy(), probabilities=chances.reshape(rows, len(classes)).copy())


def joined(groups: Sequence[Answers]) -> Answers:
    """Return the answers of consecutive groups of rows as one."""
    import numpy as np

    chances = [group.probabilities for group in groups if group.probabilities is not None]
    values = np.concatenate([group.values for group in groups])  # noqa: PD011 - Answers, not a table
    return Answers(values=values, probabilities=np.concatenate(chances) if len(chances) == len(groups) else None)
