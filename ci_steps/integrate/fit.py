"""Trains the model, or takes it from a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.model_host.limits import Limits
from ci_steps.model_host.packing import as_one_file, function_archive
from ci_steps.model_host.training import Order, reported, training
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
    from ci_steps.waiting import Waiting


@step(Phase.INTEGRATION, makes="model_file metrics_file search_file")
def fit(
    sources: Sources,
    train_file: Path,  # noqa: ARG001 - data are collected before anything is trained on them
    environment: Environment,
    isolation: Isolation,
    command: str,
    artifact: str,
    metrics_path: str,
    search_path: str,
    network: tuple[str, ...],
    secrets: tuple[str, ...],
    tools: Tools,
    function: str = "",
    *,
    timeout: Seconds = 3600,
    memory: Megabytes = 8192,
    processes: Count = 512,
) -> Iterator[Finding | Artifact | Waiting]:
    """Train the model in its own environment.

    What is a folder, or a function of the repository, becomes one archive.

    Raises:
        StepFailed: training failed, exceeded a limit, wrote no new model, or left a declared file out.
    """
    beside = {name: path for name, path in (("metrics_file", metrics_path), ("search_file", search_path)) if path}
    if function or not command:
        if function:
            yield Finding.said(f"{function}, with {len(sources.code)} files of the repository; nothing is trained")
            yield tools.store.add("model_file", function_archive(function, sources, tools.work))
        else:
            yield Finding.said(f"taken from {artifact}; this run did not train it")
            yield tools.store.add("model_file", as_one_file(sources.root / artifact, tools.work))
        for name, path in beside.items():
            yield tools.store.add(name, sources.root / path, media_type="application/json")
        return
    order = Order(sources=sources, command=command, artifact=artifact, network="fit" in network, secrets=secrets)
    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    model = yield from training(order, environment, isolation, limits, tools)
    yield Finding.said(f"trained in {isolation.level}{': ' + isolation.reason if isolation.reason else ''}")
    yield tools.store.add("model_file", model)
    for name, path in beside.items():
        file, written = reported(path, order, tools)
        if not written:
            yield Finding.said(f"{path} is as the repository holds it: this training wrote the same, or nothing")
        yield tools.store.add(name, file, media_type="application/json")
