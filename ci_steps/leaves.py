"""What a plan starts from: values of the configuration, facts of the checkout, files that are declared."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.config import BASELINE_FILE, COUNTEREXAMPLES_FILE, TABLE_KEYS
from ci_steps.declarations import DECLARED, RELEASED, TABLES, absences, dockerfile
from ci_steps.model_host.training import Sources
from ci_steps.release.ledger import read_ledger
from ci_steps.state import FOLDER, State, sha256_of
from ci_steps.steps import Refused
from model_checks.counterexamples import CounterExample, CounterExampleError, merged, read_counterexamples
from model_checks.repository import read_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ci_steps.config import Config
    from ci_steps.release.ledger import Release
    from model_checks.contract.table_files import TableFiles


@dataclass(frozen=True, slots=True)
class Leaf:
    """An input that nothing makes: `recipe` is its content's digest, or None for what is never reused."""

    value: Callable[[], Any]
    recipe: Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """All leaves by name; `absent` says of a name that it is not there, and why."""

    given: Mapping[str, Leaf]
    absent: Mapping[str, str]


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def leaves_of(config: Config, facts: Mapping[str, str]) -> Leaves:
    """Return what `config` and `facts` give, and the names that they leave out."""
    environment, model, data = config.environment, config.model, config.data
    values = {
        "name": model["name"],
        "task": model["task"],
        "command": model.get("command", ""),
        "training_command": model.get("command", ""),
        "artifact": model.get("artifact", ""),
        "function": model.get("function", ""),
        "classes": tuple(model.get("classes", ())),
        "metrics_path": model.get("metrics", ""),
        "search_path": model.get("search", ""),
        "positive": model.get("positive"),
        "target": data["target"],
        "split": data.get("split", "random"),
        "python": environment.get("python", f"{sys.version_info.major}.{sys.version_info.minor}"),
        "use_current": environment.get("current", False),
        "isolation_policy": environment.get("isolation", "preferred"),
        "network": tuple(environment.get("network", ())),
        "secrets": tuple(environment.get("secrets", ())),
        "platform": f"{platform.system()}-{platform.machine()}",
        "revision": facts.get("revision", ""),
        "sensitive": tuple(data.get("sensitive", ())),
        "time_column": data.get("time", ""),
        "group_column": data.get("group", ""),
    }
    given = {name: _constant(value) for name, value in values.items()}
    if config.metrics:
        given["declared_metrics"] = _constant(config.metrics)
    given["declared"] = _files(config, _declared(config))
    given["declared_tables"] = _lazy(lambda: _declared_tables(config), lambda _: _tables_digest(config))
    given["repository"] = _lazy(lambda: read_repository(config.root), lambda r: _content(r.root, r.files))
    released = read_ledger(config.root / FOLDER).current
    if released:
        given |= _given_by(released, State(config.root / FOLDER))
    if kept := _counterexample_files(config.root):
        given["counterexamples"] = _lazy(
            lambda: kept_counterexamples(config.root), lambda rows: digest_of([asdict(each) for each in rows])
        )
    if file := dockerfile(config):
        given["dockerfile_file"] = _lazy(lambda: file, lambda f: sha256_of(f) if f.is_file() else "missing")
    given["sources"] = _lazy(lambda: _sources(config), _sources_digest)
    return Leaves(given=given, absent=dict(absences(config, released, kept)))


def kept_counterexamples(root: Path) -> tuple[CounterExample, ...]:
    """Return the rows that the repository keeps, and those that earlier runs here have found.

    Raises:
        Refused: a file holds no such rows.
    """
    try:
        return merged(*map(read_counterexamples, _counterexample_files(root)))
    except CounterExampleError as error:
        raise Refused(f"{error}; mend the file, or remove it") from None


def _counterexample_files(root: Path) -> list[Path]:
    places = (root / COUNTEREXAMPLES_FILE, root / FOLDER / COUNTEREXAMPLES_FILE)
    return [path for path in places if path.is_file()]


def _given_by(released: Release, state: State) -> dict[str, Leaf]:
    """Return the version that serves, and the files that were kept with it."""
    kept = {name: released.artifact(artifact) for name, (artifact, _) in RELEASED.items()}
    files = {
        name: Leaf(functools.partial(state.path, artifact), functools.partial(str, artifact.sha256))
        for name, artifact in kept.items()
        if artifact
    }
    return {"released": _constant(released), **files}


def _declared(config: Config) -> dict[str, Path]:
    """Return the files that are declared beside the tables."""
    named = {n: getattr(config, section).get(key) for n, (section, key) in DECLARED.items() if n not in TABLES}
    return {name: config.root / path for name, path in named.items() if path is not None}


def _declared_tables(config: Config) -> dict[str, TableFiles]:
    return {name: config.tables[key] for name, (_, key) in TABLES.items() if key in config.tables}


def _parts(config: Config) -> set[Path]:
    return {part.path for table in _declared_tables(config).values() for part in table.all}


def _sources(config: Config) -> Sources:
    root, model = config.root, config.model
    tracked = {root / file for file in read_repository(root).files}
    named = {file for name in model.get("inputs", ()) for file in _files_of(root / name)}
    files = (tracked | set(_declared(config).values()) | _parts(config)) - _never_trained_on(config) | named
    if "command" not in model and "artifact" in model:
        files.update(_files_of(root / model["artifact"]))
    code = {file for file in tracked if file.suffix == ".py"} | named if "function" in model else set()
    return Sources(root=root, files=_relative(files, root), code=_relative(code, root))


def _files_of(path: Path) -> set[Path]:
    return {file for file in path.rglob("*") if file.is_file()} if path.is_dir() else {path}


def _relative(files: set[Path], root: Path) -> tuple[Path, ...]:
    return tuple(sorted(file.relative_to(root) for file in files))


def _sources_digest(sources: Sources) -> str:
    return digest_of([_content(sources.root, sources.files), [str(file) for file in sources.code]])


def _never_trained_on(config: Config) -> set[Path]:
    """Return the files that no training reads, so that a change of one must not train anew."""
    beside = {config.path, config.root / BASELINE_FILE, config.root / COUNTEREXAMPLES_FILE}
    if erased := _declared(config).get("erasure_file"):
        beside.add(erased)
    current = config.tables.get("current")
    learned = {part.path for name in ("train", "test") for part in config.tables[name].all}
    return beside | ({part.path for part in current.all} - learned if current else set())


def _constant(value: object) -> Leaf:
    return Leaf(lambda: value, lambda: digest_of(value))


def _files(config: Config, paths: Mapping[str, Path]) -> Leaf:
    names = {name: str(path.relative_to(config.root)) for name, path in paths.items()}
    digest = functools.cache(lambda: digest_of([names, {n: sha256_of(p) for n, p in paths.items()}]))
    return Leaf(lambda: paths, digest)


def _tables_digest(config: Config) -> str:
    """Return the digest of all tables: how they are declared, and the content of each part."""
    parts = {str(path.relative_to(config.root)): sha256_of(path) for path in _parts(config)}
    return digest_of([{key: config.data.get(key) for key in (*TABLE_KEYS, "csv")}, parts])


def _lazy(make: Callable[[], Any], digest: Callable[[Any], str]) -> Leaf:
    value = functools.cache(make)
    return Leaf(value, functools.cache(lambda: digest(value())))


def _content(root: Path, files: tuple[Path, ...]) -> str:
    return digest_of([(str(file), sha256_of(root / file)) for file in files])
