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
    from model_checks.contract.dialect import Contract
    from model_checks.contract.table_files import TableFiles
    from model_checks.dataset import Dataset

COLLECTED = "train_file test_file current_file contract_file datasheet_file erasure_file lock_file"
WITHOUT_LABELS = frozenset({"current_file"})


@step(Phase.INTEGRATION, makes=COLLECTED)
def collect(
    declared: Mapping[str, Path], declared_tables: Mapping[str, TableFiles], target: str, tools: Tools
) -> Iterator[Finding | Artifact]:
    """Collect data, contract, datasheet and lock.

    A table of several files, or of CSV files whose form is declared, is kept as a document that lists its
    parts by their digests; the parts are artifacts too.

    Raises:
        Refused: the contract is none, a table cannot be read or is empty, the target is in neither.
    """
    contract = _contract(declared["contract_file"], target)
    for name, files in declared_tables.items():
        tools.say(f"collecting {files.name}")
        opened = _opened(files, contract, None if name in WITHOUT_LABELS else target)
        artifact, *parts = _kept(name, files, opened, tools)
        opened.close()
        yield from (artifact, *parts)
        said = f"{files.name}, {opened.rows} rows: sha256 {artifact.sha256[:12]}…"
        yield Finding.said("; ".join((said, *opened.table.notes)), where=files.name)
    for name, path in declared.items():
        tools.say(f"collecting {path.name}")
        artifact = tools.store.add(name, path)
        yield artifact
        yield Finding.said(f"{path.name}: sha256 {artifact.sha256[:12]}…", where=path.name)


def _contract(path: Path, target: str) -> Contract:
    from model_checks.contract.dialect import Contract
    from model_checks.contract.problems import ContractError

    try:
        contract = Contract.load(path)
    except ContractError as error:
        raise Refused(str(error)) from None
    if target not in contract.columns:
        raise Refused(
            f"{path.name}: has no column {target!r}, the [data] target; it has: {', '.join(contract.columns)}"
        )
    return contract


def _opened(files: TableFiles, contract: Contract, target: str | None) -> Dataset:
    from model_checks.dataset import Dataset

    try:
        return Dataset.from_file(files, contract, name=files.name, target=target)
    except ValueError as error:
        raise Refused(str(error)) from None


def _kept(name: str, files: TableFiles, opened: Dataset, tools: Tools) -> list[Artifact]:
    """Put a table into the store: its file, or its document and the parts."""
    from model_checks.contract.table_files import DOCUMENT_SUFFIX, MEDIA_TYPE

    if files.is_plain:
        kept = [tools.store.add(name, files.parts[0].path)]
    else:
        parts = [tools.store.add(f"{name}.{n}", part.path) for n, part in enumerate(files.all, start=1)]
        document = tools.work / f"{name}{DOCUMENT_SUFFIX}"
        document.write_bytes(files.document({p.path: a.sha256 for p, a in zip(files.all, parts, strict=True)}))
        kept = [tools.store.add(name, document, media_type=MEDIA_TYPE), *parts]
    if kept[0].sha256 != opened.digest:
        raise Refused(
            f"{files.name}: the data changed while it was collected, expected files that stay; let their writer "
            "finish, then run again"
        )
    return kept
