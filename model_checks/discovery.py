"""Finds checks by their file names and loads only what is asked for."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from model_checks.checks import Check

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

PREFIXES = {
    "GV": "governance", "DR": "drift", "MQ": "quality", "RP": "reproducibility", "SC": "security", "SV": "service",
    "PG": "process",
}  # fmt: skip
ENTRY_POINTS = "iddr.checks"
CODE_FILE = re.compile(r"([a-z]{2}\d{3})_\w+\.py")
CODE = re.compile(r"[A-Z]{2}\d{3}")


class UnknownCheck(LookupError):  # noqa: N818 - told to the user as it is
    """No check has this code."""


class CodeTaken(ValueError):  # noqa: N818 - told to the user as it is
    """Two checks claim one code."""


def built_in_modules() -> dict[str, str]:
    """Return the module's name for each built-in check's code, without importing any."""
    here = Path(__file__).parent
    found: dict[str, str] = {}
    for family in PREFIXES.values():
        for file in sorted((here / family).glob("*.py")):
            if match := CODE_FILE.fullmatch(file.name):
                found[match[1].upper()] = f"model_checks.{family}.{file.stem}"
    return found


def load_check(code: str) -> Check[...]:
    """Return the built-in check with this code.

    Raises:
        UnknownCheck: there is none; the message lists what there is.
    """
    modules = built_in_modules()
    if code not in modules:
        raise UnknownCheck(f"no check is called {code!r}; there are: {', '.join(modules)}")
    return _check_in(modules[code], code)


def _check_in(module: str, code: str) -> Check[...]:
    found = getattr(importlib.import_module(module), code.lower(), None)
    if not isinstance(found, Check):
        raise UnknownCheck(f"{module} holds no check called {code.lower()}")
    return found


def checks_in(module: ModuleType) -> dict[str, Check[...]]:
    """Return the checks that `module` defines, by code."""
    return {value.code: value for value in vars(module).values() if isinstance(value, Check)}


def installed_plugins() -> tuple[str, ...]:
    """Return the modules that installed packages offer under the entry point group `iddr.checks`."""
    return tuple(sorted(point.value for point in entry_points(group=ENTRY_POINTS)))


def all_checks(plugins: Iterable[ModuleType] = ()) -> dict[str, Check[...]]:
    """Return every built-in check and those of `plugins`, in the order of their codes.

    Raises:
        CodeTaken: a plugin's check claims a code that another check has, or that is no code.
    """
    found = {code: _check_in(module, code) for code, module in built_in_modules().items()}
    for module in plugins:
        for code, check in checks_in(module).items():
            if not CODE.fullmatch(code):
                raise CodeTaken(f"{module.__name__}: {code!r} is no code: two letters and three digits")
            if found.get(code, check) is not check:
                raise CodeTaken(f"{module.__name__}: the code {code} is taken by another check")
            found[code] = check
    return dict(sorted(found.items()))
