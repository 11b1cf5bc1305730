"""Everything that a plan may use, found by file name: checks, steps and providers."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Provider, Refused, Step
from model_checks.discovery import CodeTaken, all_checks, installed_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from model_checks.checks import Check

PHASE_FOLDERS = ("integrate", "deliver", "deploy", "release", "monitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What there is, by code or name."""

    checks: Mapping[str, Check[...]]
    steps: Mapping[str, Step]
    providers: Mapping[str, Provider]

    @property
    def makers(self) -> dict[str, Step]:
        """The step that makes each artifact."""
        return {name: step for step in self.steps.values() for name in step.makes}

    def options(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return the options' JSON Schema of every section `checks.*`, `steps.*` and `providers.*`."""
        families: dict[str, dict[str, Any]] = {}
        for provider in self.providers.values():
            merged = families.setdefault(
                provider.family, {"type": "object", "additionalProperties": False, "properties": {}}
            )
            merged["properties"] |= provider.options["properties"]
        return {
            "checks": {code: check.options for code, check in self.checks.items()},
            "steps": {name: step.options for name, step in self.steps.items() if _has_options(step)},
            "providers": {name: schema for name, schema in families.items() if schema["properties"]},
        }


def load_catalogue(plugins: Iterable[str] = (), root: Path | None = None) -> Catalogue:
    """Return all built-in parts, the installed plugins' checks, and those of `plugins` below `root`.

    Raises:
        Refused: a plugin cannot be imported, or claims a code that is taken.
    """
    modules = [_imported(name, root) for name in (*installed_plugins(), *plugins)]
    try:
        checks = all_checks(modules)
    except CodeTaken as error:
        raise Refused(f"plugins: {error}") from None
    steps = {part.name: part for part in _parts("ci_steps", PHASE_FOLDERS) if isinstance(part, Step)}
    providers = {part.name: part for part in _parts("ci_steps", ("providers",)) if isinstance(part, Provider)}
    return Catalogue(checks=checks, steps=steps, providers=providers)


def _has_options(step: Step) -> bool:
    return bool(step.options["properties"])


def _parts(package: str, folders: Iterable[str]) -> Iterator[object]:
    for folder in folders:
        for file in sorted((Path(__file__).parent / folder).glob("[a-z]*.py")):
            module = importlib.import_module(f"{package}.{folder}.{file.stem}")
            yield from (v for v in vars(module).values() if _defined_in(v, module))


def _defined_in(value: object, module: ModuleType) -> bool:
    return isinstance(value, Step | Provider) and value.function.__module__ == module.__name__


def _imported(name: str, root: Path | None) -> ModuleType:
    """Import a plugin; one that lives in the repository is found from its root, and only during the import."""
    if root is not None:
        sys.path.insert(0, str(root))
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise Refused(
            f"plugins: cannot import {name!r}: {type(error).__name__}: {error}; "
            "expected a module in the repository or an installed package"
        ) from error
    finally:
        if root is not None:
            sys.path.remove(str(root))
