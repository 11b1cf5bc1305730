"""Opens a model for the checks: the contract's columns become what the child builds its tables from."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.model_host.host import opening_model
from ci_steps.steps import Refused
from ci_steps.waiting import Waiting, in_a_block

if TYPE_CHECKING:
    from collections.abc import Generator
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


def hosting(
    path: Path, scan: Scan, environment: Environment, isolation: Isolation, purpose: Purpose,
    *, limits: Limits, log: Path, work: Path,
) -> Generator[Waiting | HostedModel, None, None]:  # fmt: skip
    """Yield the model once it is loaded, and before that what tells whether it is.

    Raises:
        Refused: its classes are numbers, and the target holds texts; and all that `opening_model` raises.
    """
    columns = [(name, column.type, column.nullable) for name, column in purpose.features.columns.items()]
    opening = opening_model(
        path, scan=scan, environment=environment, isolation=isolation, limits=limits,
        contract_columns=columns, log=log, work=work, task=purpose.task, labels=purpose.classes,
    )  # fmt: skip
    with closing(opening):
        for each in opening:
            if not isinstance(each, Waiting):
                _compare(each, purpose)
            yield each


hosted = in_a_block(hosting)


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
