"""Writes a pandas frame as CSV and opens it with a contract that fits its dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

TYPES = {"i": "integer", "f": "number", "b": "boolean"}


def dataset(folder: Path, name: str, frame: pd.DataFrame, target: str | None = None, **rules: Any) -> Dataset:
    """Open `frame` as `name`.csv in `folder`; `rules` replace a column's schema."""
    properties = {
        column: {"type": [TYPES.get(frame[column].dtype.kind, "string"), "null"]} for column in frame.columns
    }
    document = {
        "type": "object",
        "properties": properties | {name: properties[name] | more for name, more in rules.items()},
        "required": list(properties),
    }
    path = folder / f"{name}.csv"
    frame.to_csv(path, index=False, date_format="%Y-%m-%d")
    return Dataset.from_file(path, Contract.parse(document), name=path.name, target=target)


def verdicts(findings: Any) -> list[bool | None]:
    """Return the verdicts, without the notes."""
    return [f.ok for f in findings if not f.note]
