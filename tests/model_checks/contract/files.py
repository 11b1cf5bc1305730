"""Writes the tables that tests draw."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import duckdb

from model_checks.contract import literals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def csv_of(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Path:
    """Write texts as they are, every cell quoted."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([texts[name] for name in names] for texts in rows)
    return path


def parquet_of(path: Path, stored: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write values, each column of the engine's type that `stored` says."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"{literals.name(name)} {kind}" for name, kind in stored.items())
        connection.execute(f"CREATE TABLE t ({columns})")
        marks = ", ".join("?" for _ in stored)
        values = [[row[name] for name in stored] for row in rows]
        connection.executemany(f"INSERT INTO t VALUES ({marks})", values)  # noqa: S608 - question marks
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path
