"""Proposes a contract from a table, for people to correct: what was guessed is noted beside each column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.cells import CSV_TEXT, cell
from model_checks.contract.columns import Column
from model_checks.contract.reading import DRAFT
from model_checks.contract.sightings import Sighting, kind_seen, sightings
from model_checks.contract.tables import open_table
from model_checks.contract.widening import widened

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.contract.tables import Table

# What pandas.read_csv takes for missing, as far as it is never a category.
NULL_TEXTS = ("", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null")
FEW = 20
COMMENT = "proposed from {name} ({rows:,} rows): read each column's x-notes, correct it, then delete the notes"


def infer(path: Path, *, target: str | None) -> dict[str, Any]:
    """Return the document of a contract that every row of the table obeys.

    Types are those that all cells of a column have. Numbers may go half of their span beyond what was seen,
    but not below zero where none was, nor out of 0 to 1 where all were inside; whole numbers of few different
    values keep their range, and so does the target. Texts of at most 20 different values, each seen twice on
    average, become an enum; so do the labels of a text target. Null is allowed where it was seen; all
    columns are required.

    Raises:
        TableError: the file cannot be read as a table, or the target is not in it.
    """
    from model_checks.contract.files import TableError

    table = open_table(path)
    if target is not None and target not in table.stored:
        raise TableError(
            f"{path.name}: the target column {target!r} is not there, found {', '.join(table.stored)}; "
            "name another target"
        )
    tokens = _tokens(table)
    seen = sightings(table, tokens)
    properties = {s.column: _proposed(table, s, tokens, target=target) for s in seen if s.stored_as_value}
    left_out = [s.column for s in seen if not s.stored_as_value]
    document = {
        "$schema": DRAFT,
        "$comment": COMMENT.format(name=path.name, rows=seen[0].rows),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": bool(left_out),
        "x-null-tokens": list(tokens),
    }
    return document | ({"x-notes": "left out, no flat values: " + ", ".join(left_out)} if left_out else {})


def _tokens(table: Table) -> tuple[str, ...]:
    """Return the texts for null that the table uses; the empty text always is one."""
    if CSV_TEXT not in table.stored.values():
        return ("",)
    columns = [literals.name(name) for name in table.stored]
    used = ", ".join(
        "coalesce(bool_or(" + " OR ".join(f"{column} = {literals.text(token)}" for column in columns) + "), FALSE)"
        for token in NULL_TEXTS
    )
    found = table.query(f"SELECT {used} FROM raw")[0]  # noqa: S608 - names and texts are quoted
    return tuple(token for token, was in zip(NULL_TEXTS, found, strict=True) if was or not token)


def _proposed(table: Table, seen: Sighting, tokens: tuple[str, ...], *, target: str | None) -> dict[str, Any]:
    kind, note = kind_seen(seen)
    rules: dict[str, Any] = {}
    if kind in {"integer", "number"} and seen.values:
        rules, more = widened(seen, kind, exact=seen.column == target)
        note += more
    elif kind == "string" and seen.dates == seen.values > 0:
        rules = {"format": "date"}
    elif kind == "string" and seen.values:
        rules, more = _listed(table, seen, tokens, always=seen.column == target)
        note += more
    missing = seen.values < seen.rows
    if missing:
        note += f"; {seen.rows - seen.values:,} of {seen.rows:,} rows lack it"
    if missing and "enum" in rules:
        rules["enum"].append(None)
    return {"type": [kind, "null"] if missing else kind, **rules, "x-notes": note.removeprefix("; ")}


def _listed(table: Table, seen: Sighting, tokens: tuple[str, ...], *, always: bool) -> tuple[dict[str, Any], str]:
    if not (seen.different <= FEW and (always or 2 * seen.different <= seen.values)):
        return {}, f"; about {seen.different:,} different texts"
    column = Column(seen.column, "string", null_allowed=True, null_texts=tokens)
    value = cell(column, table.stored[seen.column]).value
    found = table.query(f"SELECT DISTINCT {value} AS v FROM raw WHERE v IS NOT NULL ORDER BY v")  # noqa: S608 - the same
    return {"enum": [text for (text,) in found]}, "; only the texts seen are allowed"
