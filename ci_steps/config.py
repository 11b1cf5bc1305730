"""Reads iddr.toml: the only place where the user's file becomes our types."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ci_steps.catalogue import load_catalogue
from ci_steps.config_schema import PLUGINS, config_schema
from ci_steps.limits import Limits
from ci_steps.results import Waiver
from ci_steps.schema_faults import schema_faults
from ci_steps.steps import Refused
from model_checks.contract.csv_format import CsvFormat
from model_checks.contract.files import TableError, shown, watched
from model_checks.contract.table_files import declared_table
from model_checks.findings import Level
from model_checks.model_files.packed_folders import MLMODEL
from model_checks.statistics.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.catalogue import Catalogue
    from model_checks.checks import Check, Profile
    from model_checks.contract.table_files import TableFiles

FILE_NAME = "iddr.toml"
BASELINE_FILE = "iddr.baseline.json"
COUNTEREXAMPLES_FILE = "counterexamples.json"
FILE_KEYS = (
    ("data", "contract"), ("data", "datasheet"), ("data", "erasure_list"), ("environment", "lock"),
)  # fmt: skip
EVERYONES = ("level", "time_limit")  # what every section of a check or step may have beside its options
MADE_KEYS = ("metrics", "search")
TABLE_KEYS = ("train", "test", "current")


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
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    @property
    def root(self) -> Path:
        """The repository's folder."""
        return self.path.parent

    @property
    def tables(self) -> dict[str, TableFiles]:
        """The tables that are declared, by key, each with its files and how they are written."""
        csv = CsvFormat.of(self.data.get("csv", {}))
        return {key: declared_table(self.root, self.data[key], csv) for key in TABLE_KEYS if key in self.data}

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
    own = document.get("metrics", {})
    faults = schema_faults(document, config_schema(catalogue, own if isinstance(own, dict) else ()))
    faults += _no_model(document.get("model"))
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
    faults += _data_faults(document["data"], root)
    environment, model = document.get("environment", {}), document["model"]
    if environment.get("current") and "lock" in environment:
        faults.append("environment.current: is true beside a lock; keep one of the two")
    if not environment.get("current") and "lock" not in environment:
        faults.append("environment.lock: is missing; name a lock file, or set current = true to use this Python")
    known = [name for name in document.get("metrics", {}) if name in METRICS]
    faults += [f"metrics.{name}: the kit has a metric of this name; choose another" for name in known]
    return faults + _model_faults(model, root)


def _model_faults(model: Mapping[str, Any], root: Path) -> list[str]:
    """Return what is wrong with where the model is from, and with its classes."""
    faults = []
    if model["task"] == "regression" and "classes" in model:
        faults.append("model.classes: a regression has none; leave it out")
    if model["task"] == "binary-classification" and len(model.get("classes", (0, 1))) != 2:  # noqa: PLR2004 - two
        faults.append(f"model.classes: found {len(model['classes'])} classes; expected two of a binary task")
    faults += _made_faults(model, root)
    if "function" in model:
        return faults + _function_faults(model, root)
    artifact = model["artifact"]
    if "command" not in model and not (_inside(artifact, root) and (root / artifact / MLMODEL).is_file()):
        faults += _file_faults("model.artifact", artifact, root)
    elif not _inside(artifact, root):
        faults.append(f"model.artifact: {artifact!r} leaves the repository; expected a path below it")
    return faults


def _no_model(model: object) -> list[str]:
    if not isinstance(model, dict) or "artifact" in model or "function" in model:
        return []
    return ['model.artifact: is missing; name the model file, or set function = "package.module:name"']


def _function_faults(model: Mapping[str, Any], root: Path) -> list[str]:
    faults = [
        f"model.{key}: does not go with function, which {why}; keep one of the two"
        for key, why in (("artifact", "is the model itself"), ("command", "nothing trains"))
        if key in model
    ]
    module = model["function"].partition(":")[0].replace(".", "/")
    places = [f"{source}{module}{end}" for source in ("", "src/") for end in (".py", "/__init__.py")]
    if not any((root / place).is_file() for place in places):
        faults.append(
            f"model.function: there is no file {places[0]!r} in {root}; expected module:function of yours"
        )
    return faults


def _made_faults(model: Mapping[str, Any], root: Path) -> list[str]:
    """Return what is wrong with the files that training writes beside the model."""
    faults = []
    for key in (key for key in MADE_KEYS if key in model):
        if "command" not in model:
            faults += _file_faults(f"model.{key}", model[key], root)
        elif not _inside(model[key], root):
            faults.append(f"model.{key}: {model[key]!r} leaves the repository; expected a path below it")
    return faults


def _data_faults(data: Mapping[str, Any], root: Path) -> list[str]:
    try:
        csv = CsvFormat.of(data.get("csv", {}))
    except ValueError as error:
        return [f"data.csv.{fault}" for fault in str(error).splitlines()]
    return [f for key in TABLE_KEYS if key in data for f in _table_faults(f"data.{key}", data[key], root, csv)]


def _table_faults(place: str, declared: str | Mapping[str, str], root: Path, csv: CsvFormat) -> list[str]:
    """Return what is wrong with the files of a table; every one that a pattern finds counts."""
    if not isinstance(declared, str):
        return [f for key, name in declared.items() for f in _table_faults(f"{place}.{key}", name, root, csv)]
    if Path(declared).is_absolute() or ".." in Path(declared).parts:
        return [f"{place}: {declared!r} leaves the repository; expected a path below it"]
    try:
        parts = declared_table(root, declared, csv).parts
        names = [part.path.relative_to(root).as_posix() for part in parts]
        return [fault for name in names for fault in _part_faults(place, name, declared, root)]
    except TableError as error:
        return [f"{place}: {error}"]


def _part_faults(place: str, name: str, declared: str, root: Path) -> list[str]:
    found = "" if name == declared else f"{declared!r} finds {shown(name)!r}: "
    try:
        if not _inside(name, root):
            return [f"{place}: {found or repr(name) + ' '}leaves the repository; expected a path below it"]
        if not os.path.lexists(root / name):
            return _file_faults(place, name, root)
        watched(root / name, shown(name))
    except TableError as error:
        return [f"{place}: {found}{error}"]
    return []


def _file_faults(place: str, name: str, root: Path) -> list[str]:
    if not _inside(name, root):
        return [f"{place}: {name!r} leaves the repository; expected a path below it"]
    if not (root / name).is_file():
        return [f"{place}: there is no file {name!r} in {root}; expected a file, relative to iddr.toml"]
    return []


def _inside(name: str, root: Path) -> bool:
    try:
        return not Path(name).is_absolute() and (root / name).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link that leads back to itself leads nowhere else
        return True


def _config(path: Path, document: dict[str, Any]) -> Config:
    sections = {section: document.get(section, {}) for section in ("checks", "steps", "providers")}
    return Config(
        path=path.resolve(),
        profile=cast("Profile", document.get("profile", "starter")),
        model=document["model"],
        data=document["data"],
        environment=document.get("environment", {}),
        options={
            section: {name: {k: v for k, v in own.items() if k not in EVERYONES} for name, own in given.items()}
            for section, given in sections.items()
        },
        metrics=document.get("metrics", {}),
        levels={code: Level(o["level"]) for code, o in sections["checks"].items() if "level" in o},
        limits=Limits(
            **document.get("limits", {}),
            own={n: o["time_limit"] for given in sections.values() for n, o in given.items() if "time_limit" in o},
        ),
        waivers=tuple(Waiver(**waiver) for waiver in document.get("waivers", ())),
        digest=hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest(),
    )
