"""Finds secrets in one text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.security.secret_patterns import HARMLESS_NAME, PATTERNS, SETTINGS, UNQUOTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.security.secret_patterns import SecretPattern

ALLOWED_HERE = "iddr: allow-secret"
LONGEST_LINE = 20_000
SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret and its place; `allowed` where the line's own comment says so."""

    kind: str
    value: str
    place: str
    allowed: bool = False

    @property
    def masked(self) -> str:
        """The first characters, never more than a quarter of the value, and its length."""
        return f"{self.value[: min(SHOWN, len(self.value) // 4)]}… ({len(self.value)} characters)"

    @property
    def identity(self) -> str:
        """A short digest, the same wherever the secret stands; too short to guess the secret by."""
        return hashlib.sha256(self.value.encode("utf-8", "replace")).hexdigest()[:6]


def find_secrets(name: str, text: str) -> Iterator[Secret]:
    """Yield every secret in the file `name` once for each line that holds it, with `name:line` as its place."""
    if name.endswith(".ipynb"):
        yield from _in_notebook(name, text)
    else:
        yield from _in_text(name, text, name, named=True)


def _in_text(name: str, text: str, place: str, *, named: bool) -> Iterator[Secret]:
    seen: set[tuple[int, str]] = set()
    patterns = (*PATTERNS, UNQUOTED) if SETTINGS.search(name) else PATTERNS
    text = _without_blobs(text)
    for pattern in patterns:
        if pattern.named and not named:
            continue
        for value, at in _matches(pattern, text):
            line = text.count("\n", 0, at) + 1
            if (line, value) not in seen and not any(value in v and n == line for n, v in seen):
                seen.add((line, value))
                allowed = ALLOWED_HERE in _line(text, at)
                yield Secret(kind=pattern.kind, value=value, place=f"{place}:{line}", allowed=allowed)


def _matches(pattern: SecretPattern, text: str) -> Iterator[tuple[str, int]]:
    for match in pattern.expression.finditer(text):
        found = match.groupdict()
        if not HARMLESS_NAME.search(found.get("name") or "") and pattern.believes(found["value"]):
            yield found["value"], match.start()


def _line(text: str, at: int) -> str:
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[begin : end if end >= 0 else len(text)]


def _without_blobs(text: str) -> str:
    # Minified code and embedded images: a pattern would find something by chance.
    if len(text) <= LONGEST_LINE:
        return text
    return "\n".join(line if len(line) <= LONGEST_LINE else "" for line in text.split("\n"))


def _in_notebook(name: str, text: str) -> Iterator[Secret]:
    try:
        cells = json.loads(text)["cells"]
        parts = [_parts(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield from _in_text(name, text, name, named=True)
        return
    for number, (source, printed) in enumerate(parts, start=1):
        yield from _in_text(name, source, f"{name}:cell {number}", named=True)
        yield from _in_text(name, printed, f"{name}:output of cell {number}", named=False)


def _parts(cell: dict[str, Any]) -> tuple[str, str]:
    printed = [_joined(output.get("text", "")) for output in cell.get("outputs", ())]
    printed += [_joined(output.get("data", {}).get("text/plain", "")) for output in cell.get("outputs", ())]
    return _joined(cell.get("source", "")), "\n".join(printed)


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
