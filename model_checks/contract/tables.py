"""Opens the files of a table for the engine, without guessing what their cells mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.complaints import unreadable
from model_checks.contract.engine import Engine, EngineError
from model_checks.contract.files import TableError
from model_checks.contract.headers import Naming, refuse_twins
from model_checks.contract.opening import Opened, opened, source_of
from model_checks.contract.table_files import ZSTD, TableFiles, table_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from model_checks.contract.csv_format import CsvFormat
    from model_checks.contract.table_files import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that the engine can scan.

    `path` is its file; of several files, a path that bears their common name. `stored` maps each column, in
    the table's order, to how it is stored: CSV_TEXT or a type of the engine. `source` is the query that reads
    it. `digest` is the SHA-256 of its only file, or of the document that lists its parts and how they are
    written. `notes` say what was detected. One connection is kept until `close`, or until the table is let go.
    """

    path: Path
    stored: Mapping[str, str]
    source: str
    digest: str
    notes: tuple[str, ...] = ()
    files: tuple[Opened, ...] = field(default=(), repr=False)
    engine: Engine = field(default_factory=Engine, repr=False, compare=False)

    def query(self, statement: str, *, typed: str = "") -> list[tuple[Any, ...]]:
        """Run SQL over the view `raw` (and `typed`, if its query is given) and return all rows.

        Raises:
            TableError: a file or a line of it cannot be read, or a file has changed.
        """
        rows: list[tuple[Any, ...]] = self._asked(statement, typed, lambda answer: answer.fetchall())
        return rows

    def arrays(self, statement: str) -> dict[str, Any]:
        """Run SQL over the view `raw` and return one NumPy array for each column, masked where NULL.

        Raises:
            TableError: a file or a line of it cannot be read, or a file has changed.
        """
        arrays: dict[str, Any] = self._asked(statement, "", lambda answer: answer.fetchnumpy())
        return arrays

    def close(self) -> None:
        """Close the connection and remove temporary files; nothing can be asked after that."""
        self.engine.close()

    def _asked(self, statement: str, typed: str, fetch: Callable[[Any], Any]) -> Any:
        self._unchanged()
        try:
            answer = self.engine.ask(statement, {"raw": self.source} | ({"typed": typed} if typed else {}), fetch)
        except EngineError as error:
            self._unchanged()
            raise TableError(unreadable(self.path.name, str(error), self.files)) from error
        self._unchanged()
        return answer

    def _unchanged(self) -> None:
        for file in self.files:
            if file.read_in_place:
                file.watched.still()


def open_table(source: Path | TableFiles, csv: CsvFormat | None = None) -> Table:
    """Open a table: CSV, Parquet or Arrow; one file, a pattern of files, or the document that lists its parts.

    A CSV is UTF-8 with a header unless `csv`, or the format that `source` has with it, says otherwise; it may
    be compressed. Every byte of it is looked at here; its rows are read when the table is queried.

    Raises:
        TableError: a file is absent, empty, of another kind, not in its encoding or damaged, has other columns
            than the parts before it, or names a column twice; or two files side by side differ in rows.
    """
    files = source if isinstance(source, TableFiles) else table_files(source, csv)
    engine = Engine()
    above = _group(files.parts, files.csv, engine, Naming(shared=bool(files.beside)))
    beside = _group(files.beside, files.csv, engine, Naming(taken=len(above[0].stored)))
    whole = [*above, *beside]
    stored = dict(above[0].stored)
    queries = [source_of(group) for group in (above, beside) if group]
    refuse_twins(files.name, [*stored, *(beside[0].stored if beside else ())])
    if beside:
        stored |= beside[0].stored
    path = files.parts[0].path.parent / files.name if len(whole) > 1 or files.csv.declared else files.parts[0].path
    table = Table(
        path=path, stored=stored, source=_joined(queries), notes=tuple(_notes([g for g in (above, beside) if g])),
        digest=files.digest({o.part.path: o.digest for o in whole}), engine=engine,
        files=tuple(whole),
    )  # fmt: skip
    if any(o.path.suffix.lower() == ZSTD for o in whole):
        _refuse_nul(table)
    if beside:
        _refuse_other_rows(table, queries, files)
    return table


def _group(parts: Sequence[Part], csv: CsvFormat, engine: Engine, naming: Naming) -> list[Opened]:
    """Open parts that lie one below the other, and make sure that they are of one schema."""
    group: list[Opened] = []
    for part in parts:
        group.append(opened(part, csv, engine, naming))
        _refuse_other_schema(group[0], group[-1])
    return group


def _refuse_other_schema(first: Opened, other: Opened) -> None:
    label = other.part.label
    if (first.kind, first.separator) != (other.kind, other.separator):
        raise TableError(
            f"{label}: is {other.description}, and {first.part.label} is {first.description}; expected parts of "
            "one kind: write them in one way"
        )
    if list(first.stored) != list(other.stored):
        lacking = [n for n in first.stored if n not in other.stored]
        more = [n for n in other.stored if n not in first.stored]
        found = [f"lacks {', '.join(map(repr, lacking))}"] if lacking else []
        found += [f"has {', '.join(map(repr, more))} more"] if more else []
        raise TableError(
            f"{label}: {' and '.join(found) or 'has the columns in another order'}; expected the columns of "
            f"{first.part.label}, {', '.join(first.stored)}: write the parts alike"
        )
    for name, stored in other.stored.items():
        if stored != first.stored[name]:
            raise TableError(
                f"{label}: column {name!r}: is stored as {stored}, expected {first.stored[name]} as in "
                f"{first.part.label}; write the parts alike"
            )


def _joined(queries: Sequence[str]) -> str:
    if len(queries) == 1:
        return queries[0]
    return f"SELECT * FROM ({queries[0]}) POSITIONAL JOIN ({queries[1]})"  # noqa: S608 - names and paths are quoted


def _refuse_nul(table: Table) -> None:
    """Look at every cell of what the engine unpacked alone, which makes it look at every byte."""
    cells = ", ".join(literals.name(name) for name in table.stored)
    found = table.query(f"SELECT count(*) FROM raw WHERE contains(concat_ws(' ', {cells}), chr(0))")  # noqa: S608 - the same
    if found[0][0]:
        raise TableError(
            f"{table.path.name}: found NUL bytes in {found[0][0]:,} rows, expected text; write it again"
        )


def _refuse_other_rows(table: Table, queries: Sequence[str], files: TableFiles) -> None:
    counts = ", ".join(f"(SELECT count(*) FROM ({query}))" for query in queries)  # noqa: S608 - the same
    features, target = table.query(f"SELECT {counts}")[0]
    if features != target:
        raise TableError(
            f"{files.name}: found {features:,} rows of features and {target:,} of the target, expected as many; "
            "write both from one table"
        )


def _notes(groups: Sequence[Sequence[Opened]]) -> Iterator[str]:
    """Yield what was detected, each once; where two tables stand side by side, with the file that shows it."""
    for group in groups:
        first, last = group[0].part.label, group[-1].part.label
        if len(group) > 1:
            yield f"{len(group):,} files in the order of their names, {first} to {last}"
        notes = dict.fromkeys(note for o in group for note in o.notes)
        yield from (f"{first}: {note}" if len(groups) > 1 else note for note in notes)
