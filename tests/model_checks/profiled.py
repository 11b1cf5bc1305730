"""Datasets and profiles of columns that a test makes in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.profiling.scanning import profile_of

KINDS = {"f": "number", "i": "integer", "b": "boolean"}


def contract_of(columns: dict[str, Any], personal: tuple[str, ...] = ()) -> Contract:
    properties = {
        name: {
            "type": [KINDS.get(np.asarray(values).dtype.kind, "string"), "null"],
            "x-personal": name in personal,
        }
        for name, values in columns.items()
    }
    return Contract.parse({"type": "object", "properties": properties})


def written(folder: Path, name: str, columns: dict[str, Any], *, target=None, personal=(), rules=None) -> Dataset:
    """Write a Parquet file, NaN as null, and open it under a contract of its columns' types, or under `rules`."""
    rules = rules or contract_of(columns, personal)
    frame = pd.DataFrame({n: pd.Series(np.asarray(v)) for n, v in columns.items()})
    path = folder / f"{Path(name).stem}.parquet"
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        picked = ", ".join(f"CAST({_cell(n, frame[n])} AS {_type(frame[n])}) AS {_q(n)}" for n in frame)
        connection.execute(f"COPY (SELECT {picked} FROM frame) TO '{path}' (FORMAT parquet)")  # noqa: S608 - our own  # noqa: S608
    return Dataset.from_file(path, rules, name=name, target=target)


def profiled(name: str, /, *, like=None, target=None, personal=(), rules=None, **columns: Any):
    """Return the profile of the columns, each an array of shape (rows,)."""
    with tempfile.TemporaryDirectory() as folder:
        table = written(Path(folder), name, columns, target=target, personal=personal, rules=rules)
        return profile_of(table, like=like)


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(name: str, series: pd.Series) -> str:
    return f"nullif({_q(name)}, 'nan'::DOUBLE)" if series.dtype.kind == "f" else _q(name)


def _type(series: pd.Series) -> str:
    return {"f": "DOUBLE", "i": "BIGINT", "b": "BOOLEAN"}.get(series.dtype.kind, "VARCHAR")
