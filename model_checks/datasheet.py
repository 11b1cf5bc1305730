"""Reads datasheet.toml: what people declare about where the data comes from and may be used for."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, TypeAlias

from model_checks.inputs import Datasheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# Regulation (EU) 2016/679, article 6(1) and article 9(2); California Civil Code 1798.140(v) and (ae).
LAWFUL_BASES = (
    "consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests",
)  # fmt: skip
SPECIAL_BASES = (
    "explicit-consent", "employment", "vital-interests", "not-for-profit-body", "made-public", "legal-claims",
    "substantial-public-interest", "health-care", "public-health", "research",
)  # fmt: skip
CCPA_CATEGORIES = (
    "identifiers", "customer-records", "protected-characteristics", "commercial", "biometric",
    "internet-activity", "geolocation", "sensory", "employment", "education", "inferences", "sensitive",
)  # fmt: skip
# What was done to a column before it came here.
TREATMENTS = ("none", "hashed", "pseudonymised", "masked", "dropped")


class DatasheetError(ValueError):
    """The datasheet cannot be read; `problems` has every one of them, each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the problems; the message has one on each line."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is right when `holds` says so; `expected` says it in words."""

    expected: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with these keys, all optional."""

    keys: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class Each:
    """A list (or, with `named`, a table of any names) whose members all have one shape."""

    member: Shape
    named: bool = False


Shape: TypeAlias = Value | Table | Each


def _one_of(words: Sequence[str]) -> Value:
    return Value(f"one of {', '.join(words)}", lambda v: v in words)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_period(value: object) -> bool:
    if not isinstance(value, dict):
        return _is_day(value)
    complete = value.keys() == {"from", "to"} and all(map(_is_day, value.values()))
    return complete and value["from"] <= value["to"]


def _is_relative(value: object) -> bool:
    # A path of one machine is not there on the next one.
    return isinstance(value, str) and not (
        PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    )


TEXT = Value("text", lambda v: isinstance(v, str))
TEXTS = Value("a list of texts", lambda v: isinstance(v, list) and all(isinstance(t, str) for t in v))
PLACES = Value('a place such as "EU", or a list of them', lambda v: isinstance(v, str) or TEXTS.holds(v))
DAYS = Value("a whole number of days, 1 or more", lambda v: isinstance(v, int) and v is not True and v > 0)
FLAG = Value("true or false", lambda v: isinstance(v, bool))
DAY = Value("a date without quotes, such as 2026-01-31", _is_day)
PERIOD = Value("a date such as 2026-01-31, or {from = 2026-01-01, to = 2026-01-31} in that order", _is_period)
FILE = Value("a path relative to the datasheet's folder", _is_relative)
SHA256 = Value(
    "64 hexadecimal digits",
    lambda v: isinstance(v, str) and re.fullmatch("[0-9a-fA-F]{64}", v) is not None,
)
EVIDENCE = Table({"file": FILE, "url": TEXT, "sha256": SHA256, "derivation": TEXT})
COLUMN = Table(
    {
        "kind": TEXT,
        "lawful_basis": _one_of(LAWFUL_BASES),
        "special_category": _one_of(SPECIAL_BASES),
        "ccpa_category": _one_of(CCPA_CATEGORIES),
        "treatment": _one_of(TREATMENTS),
    }
)
DATASHEET = Table(
    {
        "source": Table(
            {
                "name": TEXT, "url": TEXT, "evidence": Each(EVIDENCE), "collected": PERIOD,
                "collected_by": TEXT, "process": TEXT,
            }
        ),
        "terms": Table(
            {"licence": TEXT, "agreement": TEXT, "purposes": TEXTS, "territory": PLACES, "expires": DAY}
        ),
        "use": Table({"purpose": TEXT, "commercial": FLAG, "shared": FLAG, "territory": PLACES}),
        "personal": Table({"contains": FLAG, "quasi_identifiers": TEXTS, "columns": Each(COLUMN, named=True)}),
        "retention": Table({"until": DAY, "days": DAYS}),
    }
)  # fmt: skip


def read_datasheet(path: Path) -> Datasheet:
    """Return the datasheet at `path`; a value that begins with "?" is a question that waits for an answer.

    Raises:
        DatasheetError: it cannot be opened, is not TOML, or holds what no datasheet holds; all problems at
            once, each with its place, what was found and what was expected.
    """
    try:
        sections = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise DatasheetError([f"{path.name}: cannot be opened: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise DatasheetError([f"{path.name}: is not UTF-8 text; save it as UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise DatasheetError([f"{path.name}: is not TOML: {error}"]) from error
    problems = [*_problems(sections, DATASHEET, ""), *_contradictions(sections)]
    if problems:
        raise DatasheetError([f"{path.name}: {problem}" for problem in problems])
    return Datasheet(name=path.name, sections=sections, folder=path.parent)


def questions(datasheet: Datasheet) -> list[tuple[str, str]]:
    """Return (key path, question) of every value that is still a question, in the order of the file."""
    return list(_questions(datasheet.sections, ""))


def is_question(value: object) -> bool:
    """Tell whether `value` is a question that nobody has answered."""
    return isinstance(value, str) and value.startswith("?")


def _questions(value: object, path: str) -> Iterator[tuple[str, str]]:
    if is_question(value):
        yield path, str(value)[1:].strip()
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _questions(member, key_path(path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _questions(member, f"{path}[{index}]")


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if is_question(value):
        return
    if isinstance(shape, Value):
        if not shape.holds(value):
            yield f"{path} is {_shown(value)}, expected {shape.expected}"
    elif isinstance(shape, Each) and not shape.named:
        if not isinstance(value, list):
            yield f"{path} is {_shown(value)}, expected a list of tables"
            return
        for index, member in enumerate(value):
            yield from _problems(member, shape.member, f"{path}[{index}]")
    elif not isinstance(value, dict):
        yield f"{path} is {_shown(value)}, expected a table"
    else:
        yield from _table_problems(value, shape, path)


def _table_problems(table: dict[str, Any], shape: Table | Each, path: str) -> Iterator[str]:
    for key, member in table.items():
        known = shape.keys if isinstance(shape, Table) else {key: shape.member}
        if key in known:
            yield from _problems(member, known[key], key_path(path, key))
        else:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            yield f"{key_path(path, key)} is unknown; {hint}"


def _contradictions(sections: dict[str, Any]) -> Iterator[str]:
    personal = sections.get("personal")
    if isinstance(personal, dict) and personal.get("contains") is False and personal.get("columns"):
        yield "personal.contains is false, yet personal.columns declares columns; expected one or the other"


def key_path(path: str, key: str) -> str:
    """Return the key path of `key` below `path`, quoted where TOML wants it."""
    name = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - one line of a terminal
