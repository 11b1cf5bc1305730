"""Reads the first record of a CSV: which character separates, and what the columns are called."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from model_checks.contract.csv_format import SEPARATORS
from model_checks.contract.files import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from model_checks.contract.csv_format import CsvFormat

LONGEST_HEADER = 1 << 20
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # with its end; the first one alone is mostly looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the first record tells; `notes` say what was detected."""

    separator: str
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Which of the declared names are those of one file's columns.

    The first `taken` are those of another file. `shared` says that the last ones are those of yet another.
    """

    taken: int = 0
    shared: bool = False


class Records(Protocol):
    """The records of a text; `line_num` is the last line of the last one."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """Return the records."""
        ...

    def __next__(self) -> list[str]:
        """Return the next record."""
        ...


def header_of(start: str, written: CsvFormat, label: str, naming: Naming) -> Header:
    """Return the separator and the columns' names of a CSV that begins with `start`.

    An undeclared separator is the one that splits the header into most columns; of a file without a header,
    the one that gives as many cells as there are names. A column without a name is called
    `Unnamed: <position from 0>`, as pandas calls it.

    Raises:
        TableError: there is no header, it is too long, or more than one separator fits.
    """
    if len(start) >= LONGEST_HEADER and "\n" not in start and "\r" not in start:
        raise TableError(
            f"{label}: line 1: found more than {LONGEST_HEADER:,} characters, expected a line of names; mend it"
        )
    candidates = SEPARATORS if written.separator is None else (written.separator,)
    records = {separator: _first_record(start, separator, written.quote) for separator in candidates}
    if not any(records.values()):
        raise TableError(
            f"{label}: line 1: found no names of columns, expected a header; add one, or set header = false and "
            "names in [data.csv]"
        )
    if not written.header:
        names = written.names[naming.taken :]
        return _shared(records, names, label) if naming.shared else _unheaded(records, names, label)
    most = max(map(len, records.values()))
    separator, record = _only({s: r for s, r in records.items() if len(r) == most}, most, label)
    names = tuple(name or f"Unnamed: {index}" for index, name in enumerate(record))
    notes = () if written.separator else (f"separated by {separator!r}, as the header shows",)
    return Header(separator=separator, names=names, notes=notes)


def _unheaded(records: Mapping[str, list[str]], names: tuple[str, ...], label: str) -> Header:
    """Let the names tell the separator: the one that gives as many cells."""
    fitting = {s: r for s, r in records.items() if len(r) == len(names)}
    if not fitting:
        found = max(map(len, records.values()))
        raise TableError(
            f"{label}: line 1: found {found} cells, expected {len(names)}, one for each of [data.csv] names; "
            "correct the names or the separator"
        )
    separator, _ = _only(fitting, len(names), label)
    notes = (f"separated by {separator!r}, which gives a cell for each name",) if len(records) > 1 else ()
    return Header(separator=separator, names=names, notes=notes)


def _shared(records: Mapping[str, list[str]], names: tuple[str, ...], label: str) -> Header:
    """Let the separator tell how many of the names are this file's."""
    if len(records) > 1:
        raise TableError(
            f"{label}: line 1: two files without headers share [data.csv] names, expected a declared separator "
            "that tells them apart; declare it there"
        )
    ((separator, record),) = records.items()
    if len(record) >= len(names):
        raise TableError(
            f"{label}: line 1: found {len(record)} cells and {len(names)} names in [data.csv], expected names for "
            "the target's file too; name the columns of both, the features' first"
        )
    return Header(separator=separator, names=names[: len(record)])


def _only(fitting: dict[str, list[str]], width: int, label: str) -> tuple[str, list[str]]:
    if len(fitting) > 1 and width > 1:
        raise TableError(
            f"{label}: line 1: {' and '.join(map(repr, fitting))} give {width} columns each, expected one "
            "separator that gives most; declare it as separator in [data.csv]"
        )
    return next(iter(fitting.items()))


def refuse_twins(label: str, names: Sequence[str]) -> None:
    """Make sure that no two columns bear one name; the engine, like SQL, takes upper and lower case for one.

    Raises:
        TableError: two of them do.
    """
    ordered = sorted(names, key=str.lower)
    for first, second in pairwise(ordered):
        if first.lower() == second.lower():
            raise TableError(
                f"{label}: found the columns {first!r} and {second!r}, expected names that differ in more "
                "than upper and lower case; rename one of them"
            )


def line_of(record: int, text: Iterable[str], separator: str, quote: str) -> int:
    """Return the line on which a record begins, both counted from 1; a cell of several lines moves it."""
    reader = records_of(text, separator, quote)
    try:
        for _ in range(record - 1):
            next(reader)
    except (csv.Error, StopIteration):
        return record
    return reader.line_num + 1


def records_of(text: Iterable[str], separator: str, quote: str) -> Records:
    """Return the records of a text's lines, as strictly as the engine reads them."""
    if quote:
        return csv.reader(text, delimiter=separator, quotechar=quote, strict=True)
    return csv.reader(text, delimiter=separator, quoting=csv.QUOTE_NONE, strict=True)


def _first_record(start: str, separator: str, quote: str) -> list[str]:
    """Return the first record; nothing where its quotes do not fit the separator."""
    try:
        return next(records_of((line[0] for line in LINE.finditer(start)), separator, quote), [])
    except csv.Error:
        return []
