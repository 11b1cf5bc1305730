"""The champion: the model of the version that serves, asked about the same rows as the candidate."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ci_steps.state import sha256_of
from ci_steps.steps import Refused, provider
from model_checks.findings import ModelRaised, NotAudited
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.release.ledger import Release
    from ci_steps.steps import Tools
    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Model, Predictions, Scan

WAY_ON = 'or set [checks.MQ002] level = "warn" for this one release'


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A model with all that its answers depend on; without a lock it runs in the current environment."""

    model_file: Path
    contract_file: Path
    lock_file: Path | None
    python: str
    target: str
    classes: tuple[str | int | bool, ...] = ()

    @property
    def identity(self) -> tuple[object, ...]:
        """What two models share that answer alike."""
        files = [file for file in (self.model_file, self.contract_file, self.lock_file) if file]
        return (self.python, self.target, self.classes, *map(sha256_of, files))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The model of the version that serves."""

    version: int
    model: Judged

    def unable(self, why: object, mend: str) -> NotAudited:
        """Return what is raised where the champion cannot be asked."""
        return NotAudited(f"the champion, version {self.version}, {why}; {mend}, {WAY_ON}")


@provider()
def candidate(
    model_file: Path,
    contract_file: Path,
    python: str,
    target: str,
    use_current: bool,  # noqa: FBT001 - a value of the configuration, given by name
    lock_file: Path | None = None,
    classes: tuple[str | int | bool, ...] = (),
) -> Judged:
    """Return the model that is judged, with all that its answers depend on."""
    lock = None if use_current else lock_file
    return Judged(
        model_file=model_file, contract_file=contract_file, lock_file=lock, python=python, target=target,
        classes=classes,
    )  # fmt: skip


@provider()
def champion(
    released: Release,
    released_model_file: Path,
    released_contract_file: Path,
    released_lock_file: Path | None = None,
) -> Champion:
    """Return the released model, with all that its answers depend on."""
    model = Judged(
        model_file=released_model_file, contract_file=released_contract_file, lock_file=released_lock_file,
        python=released.python, target=released.predicts, classes=released.classes,
    )  # fmt: skip
    return Champion(version=released.version, model=model)


@provider()
def champion_predictions(
    predictions: Predictions,
    candidate: Judged,
    champion: Champion,
    champion_scan: Scan,
    test: Dataset,
    isolation: Isolation,
    platform: str,
    tools: Tools,
    *,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> Predictions:
    """Ask the champion, in its own environment, about the rows that the candidate was asked about.

    Where both are the same file in the same environment, the candidate's answers are the champion's.

    Raises:
        NotAudited: the champion cannot be loaded or built here, or the test table lacks what it needs.
        Infrastructure: a package index did not answer, or the model's process was killed.
    """
    from ci_steps.model_host.hosting import Purpose, hosted
    from ci_steps.model_host.limits import Limits

    if champion.model.identity == candidate.identity:
        return predictions
    if not champion_scan.cleared:
        first = champion_scan.threats[0]
        raise champion.unable(
            f"is not loaded, for the scan does not clear it: {first.what} at {first.where}",
            "name what you vouch for in [providers.models] trusted",
        )
    purpose = Purpose(
        contract=_contract(champion), target=champion.model.target, task=predictions.task,
        classes=champion.model.classes,
    )  # fmt: skip
    rows, environment = _rows(champion, purpose.features, test), _environment(champion, platform, tools)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    try:
        with hosted(
            champion.model.model_file, champion_scan, environment, isolation, purpose, limits=limits,
            log=tools.log, work=tools.work / "host",
        ) as model:  # fmt: skip
            return _asked(model, rows, predictions)
    except (ModelRaised, Refused) as error:
        raise champion.unable(
            f"did not answer: {error}", "roll back to a version that runs, or release a candidate that does"
        ) from None


def _asked(model: Model, rows: Dataset, predictions: Predictions) -> Predictions:
    positive = predictions.positive if predictions.positive in model.classes else None
    return dataclasses.replace(
        predictions, answers=model.predict(rows.features), classes=model.classes, positive=positive
    )


def _contract(champion: Champion) -> Contract:
    from model_checks.contract.dialect import Contract

    try:
        return Contract.load(champion.model.contract_file)
    except ValueError as error:
        raise champion.unable(
            f"has a contract that cannot be read any more: {error}", "roll back to a version whose contract can"
        ) from None


def _rows(champion: Champion, features: Contract, test: Dataset) -> Dataset:
    """Return the test table as the champion's contract reads it, which must be able to."""
    lacking = [
        name
        for name, column in features.columns.items()
        if name not in test.columns and (column.required or name not in test.contract.columns)
    ]
    if lacking:
        raise champion.unable(
            f"needs columns that {test.name} lacks: {', '.join(lacking)}", "keep them in the test table"
        )
    rows = dataclasses.replace(test, contract=features, target=None)
    present = test.contract.columns
    other = [n for n, c in features.columns.items() if n not in present or _read_as(c) != _read_as(present[n])]
    _hold(champion, rows, other)
    return rows


def _read_as(column: Column) -> tuple[object, ...]:
    return column.type, column.null_allowed, column.null_texts


def _hold(champion: Champion, rows: Dataset, columns: list[str]) -> None:
    """Make sure that `columns` hold what the champion's contract says, since the present one says otherwise."""
    clauses = rows.compiled.clauses
    _, *counts = rows.query(rows.compiled.counts)[0]
    for clause, count in zip(clauses, counts, strict=True):
        if count and clause.rule == "type" and clause.columns[0] in columns:
            name = clause.columns[0]
            raise champion.unable(
                f"knows column {name} as {rows.contract.columns[name].type}, and {count} of {rows.rows} rows "
                f"of {rows.name} hold no such value there",
                "add a column of a new name for values of a new kind",
            )


def _environment(champion: Champion, platform: str, tools: Tools) -> Environment:
    from ci_steps.providers.environments import environment

    lock = champion.model.lock_file
    try:
        found: Environment = environment.function(
            python=champion.model.python, use_current=lock is None, platform=platform, tools=tools, lock_file=lock
        )
    except Refused as error:
        raise champion.unable(f"cannot run in its own environment: {error}", "make that possible again") from None
    return found
