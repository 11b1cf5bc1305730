"""Which inputs a configuration or a release may leave out, and what is said of those that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.config import COUNTEREXAMPLES_FILE, TABLE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ci_steps.config import Config
    from ci_steps.release.ledger import Release

DECLARED = {
    "train_file": ("data", "train"),
    "test_file": ("data", "test"),
    "current_file": ("data", "current"),
    "contract_file": ("data", "contract"),
    "datasheet_file": ("data", "datasheet"),
    "erasure_file": ("data", "erasure_list"),
    "lock_file": ("environment", "lock"),
}
TABLES = {name: (section, key) for name, (section, key) in DECLARED.items() if key in TABLE_KEYS}
OPTIONAL_VALUES = (
    ("sensitive", "sensitive", "columns are"), ("time_column", "time", "column is"),
    ("group_column", "group", "column is"),
)  # fmt: skip
REPORTED = {"metrics_file": "metrics", "search_file": "search"}
RELEASED = {
    "released_model_file": ("model_file", "its model"),
    "released_contract_file": ("contract_file", "its model"),
    "released_lock_file": ("lock_file", "a lock"),
    "released_profile_file": ("profile_file", "a profile"),
}


def dockerfile(config: Config) -> Path | None:
    """Return the team's own Dockerfile, where one is declared."""
    declared = config.options.get("steps", {}).get("image", {}).get("dockerfile")
    return config.root / declared if declared else None


def absences(
    config: Config, released: Release | None, counterexamples: Sequence[Path]
) -> Iterator[tuple[str, str]]:
    """Yield each input that is not there, and why."""
    yield from _not_released(released)
    yield from _not_declared(config)
    if not counterexamples:
        yield "counterexamples", f"there is no {COUNTEREXAMPLES_FILE}"
    if not config.metrics:
        yield "declared_metrics", "no [metrics] are declared"
    if dockerfile(config) is None:
        yield "dockerfile_file", "no [steps.image] dockerfile is declared"
    if not config.model.get("command"):
        yield "training_command", "no [model] command is declared, so the model cannot be trained again"


def _not_released(released: Release | None) -> Iterator[tuple[str, str]]:
    if released is None:
        yield from dict.fromkeys(("released", *RELEASED), "no version is released yet").items()
        return
    for name, (artifact, what) in RELEASED.items():
        if released.artifact(artifact) is None:
            yield name, f"version {released.version} was released without {what}"


def _not_declared(config: Config) -> Iterator[tuple[str, str]]:
    for name, (section, key) in DECLARED.items():
        if key not in getattr(config, section):
            yield name, f"no [{section}] {key} is declared"
    for name, key in REPORTED.items():
        if key not in config.model:
            yield name, f"no [model] {key} is declared"
    for name, key, what in OPTIONAL_VALUES:
        if not config.data.get(key):
            yield name, f"no [data] {key} {what} declared"
