"""Brings code, data and papers together, each known by its digest from here on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import Refused, step
from model_checks.checks import Phase
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ci_steps.results import Artifact
    from ci_steps.steps import Tools

TABLES = ("train_file", "test_file")
COLLECTED = "train_file test_file current_file contract_file datasheet_file erasure_file lock_file"


@step(Phase.INTEGRATION, makes=COLLECTED)
def collect(declared: Mapping[str, Path], target: str, tools: Tools) -> Iterator[Finding | Artifact]:
    """Collect data, contract, datasheet and lock.

    Raises:
        Refused: the contract is none, a table cannot be read or is empty, the target is in neither.
    """
    from model_checks.contract.dialect import Contract
    from model_checks.contract.reading import ContractError
    from model_checks.dataset import Dataset

    try:
        contract = Contract.load(declared["contract_file"])
        if target not in contract.columns:
            raise Refused(
                f"{declared['contract_file'].name}: has no column {target!r}, the [data] target; "
                f"it has: {', '.join(contract.columns)}"
            )
        tables = {
            n: Dataset.from_file(declared[n], contract, name=declared[n].name, target=target) for n in TABLES
        }
        counted = {name: f", {table.rows} rows" for name, table in tables.items()}
    except (ContractError, ValueError) as error:
        raise Refused(str(error)) from None
    for name, path in declared.items():
        tools.say(f"collecting {path.name}")
        artifact = tools.store.add(name, path)
        yield artifact
        yield Finding.said(f"{path.name}{counted.get(name, '')}: sha256 {artifact.sha256[:12]}…", where=path.name)
