"""GV016: what the datasheet says is true of the data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract import literals
from model_checks.datasheet import is_question, key_path
from model_checks.findings import Finding
from model_checks.personal_data.hints import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.dataset import Dataset
    from model_checks.inputs import Datasheet
    from model_checks.personal_data.sightings import PersonalColumns, Sighting

NONE, KIND, THERE, PERIOD = (
    "no personal data is there", "the kind is right", "declared columns are there", "the period is right",
)  # fmt: skip
SURE = 0.85
# What people write for the kinds that are recognised.
KINDS = {
    "e-mail address": "email mail e",
    "telephone number": "telephone phone mobile fax",
    "payment card": "card",
    "bank account": "iban bank account",
    "national identifier": "national social ssn tax insurance",
    "identity document": "passport licence license document",
    "person's name": "name surname forename",
    "postal address": "address street",
    "postcode": "postcode zip",
    "date of birth": "birth birthday",
    "year of birth": "birth birthday",
    "IP address": "ip",
    "MAC address": "mac",
    "device identifier": "device imei",
    "user name": "user login",
}


@check("what the datasheet says is true of the data", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def gv016(
    train: Dataset, datasheet: Datasheet, personal_columns: PersonalColumns, time_column: str = ""
) -> Iterator[Finding]:
    """Hold what the datasheet says against the tables.

    Where it says that no row tells of a person, no column may look like personal data. A declared column must
    be in a table, unless it is declared as dropped, and what is recognised in it must be of the declared kind.
    The times of the training rows (`[data] time`) must lie in the declared period of collection. What no
    datasheet says, and what GV001 to GV003 ask of it, is not judged here.

    Why: a datasheet is what auditors and users of the model believe; one that is wrong is worse than none.
    Fix: correct the datasheet, or the data that it describes.
    Source: T. Gebru and others, "Datasheets for Datasets", CACM 64(12), 2021; Regulation (EU) 2016/679,
        article 5(1)(d) and 5(2).
    """
    personal = _table(datasheet.sections.get("personal", {}))
    declared = {name: _table(entry) for name, entry in _table(personal.get("columns", {})).items()}
    findings = [
        *_contradicted(personal, personal_columns),
        *_absent(declared, personal.get("quasi_identifiers"), personal_columns, datasheet.name),
        *_kinds(declared, personal_columns),
        *_period(datasheet, train, time_column),
    ]
    yield from findings
    if not findings:
        yield Finding(
            ok=True,
            rule=THERE,
            message=f"{datasheet.name or 'no datasheet'} says nothing that the tables could show",
        )


def _contradicted(personal: Mapping[str, Any], columns: PersonalColumns) -> Iterator[Finding]:
    if personal.get("contains") is not False:
        return
    for sighting in columns.sightings:
        kind = sighting.found.kind or sighting.held
        if kind:
            yield Finding(
                ok=False, where=f"{sighting.table}: {sighting.column}", rule=NONE,
                message=f"looks like personal data ({kind}), while the datasheet says that there is none"
                + _why(sighting),
                measured=sighting.found.confidence or None,
                fix=f"drop the column, or declare [{_path(sighting.column)}] and personal.contains = true",
            )  # fmt: skip
    if not any(s.found.kind or s.held for s in columns.sightings):
        message = f"none of {len(columns.sightings)} columns looks like personal data, as the datasheet says"
        yield Finding(ok=True, rule=NONE, message=message)


def _why(sighting: Sighting) -> str:
    found = sighting.found
    return f": {found.reason}; such as {', '.join(found.examples)}" if found.kind else ""


def _absent(
    declared: Mapping[str, Mapping[str, Any]], quasi: object, columns: PersonalColumns, sheet: str
) -> Iterator[Finding]:
    named = {_path(name): name for name, entry in declared.items() if entry.get("treatment") != "dropped"}
    named |= (
        {f"personal.quasi_identifiers: {name}": str(name) for name in quasi if name}
        if isinstance(quasi, list)
        else {}
    )
    lost = {place: name for place, name in named.items() if name not in columns.columns}
    for place in lost:
        yield Finding(
            ok=False, where=f"{sheet}: {place}", rule=THERE, message="is declared, but no table has such a column",
            fix='correct the name, take the entry out, or declare treatment = "dropped"',
        )  # fmt: skip
    if named and not lost:
        message = f"all {len(named)} columns that the datasheet names are in a table"
        yield Finding(ok=True, rule=THERE, message=message)


def _kinds(declared: Mapping[str, Mapping[str, Any]], columns: PersonalColumns) -> Iterator[Finding]:
    for sighting in columns.personal:
        kind = declared.get(sighting.column, {}).get("kind")
        if not isinstance(kind, str) or is_question(kind) or sighting.looks:
            continue
        other = _known(kind)
        if other and sighting.found.kind not in other and sighting.found.confidence >= SURE:
            yield Finding(
                ok=False, where=f"{sighting.table}: {sighting.column}", rule=KIND,
                message=f"is declared as {kind}, found {sighting.found.kind}: {sighting.found.reason}",
                fix=f"correct kind of [{_path(sighting.column)}], or the column",
            )  # fmt: skip


def _known(kind: str) -> frozenset[str]:
    """Return the recognised kinds that a datasheet's words for a kind may mean; empty where they mean none."""
    words = set(words_of(kind)) - {"s", "of", "the", "number"}
    return frozenset(name for name, known in KINDS.items() if words.intersection(known.split()))


def _period(datasheet: Datasheet, train: Dataset, time_column: str) -> Iterator[Finding]:
    collected = _table(datasheet.sections.get("source", {})).get("collected")
    if not time_column or time_column not in train.columns:
        return
    if isinstance(collected, dict) and {"from", "to"} <= collected.keys():
        first, last = collected["from"], collected["to"]
    else:
        first, last = None, collected
    if not isinstance(last, date):
        return
    # The last day counts in full; a single day says when collecting ended.
    cell = f"TRY_CAST(CAST({literals.name(time_column)} AS VARCHAR) AS TIMESTAMP)"
    early = f"{cell} < TIMESTAMP '{first:%Y-%m-%d}'" if isinstance(first, date) else "false"
    late = f"{cell} >= TIMESTAMP '{last:%Y-%m-%d}' + INTERVAL 1 DAY"
    statement = f"SELECT count({cell}), count(*) FILTER ({early}), count(*) FILTER ({late}) FROM raw"  # noqa: S608 - the name is quoted
    [(dated, before, after)] = train.query(statement)
    yield _dated(f"{train.name}: {time_column}", dated, before + after, f"{first or 'any day'} to {last}")


def _dated(where: str, dated: int, outside: int, period: str) -> Finding:
    if not dated:
        return Finding(
            ok=None, where=where, rule=PERIOD, message="holds no time that can be read, so the period is not seen",
            fix="write times as 2026-01-31 or 2026-01-31 12:00:00, or name another column as [data] time",
        )  # fmt: skip
    return Finding(
        ok=not outside, where=where, rule=PERIOD, measured=outside, limit=0, unit=" rows",
        message=f"{outside:,} of {dated:,} rows lie outside the declared period of collection, {period}",
        fix="correct source.collected in the datasheet, or leave these rows out" if outside else "",
    )  # fmt: skip


def _path(column: str) -> str:
    return key_path("personal.columns", column)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
