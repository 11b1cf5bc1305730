"""Tables, and the papers that describe them."""

from __future__ import annotations

import dataclasses
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.steps import Refused, provider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Datasheet, Lock, Repository


@provider()
def contract(contract_file: Path) -> Contract:
    """Read the data contract."""
    from model_checks.contract.dialect import Contract
    from model_checks.contract.problems import ContractError

    try:
        return Contract.load(contract_file)
    except ContractError as error:
        raise Refused(str(error)) from None


@provider()
def train(train_file: Path, contract: Contract, target: str) -> Iterator[Dataset]:
    """Open the training table."""
    with _table(train_file, contract, target) as table:
        yield table


@provider()
def test(test_file: Path, contract: Contract, target: str) -> Iterator[Dataset]:
    """Open the test table."""
    with _table(test_file, contract, target) as table:
        yield table


@provider()
def datasheet(
    declared: Mapping[str, Path],
    repository: Repository,  # noqa: ARG001 - evidence lies in the repository: its content is part of the recipe
    datasheet_file: Path | None = None,
) -> Datasheet:
    """Read the datasheet; evidence is looked up beside the file that the repository holds."""
    from model_checks.datasheet import DatasheetError, read_datasheet
    from model_checks.inputs import Datasheet

    if datasheet_file is None:
        return Datasheet(name="", sections={}, folder=Path())
    try:
        return dataclasses.replace(read_datasheet(datasheet_file), folder=declared["datasheet_file"].parent)
    except DatasheetError as error:
        raise Refused(str(error)) from None


@provider()
def lock(lock_file: Path) -> Lock:
    """Read the lock file."""
    from model_checks.lock import LockError, read_lock

    try:
        return read_lock(lock_file)
    except LockError as error:
        raise Refused(str(error)) from None


@contextmanager
def _table(path: Path, contract: Contract, target: str) -> Iterator[Dataset]:
    from model_checks.dataset import Dataset

    try:
        table = Dataset.from_file(path, contract, name="", target=target)
    except ValueError as error:
        raise Refused(str(error)) from None
    with closing(dataclasses.replace(table, name=table.path.name)) as opened:
        yield opened
