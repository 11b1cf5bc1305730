"""The embedded engine for one table: one connection, one folder for what it has to write."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

# A thread holds a group of rows with all columns it reads: about 75 MB of 20 columns.
MOST_THREADS = 4


class EngineError(Exception):
    """What the engine says of files that it cannot read, in its own words."""


class Engine:
    """A connection to DuckDB, opened when it is first asked for; `close`, or the last reference's end, ends it.

    It loads no extensions, prints no progress, and writes what does not fit into memory to its own folder.
    """

    def __init__(self, *, memory: str = "") -> None:
        """Open nothing yet; `memory` is the most that it may take, such as 512MB, else the engine's own limit."""
        self._memory = memory
        self._open = contextlib.ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._folder: Path | None = None
        self._views: dict[str, str] = {}
        self._files = 0
        self.close = weakref.finalize(self, self._open.close)

    @property
    def folder(self) -> Path:
        """A folder for temporary files, removed with the engine."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="iddr-table-"))
            self._open.callback(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def fresh(self, suffix: str) -> Path:
        """Return a path for a new temporary file."""
        self._files += 1
        return self.folder / f"{self._files}{suffix}"

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection."""
        import duckdb

        if self._connection is None:
            settings: dict[str, Any] = {
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "temp_directory": str(self.folder / "spilled"),
                "threads": min(MOST_THREADS, os.cpu_count() or 1),
            }
            settings |= {"memory_limit": self._memory} if self._memory else {}
            self._connection = duckdb.connect(config=settings)
            self._open.callback(self._connection.close)
            self._connection.execute("SET enable_progress_bar = false")
        return self._connection

    def ask(
        self, statement: str, views: Mapping[str, str], fetch: Callable[[duckdb.DuckDBPyConnection], Any]
    ) -> Any:
        """Run SQL over `views`, queries by name that stay until another one bears the name, and fetch the answer.

        Raises:
            EngineError: a file cannot be read as the views say.
        """
        import duckdb

        try:
            for name, query in views.items():
                if self._views.get(name) != query:
                    self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")
                    self._views[name] = query
            return fetch(self.connection.execute(statement))
        except duckdb.Error as error:
            files = (
                duckdb.InvalidInputException, duckdb.IOException, duckdb.NotImplementedException,
                duckdb.SerializationException, duckdb.OutOfMemoryException,
            )  # fmt: skip
            # A damaged page of Parquet raises the plain class; the others are faults of the question.
            if isinstance(error, files) or type(error) is duckdb.Error:
                raise EngineError(str(error)) from error
            raise
