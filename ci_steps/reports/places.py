"""Where in the repository a finding is to be mended: a file and a line, for annotations and code scanning."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ci_steps.results import Result
    from model_checks.findings import Finding

HEADER = re.compile(r"\s*\[{1,2}\s*([^\[\]#]+?)\s*\]{1,2}")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
LINE = re.compile(r"(?::|\bline )(\d{1,9})\b")
# What a result says that it read, and where iddr.toml says where that is.
DECLARED = {
    "datasheet_file": ("data", "datasheet"), "contract_file": ("data", "contract"),
    "lock_file": ("environment", "lock"), "test_file": ("data", "test"), "train_file": ("data", "train"),
    "model_file": ("model", "artifact"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line (from 1) of a file; `path` is relative to the repository, with forward slashes."""

    path: str
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlLines:
    """Which line of a TOML file a section or a key stands on."""

    sections: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> TomlLines:
        """Read the lines of `text`; the first of several sections of one name counts."""
        sections: dict[str, int] = {}
        keys: dict[str, int] = {}
        section = ""
        for number, line in enumerate(text.splitlines(), 1):
            if header := HEADER.match(line):
                section = header[1]
                sections.setdefault(section, number)
            elif key := KEY.match(line):
                keys.setdefault(f"{section}.{key[1]}", number)
        return cls(sections=sections, keys=keys)

    def line(self, *names: str) -> int:
        """Return the line of the first of `names` that is there: a section, or section.key; else 0."""
        return next((n for name in names if (n := self.sections.get(name) or self.keys.get(name, 0))), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Tells the place of each finding of one project."""

    root: Path
    prefix: PurePosixPath
    config: str
    lines: TomlLines
    declared: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, config: Path) -> Places:
        """Read the configuration at `config`; the repository is the nearest folder above it that git knows."""
        root = config.resolve().parent
        repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
        text = _text(config)
        return cls(
            root=root, prefix=PurePosixPath(root.relative_to(repository).as_posix()), config=config.name,
            lines=TomlLines.of(text), declared=dict(_declared(text)),
        )  # fmt: skip

    def place(self, result: Result, finding: Finding | None = None) -> Place:
        """Return the file and line that `finding` names, else where iddr.toml speaks of `result`."""
        if finding is not None and (named := self._named(finding)):
            return named
        governing = [f"{kind}.{result.name}" for kind in ("checks", "steps")]
        of_checks = [s for s in self.lines.sections if s.startswith(f"checks.{result.name}.")]
        read = [".".join(DECLARED[name]) for name in DECLARED if name in result.digests]
        return self._at(self.config, self.lines.line(*governing, *of_checks, *read, "model"))

    def of_mistake(self, said: str, keys: Iterable[str]) -> Place:
        """Return the line of the configuration that `said` names, else of the first of `keys` that is there."""
        told = LINE.search(said)
        return self._at(self.config, int(told[1]) if told else self.lines.line(*keys))

    def _named(self, finding: Finding) -> Place | None:
        name, _, detail = finding.where.partition(": ")
        path = self._path(name)
        if path is None:
            return None
        if path.suffix == ".toml" and (line := TomlLines.of(_text(self.root / path)).line(detail)):
            return self._at(path.as_posix(), line)
        said = finding.message.removeprefix(name) if finding.message.startswith(name) else ""
        told = LINE.search(said) or LINE.search(f": {detail}")
        return self._at(path.as_posix(), int(told[1]) if told else 1)

    def _path(self, name: str) -> PurePosixPath | None:
        """Return the file that `name` is, or the declared one that ends so; a model is made, not written."""
        candidates = [
            path
            for key, path in self.declared.items()
            if key != ("model", "artifact") and (path == name or PurePosixPath(path).name == name)
        ]
        candidates.append(name)
        return next((PurePosixPath(c) for c in candidates if self._is_source(c)), None)

    def _is_source(self, name: str) -> bool:
        try:
            path = (self.root / name).resolve()
            return path.is_file() and path.is_relative_to(self.root) and ".iddr" not in path.parts
        except (OSError, ValueError):
            return False

    def _at(self, path: str, line: int) -> Place:
        return Place(path=(self.prefix / path).as_posix(), line=max(line, 1))


def _declared(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for section, keys in document.items():
        if isinstance(keys, dict):
            yield from (((section, key), value) for key, value in keys.items() if isinstance(value, str))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
