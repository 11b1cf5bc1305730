"""GV003: personal data is known, lawful and treated as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.datasheet import is_question, key_path
from model_checks.findings import Finding
from model_checks.personal_data.classification import Classification, classify
from model_checks.signatures import Bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.dataset import Dataset
    from model_checks.inputs import Datasheet

Drawn = Annotated[int, Bounds(1, 100_000)]
Found: TypeAlias = tuple[str, str, Classification]
MD5_DIGITS = 32
KNOWN, LAWFUL, CONTAINS = "personal data is declared", "declared data is lawful", "contains is declared"
# Regulation (EU) 2016/679, article 9(1).
SPECIAL = frozenset(
    {
        "biometric", "ethnicity", "genetic", "health", "political-opinion", "race", "religion", "sex-life",
        "sexual-orientation", "trade-union",
    }
)  # fmt: skip


@check(
    "personal data is known, lawful and treated as declared",
    phases=Phase.INTEGRATION,
    levels=(WARN, BLOCK, BLOCK),
)
def gv003(
    train: Dataset, datasheet: Datasheet, test: Dataset | None = None, *, distinct: Drawn = 1000
) -> Iterator[Finding]:
    """Look for personal data in every column, and hold what is found against what is declared.

    At most `distinct` different values of each column are looked at, always the same ones. A column is
    recognised by its name, its values' shape and their check digits; personal values are never shown.

    Why: personal data that nobody knows of is processed without a lawful basis, and goes into models, logs
        and images from which it can hardly be taken back.
    Fix: drop the column, or declare it in the datasheet as [personal.columns.NAME] with its kind and
        lawful_basis.
    Source: Regulation (EU) 2016/679, articles 4(1), 5, 6, 9 and 30; California Civil Code 1798.140(v).
    """
    tables = [train] if test is None else [train, test]
    personal = _table(datasheet.sections.get("personal", {}))
    declared = _table(personal.get("columns", {}))
    found = [f for t in tables for f in _classified(t, distinct)]
    undeclared = [f for f in found if f[2].kind and f[1] not in declared]
    yield from (_undeclared(*f, says_none=personal.get("contains") is False) for f in undeclared)
    yield from _answers(personal, declared, datasheet.name)
    for column, entry in declared.items():
        yield from _lawful(column, _table(entry), datasheet.name)
        if not any(column in t.columns for t in tables):
            yield Finding.said(
                "is declared, but no table has such a column", where=f"{datasheet.name}: {_path(column)}"
            )
    if not train.rows:
        yield Finding(ok=None, where=train.name, rule=KNOWN, message="has no rows to look at", fix="give rows")
    elif not undeclared:
        yield _known(found, distinct)


def _classified(table: Dataset, distinct: int) -> Iterator[Found]:
    # Ordered by a digest, the sample is the same on every machine and favours no end of the alphabet; all
    # columns are drawn in one scan.
    drawn = (f"min(DISTINCT md5({text}) || {text}, {distinct})" for text in map(_as_text, table.columns))
    [samples] = table.query(f"SELECT {', '.join(drawn)} FROM raw")  # noqa: S608 - names are quoted
    for column, values in zip(table.columns, samples, strict=True):
        yield table.name, column, classify(column, [value[MD5_DIGITS:] for value in values or ()])


def _as_text(column: str) -> str:
    quoted = column.replace('"', '""')
    return f'CAST("{quoted}" AS VARCHAR)'


def _undeclared(table: str, column: str, found: Classification, *, says_none: bool) -> Finding:
    said = "while the datasheet says that there is none" if says_none else "and it is not declared"
    return Finding(
        ok=False, where=f"{table}: {column}", rule=KNOWN,
        message=f"looks like personal data ({found.kind}), {said}: {found.reason}; such as"
        f" {', '.join(found.examples)}",
        measured=found.confidence, fix=f"drop the column, or declare [{_path(column)}] with kind and lawful_basis"
        " in the datasheet, and personal.contains = true",
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


def _lawful(column: str, entry: Mapping[str, Any], sheet: str) -> Iterator[Finding]:
    where = f"{sheet}: {_path(column)}"
    for key in ("kind", "lawful_basis", "special_category"):
        if is_question(entry.get(key)):
            yield _unanswered(f"{where}.{key}", LAWFUL, str(entry[key]))
            return
    kind = str(entry.get("kind", "personal data"))
    lacking = [key for key in _needed(kind) if not entry.get(key)]
    if lacking:
        yield Finding(
            ok=False, where=where, rule=LAWFUL, message=f"{kind} has no {' and no '.join(lacking)}",
            fix=f"declare on which ground it is processed, or drop the column; add {' and '.join(lacking)}",
        )  # fmt: skip
        return
    yield Finding(ok=True, where=where, rule=LAWFUL, message=f"{kind} is declared, on {entry['lawful_basis']}")


def _path(column: str) -> str:
    return key_path("personal.columns", column)


def _needed(kind: str) -> tuple[str, ...]:
    special = kind.strip().lower().replace(" ", "-") in SPECIAL
    return ("lawful_basis", "special_category") if special else ("lawful_basis",)


def _unanswered(where: str, rule: str, question: str) -> Finding:
    asked = question.removeprefix("?").strip()
    return Finding(
        ok=False, where=where, rule=rule, message=f'waits for an answer to "{asked}"',
        fix="write the answer in place of the question",
    )  # fmt: skip


def _known(found: list[Found], distinct: int) -> Finding:
    personal = sum(1 for *_, classification in found if classification.kind)
    message = (
        f"{len(found)} columns were looked at, up to {distinct} different values each: {personal} hold what looks"
        " like personal data, and all of those are declared"
    )
    return Finding(ok=True, rule=KNOWN, message=message)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
