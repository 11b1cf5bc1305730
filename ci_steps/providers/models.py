"""The model file, scanned before anything loads it, and the model that answers from its own process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import provider
from model_checks.signatures import Count, Megabytes, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.steps import Tools
    from ci_steps.waiting import Waiting
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Model, Scan


@provider()
def scan(model_file: Path, function: str = "", *, trusted: tuple[str, ...] = ()) -> Scan:
    """Scan the model file; `trusted` holds dotted names that the team vouches for.

    Python in it is the repository's own only where the configuration names a `function` of it.
    """
    from model_checks.model_files.scanning import scan_file

    return scan_file(model_file, allow=trusted, own_code=bool(function))


@provider()
def champion_scan(released_model_file: Path, *, trusted: tuple[str, ...] = ()) -> Scan:
    """Scan the released model file; `trusted` holds dotted names that the team vouches for.

    An archive of Python was judged as the repository's own before it was released.
    """
    from model_checks.model_files.scanning import scan_file

    return scan_file(released_model_file, allow=trusted, own_code=True)


@provider(ahead=True)
def model(
    model_file: Path,
    scan: Scan,
    environment: Environment,
    isolation: Isolation,
    contract: Contract,
    target: str,
    task: str,
    tools: Tools,
    classes: tuple[str | int | bool, ...] = (),
    *,
    timeout: Seconds = 600,
    memory: Megabytes = 8192,
    processes: Count = 256,
) -> Iterator[Model | Waiting]:
    """Load the model in its own environment and process; what the scan did not clear is refused."""
    from ci_steps.model_host.hosting import Purpose, hosting
    from ci_steps.model_host.limits import Limits

    limits = Limits(seconds=timeout, memory_megabytes=int(memory), processes=processes)
    purpose = Purpose(contract=contract, target=target, task=task, classes=classes)
    yield from hosting(
        model_file, scan, environment, isolation, purpose, limits=limits, log=tools.log, work=tools.work
    )
