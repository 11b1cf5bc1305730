"""Opens a CSV or Parquet file for the engine, without guessing what its cells mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.files import TableError, digest_of, header_of, unreadable, utf8_digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import duckdb

CSV_SUFFIXES, PARQUET_SUFFIXES = (".csv", ".tsv", ".txt"), (".parquet", ".pq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file that the engine can scan.

    `stored` maps each column, in the file's order, to how it is stored: CSV_TEXT or a type of the engine.
    `source` is the query that reads it. `digest` is the SHA-256 of the file.
    """

    path: Path
    stored: Mapping[str, str]
    source: str
    digest: str

    def query(self, statement: str, *, typed: str = "") -> list[tuple[Any, ...]]:
        """Run SQL over the view `raw` (and `typed`, if its query is given) and return all rows.

        Raises:
            TableError: the file or a line of it cannot be read.
        """
        with _connected() as connection:
            return self._run(connection, statement, typed).fetchall()

    def arrays(self, statement: str) -> dict[str, Any]:
        """Run SQL over the view `raw` and return one NumPy array for each column, masked where NULL.

        Raises:
            TableError: the file or a line of it cannot be read.
        """
        with _connected() as connection:
            arrays: dict[str, Any] = self._run(connection, statement, "").fetchnumpy()
        return arrays

    def _run(self, connection: duckdb.DuckDBPyConnection, statement: str, typed: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        try:
            connection.execute(f"CREATE VIEW raw AS {self.source}")
            if typed:
                connection.execute(f"CREATE VIEW typed AS {typed}")
            return connection.execute(statement)
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            raise TableError(unreadable(self.path.name, str(error))) from error


def open_table(path: Path) -> Table:
    """Open the table in `path`: CSV (UTF-8, a header line; comma, semicolon or tab) or Parquet.

    The separator is the one that splits the header into most columns. A column without a name is called
    `Unnamed: <position from 0>`, as pandas calls it. Lines are read when the table is queried.

    Raises:
        TableError: the file is absent, empty, of another kind, not UTF-8, or names a column twice.
    """
    if not path.is_file():
        raise TableError(f"{path}: there is no such file; check the path in iddr.toml, or fetch the data first")
    if path.stat().st_size == 0:
        raise TableError(f"{path.name}: the file is empty; expected a header line and rows: write it again")
    if path.suffix.lower() in PARQUET_SUFFIXES:
        return _parquet(path)
    if path.suffix.lower() in CSV_SUFFIXES:
        return _csv(path)
    raise TableError(
        f"{path.name}: found the ending {path.suffix!r}, expected .csv, .tsv, .txt, .parquet or .pq; "
        "rename or convert the file"
    )


def _csv(path: Path) -> Table:
    digest = utf8_digest_of(path)
    separator, names = header_of(path)
    keys = [f"c{index}" for index in range(len(names))]
    _refuse_twins(path, names)
    columns = ", ".join(f"{key} AS {literals.name(name)}" for key, name in zip(keys, names, strict=True))
    types = ", ".join(f"'{key}': 'VARCHAR'" for key in keys)
    options = (
        f"auto_detect = false, header = true, columns = {{{types}}}, delim = '{separator}', quote = '\"', "
        f"escape = '\"', force_not_null = {keys!r}, strict_mode = true, null_padding = false"
    )
    source = f"SELECT {columns} FROM read_csv({_located(path)}, {options})"  # noqa: S608 - names are quoted
    return Table(path=path, stored=dict.fromkeys(names, CSV_TEXT), source=source, digest=digest)


def _parquet(path: Path) -> Table:
    import duckdb

    source = f"SELECT * FROM read_parquet({_located(path)})"  # noqa: S608 - the path is quoted
    try:
        with _connected() as connection:
            described = connection.execute(f"DESCRIBE {source}").fetchall()
    except duckdb.Error as error:
        found = str(error).partition("\n")[0]
        raise TableError(f"{path.name}: no Parquet file: {found}; write it again") from error
    stored = {str(name): str(kind) for name, kind, *_ in described}
    _refuse_twins(path, list(stored))
    return Table(path=path, stored=stored, source=source, digest=digest_of(path))


def _refuse_twins(path: Path, names: Iterable[str]) -> None:
    # The engine, like SQL, takes names that differ in case alone for one.
    ordered = sorted(names, key=str.lower)
    for first, second in pairwise(ordered):
        if first.lower() == second.lower():
            raise TableError(
                f"{path.name}: found the columns {first!r} and {second!r}, expected names that differ in more "
                "than upper and lower case; rename one of them"
            )


def _located(path: Path) -> str:
    """Spell the path as SQL; a bracket, star or question mark in it is not a search for files."""
    return literals.text(re.sub(r"[\[*?]", r"[\g<0>]", str(path)))


def _connected() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    # Where DuckDB takes Python for interactive it draws a bar for slow queries, in the middle of our answer.
    connection.execute("SET enable_progress_bar = false")
    return connection
