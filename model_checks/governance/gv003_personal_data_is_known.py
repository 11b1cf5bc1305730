"""GV003: personal data is known, lawful and treated as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.datasheet import is_question, key_path
from model_checks.findings import Finding
from model_checks.personal_data.special_categories import is_special

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Datasheet
    from model_checks.personal_data.sightings import PersonalColumns, Sighting

KNOWN, LAWFUL, CONTAINS = "personal data is declared", "declared data is lawful", "contains is declared"
TREATED, MASKED, SPECIAL = "data is treated as declared", "the contract masks it", "special category is declared"
KEYS = {"gdpr": "lawful_basis", "ccpa": "ccpa_category"}


@check(
    "personal data is known, lawful and treated as declared",
    phases=Phase.INTEGRATION,
    levels=(WARN, BLOCK, BLOCK),
)
def gv003(
    personal_columns: PersonalColumns,
    datasheet: Datasheet,
    contract: Contract | None = None,
    sensitive: Sequence[str] = (),
    *,
    laws: tuple[Literal["gdpr", "ccpa"], ...] = ("gdpr", "ccpa"),
) -> Iterator[Finding]:
    """Look for personal data in every column, and hold what is found against what is declared.

    A column is recognised by its name, its values' shape, check digits and frequent names; personal values
    are never shown. Every personal column must be declared with a lawful basis and a category of the CCPA
    (`laws` says which of the two count), a special category with its own ground; a declared treatment must be
    seen in the values; and the contract must mark the column `x-personal`, so that messages mask it. A column
    whose name alone speaks of a special category is a question, not a failure: the name does not say of whom
    the rows tell. Where the datasheet says that there is no personal data, GV016 holds that against the data.

    Why: personal data that nobody knows of is processed without a lawful basis, and goes into models, logs
        and images from which it can hardly be taken back.
    Fix: drop the column, or declare it in the datasheet as [personal.columns.NAME] with its kind,
        lawful_basis and ccpa_category.
    Source: Regulation (EU) 2016/679, articles 4(1), 5, 6, 9 and 30; California Civil Code 1798.140(v), (ae).
    """
    personal = _table(datasheet.sections.get("personal", {}))
    declared = {name: _table(entry) for name, entry in _table(personal.get("columns", {})).items()}
    denied = personal.get("contains") is False
    if not denied:
        yield from _undeclared(personal_columns, declared)
    yield from _answers(personal, declared, datasheet.name)
    for column, entry in declared.items():
        yield from _lawful(column, entry, datasheet.name, [KEYS[law] for law in laws])
        yield from _treated(column, entry, personal_columns)
    if contract is not None and not denied:
        also = sensitive if personal.get("contains") is True else ()
        yield from _masked(contract, [c for c in (*declared, *also) if c in contract.columns])
    yield from _seen(personal_columns, denied=denied, declared=declared)


def _undeclared(columns: PersonalColumns, declared: Mapping[str, Any]) -> Iterator[Finding]:
    unknown = [s for s in columns.sightings if s.column not in declared]
    for sighting in unknown:
        if sighting.found.kind:
            yield _personal(sighting)
        elif sighting.held:
            yield _special(sighting)
    named = {s.column: s.named for s in unknown if s.named and not s.held and not s.found.kind}
    if named:
        told = ", ".join(f"{column} ({category})" for column, category in named.items())
        yield Finding(
            ok=None, rule=SPECIAL, message=f"these columns sound like special categories of personal data: {told}",
            fix="declare each as [personal.columns.NAME] in the datasheet, or personal.contains = false if no row"
            " tells of a person",
        )  # fmt: skip


def _personal(sighting: Sighting) -> Finding:
    found = sighting.found
    return Finding(
        ok=False, where=f"{sighting.table}: {sighting.column}", rule=KNOWN, measured=found.confidence,
        message=f"looks like personal data ({found.kind}), and it is not declared: {found.reason}; such as"
        f" {', '.join(found.examples)}",
        fix=f"drop the column, or declare [{_path(sighting.column)}] with kind, lawful_basis and ccpa_category"
        " in the datasheet, and personal.contains = true",
    )  # fmt: skip


def _special(sighting: Sighting) -> Finding:
    return Finding(
        ok=False, where=f"{sighting.table}: {sighting.column}", rule=SPECIAL,
        message=f"its values are words for a special category of personal data ({sighting.held}), and it is not"
        " declared",
        fix=f"drop the column, or declare [{_path(sighting.column)}] with kind, lawful_basis and special_category",
    )  # fmt: skip


def _answers(personal: Mapping[str, Any], declared: Mapping[str, Any], sheet: str) -> Iterator[Finding]:
    contains, where = personal.get("contains"), f"{sheet}: personal.contains"
    if is_question(contains):
        yield _unanswered(where, CONTAINS, str(contains))
    elif contains is True and not declared:
        yield Finding(
            ok=False, where=where, rule=CONTAINS, message="is true, expected the columns that hold personal data",
            fix="add [personal.columns.NAME] with kind and lawful_basis for each of them",
        )  # fmt: skip


def _lawful(column: str, entry: Mapping[str, Any], sheet: str, keys: Sequence[str]) -> Iterator[Finding]:
    where = f"{sheet}: {_path(column)}"
    for key in ("kind", *KEYS.values(), "special_category", "treatment"):
        if is_question(entry.get(key)):
            yield _unanswered(f"{where}.{key}", LAWFUL, str(entry[key]))
            return
    kind = str(entry.get("kind", "personal data"))
    needed = [*keys, "special_category"] if is_special(kind) and "lawful_basis" in keys else keys
    lacking = [key for key in needed if not entry.get(key)]
    if lacking:
        yield Finding(
            ok=False, where=where, rule=LAWFUL, message=f"{kind} has no {' and no '.join(lacking)}",
            fix=f"declare on which ground it is processed, or drop the column; add {' and '.join(lacking)}",
        )  # fmt: skip
        return
    grounds = ", ".join(str(entry[key]) for key in needed)
    yield Finding(ok=True, where=where, rule=LAWFUL, message=f"{kind} is declared, on {grounds or 'no law asked'}")


def _treated(column: str, entry: Mapping[str, Any], columns: PersonalColumns) -> Iterator[Finding]:
    treatment = entry.get("treatment")
    if not isinstance(treatment, str) or is_question(treatment) or treatment == "none":
        return
    for sighting in (s for s in columns.sightings if s.column == column):
        fault = _fault(treatment, sighting)
        yield Finding(
            ok=not fault, where=f"{sighting.table}: {column}", rule=TREATED,
            message=f"is declared {treatment}, {'but ' + fault if fault else 'and nothing speaks against it'}",
            fix=f"treat the column before it is used, or correct treatment of [{_path(column)}]" if fault else "",
        )  # fmt: skip


def _fault(treatment: str, sighting: Sighting) -> str:
    if treatment == "dropped":
        return "the column is still there"
    if treatment == "hashed" and sighting.looks != "hashed":
        return "its values are not digests"
    if treatment == "masked" and sighting.looks != "masked":
        return "its values are not masked"
    clear = sighting.found.kind and not sighting.looks
    return f"its values are in the clear ({sighting.found.kind})" if clear else ""


def _masked(contract: Contract, columns: Sequence[str]) -> Iterator[Finding]:
    for column in dict.fromkeys(columns):
        if not contract.columns[column].personal:
            yield Finding(
                ok=False, where=f"contract: {column}", rule=MASKED,
                message="is personal data, and the contract does not mark it: messages would show its values",
                fix=f'add "x-personal": true at /properties{contract.columns[column].path} of the contract',
            )  # fmt: skip


def _path(column: str) -> str:
    return key_path("personal.columns", column)


def _unanswered(where: str, rule: str, question: str) -> Finding:
    asked = question.removeprefix("?").strip()
    return Finding(
        ok=False, where=where, rule=rule, message=f'waits for an answer to "{asked}"',
        fix="write the answer in place of the question",
    )  # fmt: skip


def _seen(columns: PersonalColumns, *, denied: bool, declared: Mapping[str, Any]) -> Iterator[Finding]:
    looked = f"{len(columns.sightings)} columns were looked at, up to {columns.distinct} different values each"
    if not columns.rows:
        yield Finding(ok=None, rule=KNOWN, message="the tables have no rows to look at", fix="give rows")
    elif denied:
        yield Finding(ok=True, rule=KNOWN, message=f"{looked}; the datasheet says that no row tells of a person")
    elif all(s.column in declared for s in columns.personal):
        count = len(columns.personal)
        told = f"{looked}: {count} hold what looks like personal data, and all of those are declared"
        yield Finding(ok=True, rule=KNOWN, message=told)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
