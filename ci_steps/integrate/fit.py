"""Trains the model, or takes it from a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.model_host.limits import Limits
from ci_steps.model_host.packing import as_one_file, function_archive
from ci_steps.model_host.training import Order, train
from ci_steps.steps import step
from model_checks.checks import Phase
from model_checks.findings import Finding
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.training import Sources
    from ci_steps.results import Artifact
    from ci_steps.steps import Tools


@step(Phase.INTEGRATION, makes="model_file")
def fit(
    sources: Sources,
    train_file: Path,  # noqa: ARG001 - data are collected before anything is trained on them
    environment: Environment,
    isolation: Isolation,
    command: str,
    artifact: str,
    network: tuple[str, ...],
    secrets: tuple[str, ...],
    tools: Tools,
    function: str = "",
    *,
    timeout: Seconds = 3600,
    memory: Megabytes = 8192,
    processes: Count = 512,
) -> Iterator[Finding | Artifact]:
    """Train the model in its own environment.

    What is a folder, or a function of the repository, becomes one archive.

    Raises:
        StepFailed: training failed, exceeded a limit, or wrote no new model.
    """
    if function:
        yield Finding.said(f"{function}, with {len(sources.code)} files of the repository; nothing is trained")
        yield tools.store.add("model_file", function_archive(function, sources, tools.work))
        return
    if not command:
        yield Finding.said(f"taken from {artifact}; this run did not train it")
        yield tools.store.add("model_file", as_one_file(sources.root / artifact, tools.work))
        return
    order = Order(sources=sources, command=command, artifact=artifact, network="fit" in network, secrets=secrets)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    model = train(order, environment, isolation, limits, tools)
    yield Finding.said(f"trained in {isolation.level}{': ' + isolation.reason if isolation.reason else ''}")
    yield tools.store.add("model_file", model)
