"""The figures that a team's training reported about its model, read from a JSON file of any usual shape."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 16 << 20
MOST_FIGURES = 1000
EXAMPLE = '{"test": {"roc_auc": 0.86, "accuracy": 0.81}}'
Table = Literal["test", "train", "other"]
TABLES: dict[str, Table] = {
    **dict.fromkeys(("test", "testing", "holdout"), "test"),
    **dict.fromkeys(("train", "training", "fit"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval", "evaluation"), "other"),
    **dict.fromkeys(("cv", "cross", "fold", "folds", "oof", "oob"), "other"),
}
# Words that say nothing of which metric it is.
EMPTY = {"metrics", "metric", "scores", "score", "results", "result", "value", "values", "final", "performance"}
NAME_KEYS = ("name", "metric", "metric_name", "key")
VALUE_KEYS = ("value", "numberValue", "score", "metric_value")
TABLE_KEYS = ("dataset", "data", "split", "table", "set")
WORD = re.compile(r"[a-z]+\d*|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One reported figure: where it stands, of which table, in which words, and its value as it was written.

    `value` is a Decimal, whose digits say how it was rounded; or whatever else was found in its place.
    """

    place: str
    table: Table
    words: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMetrics:
    """All figures of a file; `problem` says why there are none."""

    name: str
    figures: tuple[Figure, ...]
    problem: str = ""


def read_reported(path: Path) -> ReportedMetrics:
    """Read figures: flat or nested objects, or lists of objects with name and value."""
    if path.stat().st_size > MOST_BYTES:
        problem = f"is larger than {MOST_BYTES >> 20} MB, expected figures such as {EXAMPLE}"
        return ReportedMetrics(name=path.name, figures=(), problem=problem)
    try:
        document = json.loads(
            path.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal
        )
    except (ValueError, RecursionError) as error:
        return ReportedMetrics(name=path.name, figures=(), problem=f"is no JSON: {error}")
    figures = tuple(_figures(document, ()))
    problem = "" if figures else f"holds no figures, expected some such as {EXAMPLE}"
    if len(figures) > MOST_FIGURES:
        figures, problem = (), f"holds {len(figures)} figures, expected {MOST_FIGURES} at most: the model's own"
    return ReportedMetrics(name=path.name, figures=figures, problem=problem)


def _figures(found: Any, path: tuple[str, ...]) -> Iterator[Figure]:
    if isinstance(found, dict):
        name, value = (_first(found, keys) for keys in (NAME_KEYS, VALUE_KEYS))
        if isinstance(name, str) and value is not None:
            table = _first(found, TABLE_KEYS)
            yield _figure((*path, *([table] if isinstance(table, str) else []), name), value)
            return
        for key, inner in found.items():
            yield from _figures(inner, (*path, key))
    elif isinstance(found, list):
        for inner in (each for each in found if isinstance(each, dict)):
            yield from _figures(inner, path)
    elif path:
        yield _figure(path, found)


def _first(found: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((found[key] for key in keys if key in found), None)


def _figure(path: tuple[str, ...], value: Any) -> Figure:
    """Take the words of all names on the way: those that name a table, those that say nothing, and the rest."""
    words = [word for part in path for word in WORD.findall(_spaced(part).lower())]
    tables = [TABLES[word] for word in words if word in TABLES]
    rest = [word for word in words if word not in TABLES and word not in EMPTY]
    table: Table = "other" if "other" in tables or len(set(tables)) > 1 else tables[0] if tables else "test"
    return Figure(
        place=".".join(path), table=table, words="_".join(rest or [w for w in words if w == "score"]), value=value
    )


def _spaced(name: str) -> str:
    """Return `name` with its words apart, also where only a capital begins them: rocAuc."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
