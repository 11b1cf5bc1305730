"""GV001: provenance is declared and its evidence is there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract import literals
from model_checks.contract.files import TableError
from model_checks.datasheet import is_question
from model_checks.findings import Finding, NotAudited
from model_checks.governance.declarations import section, table, unanswered, undeclared
from model_checks.governance.evidence_files import entry_finding, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model_checks.dataset import Dataset
    from model_checks.inputs import Datasheet

DECLARED = {
    "name": "what the source is called",
    "collected": "when it was collected",
    "collected_by": "who collected it",
    "process": "how it was collected",
}
DIFFERENT = "each file is other data"


@check(
    "provenance is declared and its evidence is there",
    phases=Phase.INTEGRATION,
    levels=(WARN, BLOCK, BLOCK),
)
def gv001(train: Dataset, datasheet: Datasheet, test: Dataset | None = None) -> Iterator[Finding]:
    """State where the data comes from, and hold the evidence against it.

    The source's name, its collection and at least one piece of evidence must be declared. An evidence file
    must be there with the declared SHA-256. Each table must be a piece of evidence itself (the same SHA-256),
    or a piece of evidence says in `derivation` how it was made from it. Evidence known by URL alone is not
    fetched: only its declared SHA-256 is compared. No two files of the evidence may be one content under two
    names, nor may the tables hold the same rows, in whatever order or format.

    Why: a table of unknown origin can be neither defended nor collected again, and a source that changes
        under the same name, or is counted twice under two names, goes unseen without a digest.
    Fix: fill in [source] of the datasheet; `sha256sum FILE` prints a digest.
    Source: T. Gebru and others, "Datasheets for Datasets", CACM 64(12), 2021, section 3.3 (collection);
        Regulation (EU) 2024/1689, article 10(2)(b).
    """
    if not datasheet.name:
        yield Finding(
            ok=False, rule="datasheet", message="there is no datasheet, expected one with the data's source",
            fix="write datasheet.toml with a [source] section and name it in iddr.toml as data.datasheet",
        )  # fmt: skip
    else:
        source = section(datasheet, "source")
        for key, meaning in DECLARED.items():
            yield _declared(datasheet, key, source.get(key), meaning)
        yield from _evidence(datasheet, train, test, source.get("evidence", []))
    if test is not None:
        yield _compared(train, test)


def _declared(datasheet: Datasheet, key: str, value: object, meaning: str) -> Finding:
    where, rule = f"{datasheet.name}: source.{key}", f"{key} is declared"
    if is_question(value):
        return unanswered(where, rule, str(value))
    if value is None or not str(value).strip():
        return undeclared(where, rule, meaning, f"add {key} to [source] in {datasheet.name}")
    return Finding(ok=True, where=where, rule=rule, message=f"is declared: {_day_or_text(value)}")


def _evidence(datasheet: Datasheet, train: Dataset, test: Dataset | None, entries: object) -> Iterator[Finding]:
    where = f"{datasheet.name}: source.evidence"
    if is_question(entries):
        yield unanswered(where, "evidence is declared", str(entries))
        return
    if not isinstance(entries, list) or not entries:
        yield Finding(
            ok=False, where=where, rule="evidence is declared",
            message="no evidence is declared, expected the files or addresses that the data came as",
            fix=f"add [[source.evidence]] with file (or url) and sha256 to {datasheet.name};"
            f" {train.name} itself has sha256 {plain(train.digest)}",
        )  # fmt: skip
        return
    tables = [table(entry) for entry in entries]
    yield _linked(where, "training", train, tables)
    if test is not None:
        yield _linked(where, "test", test, tables)
    for index, entry in enumerate(tables):
        yield entry_finding(datasheet, f"{where}[{index}]", entry)
    yield from _twins(where, tables)


def _linked(where: str, which: str, data: Dataset, entries: Sequence[Mapping[str, Any]]) -> Finding:
    rule, digest = f"evidence leads to the {which} table", plain(data.digest)
    if any(plain(str(e.get("sha256", ""))) == digest for e in entries):
        return Finding(ok=True, where=where, rule=rule, message=f"names {data.name} by its sha256")
    told = [str(e["derivation"]) for e in entries if str(e.get("derivation", "")).strip()]
    answered = [text for text in told if not is_question(text)]
    if answered:
        return Finding(ok=True, where=where, rule=rule, message=f"{data.name} is derived: {answered[0]}")
    if told:
        return unanswered(where, rule, told[0])
    return Finding(
        ok=False, where=where, rule=rule,
        message=f"no evidence has the sha256 of {data.name}, {digest[:12]}, or says how it was derived",
        fix=f'add file and sha256 = "{digest}", or derivation = "<how {data.name} is made from this file>"',
    )  # fmt: skip


def _twins(where: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for index, entry in enumerate(entries):
        file, digest = str(entry.get("file", "")), plain(str(entry.get("sha256", "")))
        if not file or not digest or is_question(file) or is_question(digest):
            continue
        other = first.setdefault(digest, posixpath.normpath(file))
        if other != posixpath.normpath(file):
            yield Finding(
                ok=False, where=f"{where}[{index}]", rule=DIFFERENT,
                message=f"{file} is declared with the content of {other}, sha256 {digest[:12]}",
                fix=f"bring the file that {file} is meant to be, or declare one of the two alone",
            )  # fmt: skip


def _compared(train: Dataset, test: Dataset) -> Finding:
    how = ""
    if plain(train.digest) == plain(test.digest):
        how = f"is the file {train.name} under another name, sha256 {plain(test.digest)[:12]}"
    elif train.rows == test.rows and set(train.columns) == set(test.columns) and _rows(train) == _rows(test):
        how = f"holds the {test.rows:,} rows of {train.name}, written in another way"
    if not how:
        return Finding(ok=True, where=test.name, rule=DIFFERENT, message=f"is other data than {train.name}")
    return Finding(
        ok=False, where=test.name, rule=DIFFERENT, message=how,
        fix="name as [data] test the rows that were kept from training, or split the data anew",
    )  # fmt: skip


def _rows(data: Dataset) -> tuple[Any, ...]:
    """Return a digest of the rows as the contract reads them, in any order."""
    columns = ", ".join(literals.name(name) for name in data.contract.columns)
    try:
        [found] = data.query(f"SELECT count(*), sum(CAST(hash({columns}) AS HUGEINT)) FROM typed")  # noqa: S608 - names are quoted
    except TableError as error:
        raise NotAudited(str(error)) from error
    return found


def _day_or_text(value: object) -> str:
    if isinstance(value, dict):
        return f"{value.get('from')} to {value.get('to')}"
    return str(value)
