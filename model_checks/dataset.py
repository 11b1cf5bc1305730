"""A table as the contract reads it: asked in SQL where it lies, or as a pandas frame on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_checks.contract.compiled import Compiled, compiled
from model_checks.contract.files import TableError
from model_checks.contract.tables import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from model_checks.contract.columns import Column
    from model_checks.contract.csv_format import CsvFormat
    from model_checks.contract.dialect import Contract
    from model_checks.contract.table_files import TableFiles


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table of rows, its contract, and the target's name (None where the rows have none).

    `rows` is their number. `table` is the file, or the files, as the engine reads it.
    """

    name: str
    table: Table
    contract: Contract
    target: str | None
    rows: int

    @classmethod
    def from_file(
        cls,
        path: Path | str | TableFiles,
        contract: Contract,
        *,
        name: str,
        target: str | None,
        csv: CsvFormat | None = None,
    ) -> Dataset:
        """Open a table and make sure that it has rows, all of them readable, and the target.

        `path` may be all that open_table takes; `csv` says how CSV files are written.

        Raises:
            TableError: a file is absent, empty, unreadable or without rows; or the target is not in it, or
                not in the contract.
        """
        table = open_table(Path(path) if isinstance(path, str) else path, csv)
        if target is not None:
            _find(target, table.path.name, table.stored)
            _find(target, "the contract", contract.columns)
        rows = int(table.query("SELECT count(*) FROM raw")[0][0])
        if rows == 0:
            raise TableError(f"{table.path.name}: found columns and no rows, expected at least one: fill it")
        return cls(name=name, table=table, contract=contract, target=target, rows=rows)

    @property
    def path(self) -> Path:
        """The file; of several files, a path that bears their common name."""
        return self.table.path

    @property
    def digest(self) -> str:
        """SHA-256 of the file, or of the document that lists the parts and how they are written."""
        return self.table.digest

    @property
    def parts(self) -> Mapping[str, str]:
        """The SHA-256 of each file that the table consists of, by its name, in order."""
        return {opened.part.label: opened.digest for opened in self.table.files}

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns, in its order, known to the contract or not."""
        return tuple(self.table.stored)

    @cached_property
    def compiled(self) -> Compiled:
        """The contract as SQL for this file."""
        return compiled(self.contract, self.table.stored)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The contract's columns in its order, typed as `contract.dtypes` says; shape (rows, columns).

        A cell that cannot be cast lacks its value, and so does a whole column that the file does not have.
        """
        from model_checks.contract.dtypes import array, assembled

        arrays = self.table.arrays(self.compiled.typed)
        return assembled({name: array(column, arrays[name]) for name, column in self.contract.columns.items()})

    def read_by(self, contract: Contract) -> Dataset:
        """Return the same rows as another contract reads them, without a target.

        Where it types its columns as the present one does they share one frame: the table is read once.
        """
        other = replace(self, contract=contract, target=None)
        present = self.contract.columns
        if all(n in present and _typing(c) == _typing(present[n]) for n, c in contract.columns.items()):
            vars(other)["frame"] = self.frame[list(contract.columns)]
        return other

    @property
    def features(self) -> pd.DataFrame:
        """The frame without the target, shape (rows, features)."""
        return self.frame if self.target is None else self.frame.drop(columns=self.target)

    @property
    def labels(self) -> np.ndarray[Any, Any]:
        """The target's values, shape (rows,).

        Raises:
            TableError: the rows have no target.
        """
        if self.target is None:
            raise TableError(f"{self.path.name}: has no target; name it as [data] target in iddr.toml")
        labels: np.ndarray[Any, Any] = self.frame[self.target].to_numpy()
        return labels

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run SQL and return all rows.

        `raw` is the file as it is (a CSV's cells all text), `typed` the contract's columns with their types:
        BIGINT, DOUBLE, BOOLEAN and VARCHAR, NULL where a cell cannot be cast.

        Raises:
            TableError: a line of the file cannot be read, or the file has changed.
        """
        return self.table.query(statement, typed=self.compiled.typed)

    def close(self) -> None:
        """Let go of the file; nothing can be asked after that."""
        self.table.close()


def opened_unlabelled(
    path: Path | str | TableFiles, contract: Contract, target: str | None, csv: CsvFormat | None = None
) -> Dataset:
    """Open rows that may be without labels: the target's name is kept only where the table has that column.

    Raises:
        TableError: as `Dataset.from_file`, but for a target that is not in the table.
    """
    rows = Dataset.from_file(path, contract, name="", target=None, csv=csv)
    return replace(rows, name=rows.path.name, target=target if target in rows.columns else None)


def _typing(column: Column) -> tuple[object, ...]:
    return column.type, column.null_allowed, column.required, column.null_texts


def _find(target: str, place: str, columns: Mapping[str, object]) -> None:
    if target not in columns:
        raise TableError(
            f"{place}: the target column {target!r} is not there, found {', '.join(columns)}; "
            "correct [data] target in iddr.toml, or the table"
        )
