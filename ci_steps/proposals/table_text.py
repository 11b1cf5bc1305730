"""Reads a table as text, with the kit's own reader of tables, so that init and run see the same columns."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a CSV spells as Parquet means it. Times, lists and bytes have more than one spelling.
PLAIN = frozenset(
    {
        "VARCHAR", "BOOLEAN", "DATE", "FLOAT", "DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT",
        "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "ENUM",
    }
)  # fmt: skip


def columns_of(path: Path) -> dict[str, str]:
    """Return each column's name and how it is stored, in the order of the file.

    Raises:
        Refused: it is no table that can be read; says what to do.
    """
    from model_checks.contract.tables import open_table

    with _refusing():
        return dict(open_table(path).stored)


def text_rows(path: Path) -> list[tuple[str, ...]]:
    """Return all rows as text, in the order of the file, null as an empty text.

    Raises:
        Refused: it is no table that can be read, or it holds values that have no one spelling.
    """
    from model_checks.contract.cells import CSV_TEXT
    from model_checks.contract.tables import open_table

    with _refusing():
        table = open_table(path)
        odd = [
            f"{name} ({kind})" for name, kind in table.stored.items()
            if kind != CSV_TEXT and kind.split("(")[0] not in PLAIN
        ]  # fmt: skip
        if odd:
            raise Refused(f"{path.name}: {', '.join(odd)} cannot be written as CSV in one way only")
        return table.query("SELECT coalesce(CAST(COLUMNS(*) AS VARCHAR), '') FROM raw")


def counts_of(path: Path, column: str) -> Counter[str]:
    """Return how often each value of a column occurs, as text.

    Raises:
        Refused: it is no table that can be read.
    """
    from model_checks.contract import literals
    from model_checks.contract.tables import open_table

    statement = (
        f"SELECT CAST({literals.name(column)} AS VARCHAR) AS value, count(*) FROM raw"  # noqa: S608 - quoted
        " GROUP BY value ORDER BY value"
    )
    with _refusing():
        return Counter({value: count for value, count in open_table(path).query(statement) if value is not None})


@contextmanager
def _refusing() -> Iterator[None]:
    from model_checks.contract.files import TableError

    try:
        yield
    except TableError as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.filename}: cannot be read: {error.strerror}") from None
