"""Makes one file ready for the engine: looks at all of it, and says how it is read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.arrow_files import write_parquet
from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.complaints import unreadable
from model_checks.contract.csv_format import CsvFormat, CsvText
from model_checks.contract.engine import Engine, EngineError
from model_checks.contract.files import TableError, Watched, digest_of, told, watched
from model_checks.contract.headers import Naming, header_of, line_of, refuse_twins
from model_checks.contract.plain_text import UTF8, plain_text
from model_checks.contract.table_files import ZSTD, Part, kind_of
from model_checks.contract.zstd_frames import refuse_damage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DESCRIBED = {"csv": "a CSV separated by {!r}", "parquet": "Parquet", "arrow": "Arrow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file that the engine can read at `path`, which is another one than the part's where it was rewritten."""

    part: Part
    kind: str
    path: Path
    digest: str
    stored: Mapping[str, str]
    watched: Watched
    csv: CsvFormat
    separator: str = ""
    notes: tuple[str, ...] = ()

    @property
    def read_in_place(self) -> bool:
        """Whether the engine reads the part itself, so that it must not change."""
        return self.path == self.part.path

    def line_of(self, record: int) -> int:
        """Return the line on which the engine's `record` begins, as far as the file can be read again."""
        if self.kind != "csv" or self.path.suffix.lower() == ZSTD:
            return record
        with self.path.open(encoding="utf-8-sig", newline="") as text:
            return line_of(record, text, self.separator, self.csv.quote)

    @property
    def description(self) -> str:
        """What the file is, in words."""
        return DESCRIBED[self.kind].format(self.separator)


def opened(part: Part, csv: CsvFormat, engine: Engine, naming: Naming) -> Opened:
    """Open one part.

    Raises:
        TableError: it cannot be read, or is not what a table's document recorded.
    """
    file = watched(part.path, part.label)
    kind = kind_of(part)
    with told(part.label):
        digest = digest_of(part.path)
        if part.sha256 not in {"", digest}:
            raise TableError(
                f"{part.label}: was changed: found sha256 {digest[:12]}…, recorded {part.sha256[:12]}…; "
                "collect the data again"
            )
        read = {"csv": _csv, "parquet": _parquet, "arrow": _arrow}[kind]
        made = read(part, csv, engine, naming)
    file.still()
    return Opened(part=part, kind=kind, digest=digest, watched=file, csv=csv, **made)


def source_of(group: Sequence[Opened]) -> str:
    """Return the query that reads opened files of one schema, one after the other."""
    first = group[0]
    paths = "[" + ", ".join(_located(o.path) for o in group) + "]"
    if first.kind != "csv":
        return f"SELECT * FROM read_parquet({paths}, hive_partitioning = false)"  # noqa: S608 - paths are quoted
    keys = [f"c{index}" for index in range(len(first.stored))]
    columns = ", ".join(f"{key} AS {literals.name(name)}" for key, name in zip(keys, first.stored, strict=True))
    types = ", ".join(f"'{key}': 'VARCHAR'" for key in keys)
    quote = literals.text(first.csv.quote)
    options = (
        f"auto_detect = false, header = {first.csv.header}, columns = {{{types}}}, "
        f"delim = {literals.text(first.separator)}, quote = {quote}, escape = {quote}, force_not_null = {keys!r}, "
        "strict_mode = true, null_padding = false, hive_partitioning = false"
    )
    return f"SELECT {columns} FROM read_csv({paths}, {options})"  # noqa: S608 - names are quoted


def _csv(part: Part, csv: CsvFormat, engine: Engine, naming: Naming) -> dict[str, Any]:
    path = part.path
    if path.suffix.lower() == ZSTD:
        refuse_damage(path, part.label)
        header = header_of(_first_line(part, csv, engine), csv, part.label, naming)
        notes = header.notes
    else:
        text = plain_text(part.path, part.label, csv, engine.fresh(".csv"), naming)
        header, path, notes = text.header, text.path, text.notes
    refuse_twins(part.label, header.names)
    stored = dict.fromkeys(header.names, CsvText.written(CSV_TEXT, csv))
    return {"path": path, "stored": stored, "separator": header.separator, "notes": notes}


def _first_line(part: Part, csv: CsvFormat, engine: Engine) -> str:
    """Return the first line of what only the engine can unpack, which reads UTF-8 there."""
    if csv.encoding is not None and codecs.lookup(csv.encoding).name not in UTF8:
        raise TableError(
            f"{part.label}: is compressed with zstd and declared as {csv.encoding}, expected UTF-8; compress it "
            "with gzip, or save it as UTF-8"
        )
    unsplit = (
        "auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', "
        "escape = ''"
    )
    found = _asked(part, f"SELECT line FROM read_csv({_located(part.path)}, {unsplit}) LIMIT 1", engine)  # noqa: S608 - the path is quoted
    return str(found[0][0]) if found else ""


def _parquet(part: Part, _: CsvFormat, engine: Engine, __: Naming) -> dict[str, Any]:
    with part.path.open("rb") as file:
        if file.read(4) != b"PAR1":
            raise TableError(f"{part.label}: no Parquet file: it does not begin as one; write it again")
    located = _located(part.path)
    # The engine renames columns that bear one name, so the file itself is asked.
    entries = _asked(part, f"SELECT name, num_children FROM parquet_schema({located})", engine)  # noqa: S608 - the path is quoted
    names = list(_top_names(entries))
    refuse_twins(part.label, names)
    described = _asked(part, f"DESCRIBE SELECT * FROM read_parquet({located}, hive_partitioning = false)", engine)  # noqa: S608 - the same
    return {"path": part.path, "stored": {str(name): str(kind) for name, kind, *_ in described}}


def _arrow(part: Part, csv: CsvFormat, engine: Engine, naming: Naming) -> dict[str, Any]:
    written = Part(path=write_parquet(part, engine), label=part.label)
    return {**_parquet(written, csv, engine, naming), "path": written.path}


def _asked(part: Part, statement: str, engine: Engine) -> list[tuple[Any, ...]]:
    try:
        rows: list[tuple[Any, ...]] = engine.ask(statement, {}, lambda answer: answer.fetchall())
    except EngineError as error:
        found = str(error).partition("\n")[0]
        if part.path.suffix.lower() == ZSTD:
            raise TableError(unreadable(part.label, str(error), ())) from error
        if "Invalid unicode" in found:
            raise TableError(
                f"{part.label}: found the name of a column that is not UTF-8, expected one that is; rename it"
            ) from error
        raise TableError(f"{part.label}: no Parquet file: {found}; write it again") from error
    return rows


def _top_names(entries: Sequence[tuple[str, int | None]]) -> Iterator[str]:
    """Yield the names of the columns from a schema in which the parts of a nested column follow it."""
    open_below = [entries[0][1] or 0] if entries else []
    for name, children in entries[1:]:
        while open_below and open_below[-1] == 0:
            open_below.pop()
        if len(open_below) == 1:
            yield str(name)
        if open_below:
            open_below[-1] -= 1
        if children:
            open_below.append(children)


def _located(path: Path) -> str:
    """Spell the path as SQL; a bracket, star or question mark in it is not a search for files."""
    return literals.text(re.sub(r"[\[*?]", r"[\g<0>]", str(path)))
