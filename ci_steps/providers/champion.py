"""The champion: the model of the version that serves, asked about the same rows as the candidate."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from ci_steps.providers.champion_rows import contract_of, rows_for
from ci_steps.state import sha256_of
from ci_steps.steps import Refused, provider
from model_checks.findings import ModelRaised, NotAudited
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.host import HostedModel
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from ci_steps.release.ledger import Release
    from ci_steps.steps import Tools
    from model_checks.dataset import Dataset
    from model_checks.inputs import Model, Predictions, Scan, Task

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


class Unable(NotAudited):
    """The champion cannot be asked; `why` says so without what can be done."""

    def __init__(self, why: str, mend: str) -> None:
        """Keep the reason apart, for a check that goes on without the champion."""
        super().__init__(f"{why}; {mend}, {WAY_ON}")
        self.why = why


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The model of the version that serves."""

    version: int
    model: Judged

    def unable(self, why: object, mend: str) -> Unable:
        """Return what is raised where the champion cannot be asked."""
        return Unable(f"the champion, version {self.version}, {why}", mend)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OpenedChampion:
    """The champion while it is open: the loaded `model`, and the test table as its contract reads it.

    Both are None where the candidate is the champion itself, and where `refusal` says why it cannot be asked.
    """

    champion: Champion
    model: HostedModel | None = None
    rows: Dataset | None = None
    refusal: Unable | None = None

    @property
    def is_candidate(self) -> bool:
        """True where both are one file in one environment."""
        return self.model is None and self.refusal is None


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
def champion_model(
    candidate: Judged,
    champion: Champion,
    champion_scan: Scan,
    test: Dataset,
    task: Task,
    isolation: Isolation,
    platform: str,
    tools: Tools,
    *,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> Iterator[OpenedChampion]:
    """Load the champion in its own environment and process; what keeps it from being asked is kept as `refusal`.

    Raises:
        Infrastructure: a package index did not answer, or the model's process was killed.
    """
    from ci_steps.model_host.limits import Limits

    if champion.model.identity == candidate.identity:
        yield OpenedChampion(champion=champion)
        return
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    with contextlib.ExitStack() as closing:
        try:
            opening = _opened(champion, champion_scan, test, task, isolation, platform, limits, tools)
            opened = closing.enter_context(opening)
        except Unable as refusal:
            opened = OpenedChampion(champion=champion, refusal=refusal)
        yield opened


@provider()
def champion_predictions(predictions: Predictions, champion_model: OpenedChampion) -> Predictions:
    """Ask the champion about the rows that the candidate was asked about.

    Where both are the same file in the same environment, the candidate's answers are the champion's.

    Raises:
        NotAudited: the champion cannot be loaded or built here, or the test table lacks what it needs.
        Infrastructure: the model's process was killed.
    """
    if champion_model.refusal is not None:
        raise champion_model.refusal
    if champion_model.model is None or champion_model.rows is None:
        return predictions
    try:
        return _asked(champion_model.model, champion_model.rows, predictions)
    except (ModelRaised, Refused) as error:
        raise no_answer(champion_model.champion, error) from None


@contextlib.contextmanager
def _opened(
    champion: Champion,
    scan: Scan,
    test: Dataset,
    task: Task,
    isolation: Isolation,
    platform: str,
    limits: Limits,
    tools: Tools,
) -> Iterator[OpenedChampion]:
    from ci_steps.model_host.hosting import Purpose, hosted

    if not scan.cleared:
        first = scan.threats[0]
        raise champion.unable(
            f"is not loaded, for the scan does not clear it: {first.what} at {first.where}",
            "name what you vouch for in [providers.models] trusted",
        )
    contract = contract_of(champion)
    purpose = Purpose(contract=contract, target=champion.model.target, task=task, classes=champion.model.classes)
    rows = rows_for(champion, purpose.features, test)
    environment = _environment(champion, platform, tools)
    with contextlib.ExitStack() as closing:
        try:
            model = closing.enter_context(
                hosted(
                    champion.model.model_file, scan, environment, isolation, purpose, limits=limits,
                    log=tools.log, work=tools.work / "host",
                )
            )  # fmt: skip
        except (ModelRaised, Refused) as error:
            raise no_answer(champion, error) from None
        yield OpenedChampion(champion=champion, model=model, rows=rows)


def no_answer(champion: Champion, error: Exception) -> Unable:
    """Return what is raised where the champion, or the loading of it, raised `error`."""
    return champion.unable(
        f"did not answer: {error}", "roll back to a version that runs, or release a candidate that does"
    )


def _asked(model: Model, rows: Dataset, predictions: Predictions) -> Predictions:
    positive = predictions.positive if predictions.positive in model.classes else None
    return dataclasses.replace(
        predictions, answers=model.predict(rows.features), classes=model.classes, positive=positive
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
