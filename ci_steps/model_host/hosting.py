"""Opens a model for the checks: the contract's columns become what the child builds its tables from."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ci_steps.model_host.host import open_model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.host import HostedModel
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Scan


@contextmanager
def hosted(
    path: Path, scan: Scan, environment: Environment, isolation: Isolation, features: Contract,
    *, limits: Limits, log: Path, work: Path,
) -> Iterator[HostedModel]:  # fmt: skip
    """Yield the model while it is loaded; `features` is the contract without the target."""
    columns = [(name, column.type, column.nullable) for name, column in features.columns.items()]
    with open_model(
        path, scan=scan, environment=environment, isolation=isolation, limits=limits,
        contract_columns=columns, log=log, work=work,
    ) as model:  # fmt: skip
        yield model
