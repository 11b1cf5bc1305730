"""What models say about the tables: one pass serves every check that asks."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from ci_steps.steps import Refused, provider
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.training import Sources
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Model, Predictions, Scan, Task, Training


@provider()
def predictions(
    model: Model,
    test: Dataset,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
) -> Predictions:
    """Ask the model about every row of the test table, once."""
    return _predictions(model, test, task, positive)


@provider()
def train_predictions(
    model: Model,
    train: Dataset,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
) -> Predictions:
    """Ask the model about every row of the training table, once; all rows, none sampled."""
    return _predictions(model, train, task, positive)


@provider()
def current_predictions(
    model: Model,
    current: Dataset,
    target: str,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
) -> Predictions:
    """Ask the model about every row from production, once; the truth is NaN where a row has no label."""
    return _predictions(model, dataclasses.replace(current, target=target), task, positive)


@provider()
def training(model_file: Path, predictions: Predictions) -> Training:
    """Return the training that is judged."""
    from model_checks.inputs import Training

    return Training(model_sha256=hashlib.sha256(model_file.read_bytes()).hexdigest(), predictions=predictions)


@provider()
def retraining(
    sources: Sources,
    environment: Environment,
    isolation: Isolation,
    command: str,
    artifact: str,
    network: tuple[str, ...],
    secrets: tuple[str, ...],
    contract: Contract,
    scan: Scan,
    test: Dataset,
    target: str,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
    tools: Tools,
    classes: tuple[str | int | bool, ...] = (),
    *,
    timeout: Seconds = 3600,
    memory: Megabytes = 8192,
    processes: Count = 512,
) -> Training:
    """Train again from the same sources, in a folder of its own, and ask that model about the test table.

    It is scanned like the candidate, with the imports that the team vouched for there.
    """
    from ci_steps.model_host.hosting import Purpose, hosted
    from ci_steps.model_host.limits import Limits
    from ci_steps.model_host.training import Order, train
    from model_checks.findings import NotAudited
    from model_checks.inputs import Training
    from model_checks.model_files.scanning import scan_file

    if not command:
        raise NotAudited("the model is taken from a path, so it cannot be trained again; set [model] command")
    order = Order(sources=sources, command=command, artifact=artifact, network="fit" in network, secrets=secrets)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    model_file = train(order, environment, isolation, limits, tools)
    found = scan_file(model_file, allow=scan.trusted)
    work = tools.work / "host"
    work.mkdir()
    with hosted(
        model_file,
        found,
        environment,
        isolation,
        Purpose(contract=contract, target=target, task=task, classes=classes),
        limits=limits,
        log=tools.log,
        work=work,
    ) as model:
        return Training(model_sha256=found.sha256, predictions=_predictions(model, test, task, positive))


def _predictions(
    model: Model,
    test: Dataset,
    task: Task,
    positive: str | float | bool | None,  # noqa: FBT001 - a label
) -> Predictions:
    from model_checks.inputs import Predictions

    answers = model.predict(test.features)
    found = Predictions(task=task, truth=test.labels, answers=answers, classes=model.classes, table=test.name)
    if task != "binary-classification" or not model.classes:
        return found
    chosen = model.classes[-1] if positive is None else positive
    if chosen not in model.classes:
        raise Refused(f"[model] positive is {positive!r}; the model's classes are {list(model.classes)}")
    return dataclasses.replace(found, positive=chosen)
