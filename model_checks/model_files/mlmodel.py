"""Reads MLmodel, the file by which MLflow says how its folder is opened, without a YAML loader.

Only what MLflow itself writes is understood: block mappings with plain names. Tags, anchors, merges, quotes
around what matters and names that stand twice are refused, since readers of YAML differ in them.

Source: MLflow documentation, "MLflow Models", Storage format; YAML 1.2.2, chapters 6 to 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from model_checks.model_files.inspection import Unreadable

ENTRY = re.compile(r"(?P<indent> *)(?P<name>[A-Za-z_][\w.-]*):(?: (?P<value>.*))?", re.ASCII)
TAGGED = re.compile(r"\s*(?:- +)*(?:[\w.-]+: +)?(?:[!&*]|<<)", re.ASCII)
PLAIN = re.compile(r"[\w./+-][\w./+: -]*", re.ASCII)
BEGINS_OTHERWISE = ("---", "...", "%", "?")
FLAVORS, FLAVOR, SETTING = 0, 2, 4


@dataclass(slots=True)
class Reading:
    """How far the reading is: inside `flavors`, in which flavour, and whether a value may not go on."""

    flavors: dict[str, dict[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    inside: bool = False
    flavor: str = ""
    ended: bool = False


def read_flavors(text: str) -> dict[str, dict[str, str]]:
    """Return each flavour's settings as they are written, `null` as nothing.

    Raises:
        Unreadable: it is not what MLflow writes.
    """
    reading = Reading()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not line.isprintable() or TAGGED.match(line) or line.startswith(BEGINS_OTHERWISE):
            raise _strange(number, line)
        if not line.startswith(" "):
            _top(reading, number, line)
        elif reading.inside:
            _within(reading, number, line)
    if "python_function" not in reading.flavors:
        raise Unreadable("broken MLmodel", "it names no flavour python_function under flavors")
    return reading.flavors


def _top(reading: Reading, number: int, line: str) -> None:
    if line.startswith("- ") and not reading.inside:
        return
    found = ENTRY.fullmatch(line)
    if found is None or found["name"] in reading.names or (found["name"] == "flavors" and found["value"]):
        raise _strange(number, line)
    reading.names.add(found["name"])
    reading.inside = found["name"] == "flavors"


def _within(reading: Reading, number: int, line: str) -> None:
    found = ENTRY.fullmatch(line)
    indent = len(line) - len(line.lstrip(" "))
    if indent > SETTING or (indent == SETTING and line.lstrip().startswith("- ")):
        if reading.ended:  # a value that goes on in the next line would be read as another text
            raise _strange(number, line)
        return
    if found is None or indent not in {FLAVOR, SETTING}:
        raise _strange(number, line)
    name, value = found["name"], found["value"] or ""
    if indent == FLAVOR:
        if value or name in reading.flavors:
            raise _strange(number, line)
        reading.flavor, reading.ended = name, False
        reading.flavors[name] = {}
        return
    settings = reading.flavors.get(reading.flavor)
    if settings is None or name in settings:
        raise _strange(number, line)
    reading.ended = bool(value)
    settings[name] = "" if value == "null" else value


def _strange(number: int, line: str) -> Unreadable:
    shown = ascii(line.strip()[:60])
    return Unreadable("broken MLmodel", f"line {number} is not as MLflow writes it: {shown}")


def plain(settings: dict[str, str], name: str) -> str:
    """Return a setting that must be plain text; empty where it is not set.

    Raises:
        Unreadable: it is quoted, a list or a mapping.
    """
    value = settings.get(name, "")
    if value and not PLAIN.fullmatch(value):
        raise Unreadable("broken MLmodel", f"{name} is {value[:60]!a}; expected a plain name")
    return value
