"""Reads iddr.toml: the only place where the user's file becomes our types."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ci_steps.catalogue import load_catalogue
from ci_steps.config_schema import PLUGINS, config_schema
from ci_steps.results import Waiver
from ci_steps.schema_faults import schema_faults
from ci_steps.steps import Refused
from model_checks.findings import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.catalogue import Catalogue
    from model_checks.checks import Check, Profile

FILE_NAME = "iddr.toml"
BASELINE_FILE = "iddr.baseline.json"
FILE_KEYS = (
    ("data", "contract"), ("data", "train"), ("data", "test"), ("data", "current"), ("data", "datasheet"),
    ("data", "erasure_list"), ("environment", "lock"),
)  # fmt: skip


class ConfigError(Refused):
    """Everything that is wrong in the user's file, one line each: place, found, expected, meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A valid iddr.toml. `root` is its folder; sections are as written; `digest` is of the file's content."""

    path: Path
    profile: Profile
    model: Mapping[str, Any]
    data: Mapping[str, Any]
    environment: Mapping[str, Any]
    options: Mapping[str, Mapping[str, Mapping[str, Any]]]
    levels: Mapping[str, Level]
    waivers: tuple[Waiver, ...]
    digest: str

    @property
    def root(self) -> Path:
        """The repository's folder."""
        return self.path.parent

    def level(self, check: Check[...]) -> Level:
        """Return the level of `check`: the config's own word, else the profile's."""
        return self.levels.get(check.code, check.level(self.profile))


def load_config(path: Path) -> tuple[Config, Catalogue]:
    """Read and validate the file at `path`; return it with everything that a plan may use.

    Raises:
        ConfigError: the file is missing, is no TOML, or has mistakes; the message names them all.
    """
    document = _parsed(path)
    faults = schema_faults(document, {"properties": {"plugins": PLUGINS}})
    if faults:
        raise _error(path, faults)
    catalogue = load_catalogue(document.get("plugins", ()), path.parent)
    faults = schema_faults(document, config_schema(catalogue))
    faults = faults or _contradictions(document, path.parent)
    if faults:
        raise _error(path, faults)
    return _config(path, document), catalogue


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; `iddr init` writes one") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder; expected a file called {FILE_NAME}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is no TOML: {error}") from None


def _error(path: Path, faults: list[str]) -> ConfigError:
    return ConfigError("\n".join(f"{path.name}: {fault}" for fault in faults))


def _contradictions(document: Mapping[str, Any], root: Path) -> list[str]:
    """Return what no schema can say: files that are not there, settings that exclude each other."""
    faults = []
    for section, key in FILE_KEYS:
        name = document.get(section, {}).get(key)
        if name is not None:
            faults += _file_faults(f"{section}.{key}", name, root)
    environment, model = document.get("environment", {}), document["model"]
    if environment.get("current") and "lock" in environment:
        faults.append("environment.current: is true beside a lock; keep one of the two")
    if not environment.get("current") and "lock" not in environment:
        faults.append("environment.lock: is missing; name a lock file, or set current = true to use this Python")
    if "command" not in model:
        faults += _file_faults("model.artifact", model["artifact"], root)
    elif not _inside(model["artifact"], root):
        faults.append(f"model.artifact: {model['artifact']!r} leaves the repository; expected a path below it")
    return faults


def _file_faults(place: str, name: str, root: Path) -> list[str]:
    if not _inside(name, root):
        return [f"{place}: {name!r} leaves the repository; expected a path below it"]
    if not (root / name).is_file():
        return [f"{place}: there is no file {name!r} in {root}; expected a file, relative to iddr.toml"]
    return []


def _inside(name: str, root: Path) -> bool:
    return not Path(name).is_absolute() and (root / name).resolve().is_relative_to(root.resolve())


def _config(path: Path, document: dict[str, Any]) -> Config:
    checks = document.get("checks", {})
    return Config(
        path=path.resolve(),
        profile=cast("Profile", document.get("profile", "starter")),
        model=document["model"],
        data=document["data"],
        environment=document.get("environment", {}),
        options={
            "checks": {code: {k: v for k, v in o.items() if k != "level"} for code, o in checks.items()},
            "steps": document.get("steps", {}),
            "providers": document.get("providers", {}),
        },
        levels={code: Level(o["level"]) for code, o in checks.items() if "level" in o},
        waivers=tuple(Waiver(**waiver) for waiver in document.get("waivers", ())),
        digest=hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest(),
    )
