"""What the candidate and the champion cost to run, measured here and now."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ci_steps.steps import provider
from ci_steps.waiting import Waiting
from model_checks.findings import ModelRaised, NotAudited
from model_checks.signatures import Bounds, Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.host import HostedModel
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.measuring import Amount
    from ci_steps.providers.champion import OpenedChampion
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.footprint import Footprint, Unmeasured
    from model_checks.inputs import Scan, Task

Calls = Annotated[int, Bounds(1, 100_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprints:
    """What was measured of both models by turns; `champion` is None where no version is released yet."""

    candidate: Footprint
    champion: Footprint | Unmeasured | None


@provider(reusable=False, ahead=True)
def footprints(
    model_file: Path,
    scan: Scan,
    environment: Environment,
    isolation: Isolation,
    contract: Contract,
    target: str,
    task: Task,
    classes: tuple[str | int | bool, ...],
    test: Dataset,
    tools: Tools,
    champion_model: OpenedChampion | None = None,
    *,
    rows: Calls = 100,
    batches: Calls = 10,
    batch: Calls = 1000,
    seconds: Seconds = 30,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> Iterator[Footprints | Waiting]:
    """Measure the candidate in a process of its own, and the champion by turns with it.

    `rows` calls have one row of the test table, `batches` calls `batch` rows; a model that takes longer than
    `seconds` for either is called less often. Times of another run or machine are never taken.

    Raises:
        NotAudited: the test table has no rows.
        ModelRaised: the candidate raised on a row.
        Infrastructure: a model's process was killed.
    """
    from ci_steps.model_host.hosting import Purpose, hosting
    from ci_steps.model_host.limits import Limits
    from ci_steps.model_host.measuring import Amount

    if not test.rows:
        raise NotAudited(f"the {test.name} table has no rows to measure with: point [data] test at some")
    amount = Amount(rows=rows, batches=batches, batch=batch, seconds=seconds)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    hosting_it = hosting(
        model_file, scan, environment, isolation,
        Purpose(contract=contract, target=target, task=task, classes=classes),
        limits=limits, log=tools.log, work=tools.work,
    )  # fmt: skip
    with closing(hosting_it):
        for each in hosting_it:
            if isinstance(each, Waiting):
                yield each
            else:
                found = _measured(each, model_file, test, champion_model, amount, tools)
    yield found


@provider()
def footprint(footprints: Footprints) -> Footprint:
    """Return what the candidate costs."""
    return footprints.candidate


@provider()
def champion_footprint(footprints: Footprints, champion_model: OpenedChampion) -> Footprint | Unmeasured:
    """Return what the champion costs, measured beside the candidate; its own where both are one model."""
    from model_checks.footprint import Unmeasured

    if champion_model.is_candidate:
        return footprints.candidate
    return footprints.champion or Unmeasured(why="it was not measured in this run")


def _measured(
    model: HostedModel,
    model_file: Path,
    test: Dataset,
    opened: OpenedChampion | None,
    amount: Amount,
    tools: Tools,
) -> Footprints:
    from ci_steps.model_host.measuring import Subject, measured
    from ci_steps.providers.champion import no_answer
    from model_checks.footprint import Unmeasured

    candidate = Subject(model=model, file=model_file, features=test.features)
    if opened is None or opened.is_candidate:
        return Footprints(candidate=measured([candidate], amount, tools.say)[0], champion=None)
    if opened.model is None or opened.rows is None:
        why = opened.refusal.why if opened.refusal else ""
        return Footprints(candidate=measured([candidate], amount, tools.say)[0], champion=Unmeasured(why=why))
    other = Subject(model=opened.model, file=opened.champion.model.model_file, features=opened.rows.features)
    try:
        found, theirs = measured([candidate, other], amount, tools.say)
    except ModelRaised as raised:  # by one of the two: where it is the candidate, it raises again
        again = Subject(model=model, file=model_file, features=test.features)
        [found] = measured([again], amount, tools.say)
        return Footprints(candidate=found, champion=Unmeasured(why=no_answer(opened.champion, raised).why))
    return Footprints(candidate=found, champion=theirs)
