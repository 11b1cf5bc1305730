"""A profile as JSON, and back: what is kept with a released model; it holds no row and no personal text."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from model_checks.contract.columns import KINDS
from model_checks.profile import VERSION, ColumnProfile, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MEDIA_TYPE = "application/vnd.iddr.profile+json"
WHOLE = ("rows", "missing", "unread", "distinct", "infinite", "other", "padded", "numeric", "dated")
BOUNDS = ("minimum", "maximum", "mean", "deviation", "mean_length")
LENGTHS = ("shortest", "longest")
PAIRS = ("top", "placeholders")


class ProfileError(ValueError):
    """Raised for a document that is no profile; the message has place, found, expected and what to do."""


def document_of(profile: Profile) -> dict[str, Any]:
    """Return `profile` as plain JSON values, without the texts of personal columns."""
    columns = [_kept(column) for column in profile.columns.values()]
    return {
        "version": profile.version, "table": profile.table, "digest": profile.digest, "rows": profile.rows,
        "target": profile.target, "columns": [_plain(column) for column in columns],
    }  # fmt: skip


def json_of(profile: Profile) -> str:
    """Return `profile` as the text of a JSON file."""
    return json.dumps(document_of(profile), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def profile_from(document: Any, *, name: str = "the document") -> Profile:
    """Return the profile that `document_of` wrote.

    Raises:
        ProfileError: it was written by another version, or is no profile.
    """
    found = _object(document, name)
    if found.get("version") != VERSION:
        raise ProfileError(
            f"{name}: version: found {found.get('version')!r}, expected {VERSION}; make the profile again with "
            "this version of iddr"
        )
    known = {"version", "table", "digest", "rows", "target", "columns"}
    _exactly(found, known, name)
    listed = found["columns"]
    if not isinstance(listed, list):
        raise _wrong(f"{name}: columns", listed, "a list")
    columns = [_column(column, f"{name}: columns[{place}]") for place, column in enumerate(listed)]
    if len({column.name for column in columns}) < len(columns):
        raise ProfileError(f"{name}: columns: found one name twice, expected each once; make the profile again")
    return Profile(
        table=_text(found["table"], f"{name}: table"), digest=_text(found["digest"], f"{name}: digest"),
        rows=_count(found["rows"], f"{name}: rows"), columns={column.name: column for column in columns},
        target=None if found["target"] is None else _text(found["target"], f"{name}: target"),
    )  # fmt: skip


def read_profile(path: Path) -> Profile:
    """Read the profile in a JSON file.

    Raises:
        ProfileError: the file is absent, is no JSON, or is no profile.
    """
    try:
        document = json.loads(path.read_text("utf-8"), parse_constant=_no_constant)
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}; expected the JSON of a profile") from None
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"{path.name}: is no JSON: {error}; expected the JSON of a profile") from None
    return profile_from(document, name=path.name)


def _kept(column: ColumnProfile) -> ColumnProfile:
    if not column.personal or column.kind != "string":
        return column
    return dataclasses.replace(column, top=(), other=column.values, placeholders=())


def _plain(column: ColumnProfile) -> dict[str, Any]:
    """Return the fields that say something; what is left out has its default."""
    defaults = {f.name: f.default for f in dataclasses.fields(column)}
    fields = {name: getattr(column, name) for name in defaults}
    return {name: _listed(value) for name, value in fields.items() if value != defaults[name]}


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


def _column(document: Any, place: str) -> ColumnProfile:
    found = _object(document, place)
    fields = {f.name: f for f in dataclasses.fields(ColumnProfile)}
    required = {name for name, f in fields.items() if f.default is dataclasses.MISSING}
    _exactly(found, set(fields), place, required=required)
    column = ColumnProfile(**{name: _value(name, value, f"{place}.{name}") for name, value in found.items()})
    _consistent(column, place)
    return column


def _consistent(column: ColumnProfile, place: str) -> None:
    if column.values < 0:
        raise ProfileError(f"{place}: missing and unread are more than its rows; make the profile again")
    if len(column.counts) != (len(column.edges) + 1 if column.edges else 0):
        raise _wrong(f"{place}.counts", f"{len(column.counts)} counts", "one more than edges")
    if list(column.edges) != sorted(set(column.edges)):
        raise _wrong(f"{place}.edges", "edges that do not ascend", "ascending ones")
    if column.counts and sum(column.counts) != column.values:
        raise _wrong(f"{place}.counts", f"a sum of {sum(column.counts)}", f"{column.values}, the number of values")


def _value(name: str, value: Any, place: str) -> Any:  # noqa: PLR0911 - one return for each kind of field
    if name in WHOLE:
        return _count(value, place)
    if name in BOUNDS:
        return None if value is None else _number(value, place)
    if name in LENGTHS:
        return None if value is None else _count(value, place)
    if name in PAIRS:
        return tuple(_pair(pair, place) for pair in _list(value, place))
    if name in {"edges", "counts"}:
        read: Callable[[Any, str], Any] = _number if name == "edges" else _count
        return tuple(read(each, place) for each in _list(value, place))
    if name in {"known", "personal"}:
        return _truth(value, place)
    if name == "kind" and value not in KINDS:
        raise _wrong(place, value, f"one of {', '.join(KINDS)}")
    return _text(value, place)


def _pair(value: Any, place: str) -> tuple[str, int]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a text and its count
        raise _wrong(place, value, "a text and its count")
    return _text(value[0], place), _count(value[1], place)


def _exactly(found: Mapping[str, Any], known: set[str], place: str, *, required: set[str] | None = None) -> None:
    if unknown := sorted(set(found) - known):
        raise _wrong(place, f"the member {unknown[0]!r}", f"members among {', '.join(sorted(known))}")
    if lacking := sorted((known if required is None else required) - set(found)):
        raise _wrong(place, f"no member {lacking[0]!r}", "it")


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, value, "an object")
    return value


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(place, value, "a list")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, value, "a text")
    return value


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, value, "true or false")
    return value


def _count(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(place, value, "a count")
    return value


def _number(value: Any, place: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _wrong(place, value, "a number")
    return float(value)


def _wrong(place: str, found: Any, expected: str) -> ProfileError:
    shown = found if isinstance(found, str) else json.dumps(found, default=str)[:80]
    return ProfileError(f"{place}: found {shown}, expected {expected}; make the profile again with `iddr run`")


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
