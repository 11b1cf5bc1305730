"""Asks the engine one question about two tables at once."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from model_checks.contract.files import unreadable
from model_checks.findings import NotAudited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from model_checks.dataset import Dataset

    Query = Callable[[str], list[tuple[Any, ...]]]

MEMORY = "512MB"  # what does not fit is written to a folder that is removed afterwards


@contextmanager
def joined(train: Dataset, test: Dataset) -> Iterator[Query]:
    """Open both tables in one engine and return what runs SQL there.

    `train` and `test` are the contract's columns with their types, as `typed` is in `Dataset.query`, and
    `train_raw` and `test_raw` the files as they are. Temporary tables last as long as the block.

    Raises:
        NotAudited: by a query, where a line of a file cannot be read.
    """
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config=_settings(folder)) as connection:
        for name, data in (("train", train), ("test", test)):
            source = data.table.source
            connection.execute(f"CREATE VIEW {name}_raw AS {source}")
            connection.execute(f"CREATE VIEW {name} AS WITH raw AS ({source}) {data.compiled.typed}")

        def query(statement: str) -> list[tuple[Any, ...]]:
            return _answered(connection, statement, f"{train.path.name} or {test.path.name}")

        yield query


def _settings(folder: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": MEMORY,
        "temp_directory": folder,
    }


def _answered(connection: duckdb.DuckDBPyConnection, statement: str, names: str) -> list[tuple[Any, ...]]:
    import duckdb

    try:
        return connection.execute(statement).fetchall()
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise NotAudited(unreadable(names, str(error))) from error
