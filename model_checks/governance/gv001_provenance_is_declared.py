"""GV001: provenance is declared and its evidence is there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.datasheet import is_question
from model_checks.findings import Finding, NotAudited

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


@check(
    "provenance is declared and its evidence is there",
    phases=Phase.INTEGRATION,
    levels=(WARN, BLOCK, BLOCK),
)
def gv001(train: Dataset, datasheet: Datasheet) -> Iterator[Finding]:
    """State where the training data comes from, and hold the evidence against it.

    The source's name, its collection and at least one piece of evidence must be declared. An evidence file
    must be there with the declared SHA-256. One piece of evidence must be the training table itself (the
    same SHA-256), or say in `derivation` how the table was made from it. Evidence known by URL alone is not
    fetched: only its declared SHA-256 is compared.

    Why: a table of unknown origin can be neither defended nor collected again, and a source that changes
        under the same name goes unseen without a digest.
    Fix: fill in [source] of the datasheet; `sha256sum FILE` prints a digest.
    Source: T. Gebru and others, "Datasheets for Datasets", CACM 64(12), 2021, section 3.3 (collection);
        Regulation (EU) 2024/1689, article 10(2)(b).
    """
    if not datasheet.name:
        yield Finding(
            ok=False, rule="datasheet", message="there is no datasheet, expected one with the data's source",
            fix="write datasheet.toml with a [source] section and name it in iddr.toml as data.datasheet",
        )  # fmt: skip
        return
    source = _table(datasheet.sections.get("source", {}))
    for key, meaning in DECLARED.items():
        yield _declared(datasheet, key, source.get(key), meaning)
    yield from _evidence(datasheet, train, source.get("evidence", []))


def _declared(datasheet: Datasheet, key: str, value: object, meaning: str) -> Finding:
    where, rule = f"{datasheet.name}: source.{key}", f"{key} is declared"
    if is_question(value):
        return _unanswered(where, rule, str(value))
    if value is None or not str(value).strip():
        return Finding(
            ok=False, where=where, rule=rule, message=f"is not declared, expected {meaning}",
            fix=f"add {key} to [source] in {datasheet.name}",
        )  # fmt: skip
    return Finding(ok=True, where=where, rule=rule, message=f"is declared: {_day_or_text(value)}")


def _unanswered(where: str, rule: str, question: str) -> Finding:
    asked = question.removeprefix("?").strip()
    return Finding(
        ok=False, where=where, rule=rule, message=f'waits for an answer to "{asked}"',
        fix="write the answer in place of the question",
    )  # fmt: skip


def _evidence(datasheet: Datasheet, train: Dataset, entries: object) -> Iterator[Finding]:
    where = f"{datasheet.name}: source.evidence"
    if is_question(entries):
        yield _unanswered(where, "evidence is declared", str(entries))
        return
    if not isinstance(entries, list) or not entries:
        yield Finding(
            ok=False, where=where, rule="evidence is declared",
            message="no evidence is declared, expected the files or addresses that the data came as",
            fix=f"add [[source.evidence]] with file (or url) and sha256 to {datasheet.name};"
            f" {train.name} itself has sha256 {_hex(train.digest)}",
        )  # fmt: skip
        return
    tables = [_table(entry) for entry in entries]
    yield _linked(where, train, tables)
    for index, entry in enumerate(tables):
        yield _entry(datasheet, f"{where}[{index}]", entry)


def _linked(where: str, train: Dataset, entries: Sequence[Mapping[str, Any]]) -> Finding:
    rule, digest = "evidence leads to the training table", _hex(train.digest)
    if any(_hex(str(e.get("sha256", ""))) == digest for e in entries):
        return Finding(ok=True, where=where, rule=rule, message=f"names {train.name} by its sha256")
    told = [str(e["derivation"]) for e in entries if str(e.get("derivation", "")).strip()]
    answered = [text for text in told if not is_question(text)]
    if answered:
        return Finding(ok=True, where=where, rule=rule, message=f"{train.name} is derived: {answered[0]}")
    if told:
        return _unanswered(where, rule, told[0])
    return Finding(
        ok=False, where=where, rule=rule,
        message=f"no evidence has the sha256 of {train.name}, {digest[:12]}, or says how it was derived",
        fix=f'add file and sha256 = "{digest}", or derivation = "<how {train.name} is made from this file>"',
    )  # fmt: skip


def _entry(datasheet: Datasheet, where: str, entry: Mapping[str, Any]) -> Finding:
    rule = "evidence is there"
    for key in ("file", "url", "sha256"):
        if is_question(entry.get(key)):
            return _unanswered(f"{where}.{key}", rule, str(entry[key]))
    file, declared = str(entry.get("file", "")), _hex(str(entry.get("sha256", "")))
    if not declared or not (file or entry.get("url")):
        return Finding(
            ok=False, where=where, rule=rule, message="expected sha256 and one of file and url",
            fix="add what is missing; sha256sum FILE prints a digest",
        )  # fmt: skip
    if not file:
        message = f"{entry['url']} is declared with sha256 {declared[:12]}, not fetched"
        return Finding(ok=True, where=where, rule=rule, message=message)
    return _file(datasheet, where, file, declared)


def _file(datasheet: Datasheet, where: str, file: str, declared: str) -> Finding:
    rule, path = "evidence is there", datasheet.folder / file
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return Finding(
            ok=False, where=where, rule=rule, message=f"there is no file {file} beside {datasheet.name}",
            fix="bring the file back, or correct its path, which is relative to the datasheet's folder",
        )  # fmt: skip
    except OSError as error:
        raise NotAudited(f"{where}: {file} cannot be read: {error.strerror}; make it readable") from error
    if found == declared:
        return Finding(ok=True, where=where, rule=rule, message=f"{file} is there, sha256 {found[:12]}")
    return Finding(
        ok=False, where=where, rule=rule,
        message=f"{file} has sha256 {found[:12]}, declared is {declared[:12]}",
        fix=f'bring the declared file back, or, if the new one is meant, declare sha256 = "{found}"',
    )  # fmt: skip


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:").lower()


def _day_or_text(value: object) -> str:
    if isinstance(value, dict):
        return f"{value.get('from')} to {value.get('to')}"
    return str(value)
