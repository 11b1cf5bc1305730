"""Opens a model for the checks: the contract's columns become what the child builds its tables from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.model_host.host import open_model
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.host import HostedModel
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a model is for, which its file may not say: its task, and its declared classes in its own order.

    A `target` that the contract does not know is none of its columns: all of them are features.
    """

    contract: Contract
    target: str
    task: str
    classes: tuple[str | int | float | bool, ...] = ()

    @property
    def features(self) -> Contract:
        """The contract without the target."""
        return self.contract.without(self.target) if self.target in self.contract.columns else self.contract


@contextmanager
def hosted(
    path: Path, scan: Scan, environment: Environment, isolation: Isolation, purpose: Purpose,
    *, limits: Limits, log: Path, work: Path,
) -> Iterator[HostedModel]:  # fmt: skip
    """Yield the model while it is loaded.

    Raises:
        Refused: its classes are numbers, and the target holds texts; and all that `open_model` raises.
    """
    columns = [(name, column.type, column.nullable) for name, column in purpose.features.columns.items()]
    with open_model(
        path, scan=scan, environment=environment, isolation=isolation, limits=limits,
        contract_columns=columns, log=log, work=work, task=purpose.task, labels=purpose.classes,
    ) as model:  # fmt: skip
        _compare(model, purpose)
        yield model


def _compare(model: HostedModel, purpose: Purpose) -> None:
    """Refuse numbered classes of a target that holds texts: no answer could ever be right."""
    target = purpose.contract.columns.get(purpose.target)
    if target is None or target.type != "string" or not model.classes:
        return
    if not any(isinstance(each, str) for each in model.classes):
        raise Refused(
            f"the model's classes are {list(model.classes)}, and the target {purpose.target!r} holds text; "
            'expected its texts in the order of these classes: set [model] classes = ["...", "..."]'
        )
