"""Results as JSON documents and back: what run.json, the cache and the JSON report hold."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from ci_steps.results import Artifact, Gate, Result, Run, Status
from model_checks.findings import Finding, Level
from model_checks.series import Series

if TYPE_CHECKING:
    from collections.abc import Mapping


def document_of(record: Result | Run) -> dict[str, Any]:
    """Return `record` as plain JSON values; a number that is not finite becomes its name as text."""
    plain: dict[str, Any] = _plain(asdict(record))
    return plain


def result_from(document: Mapping[str, Any]) -> Result:
    """Return the Result that `document_of` wrote.

    Raises:
        KeyError, TypeError, ValueError: the document was not written by this version.
    """
    fields = dict(document)
    fields["status"], fields["level"] = Status(fields["status"]), Level(fields["level"])
    fields["findings"] = tuple(_finding(f) for f in fields["findings"])
    fields["artifacts"] = tuple(Artifact(**a) for a in fields["artifacts"])
    return Result(**fields)


def run_from(document: Mapping[str, Any]) -> Run:
    """Return the Run that `document_of` wrote; raises as `result_from` does."""
    fields = dict(document)
    fields["results"] = tuple(result_from(r) for r in fields["results"])
    fields["gates"] = tuple(Gate(**g | {"closed_by": tuple(g["closed_by"])}) for g in fields["gates"])
    return Run(**fields)


def _finding(document: Mapping[str, Any]) -> Finding:
    fields = dict(document)
    for name in ("measured", "limit"):
        fields[name] = None if fields[name] is None else float(fields[name])
    if fields["interval"] is not None:
        low, high = fields["interval"]
        fields["interval"] = (float(low), float(high))
    if fields.get("series") is not None:
        fields["series"] = _series(fields["series"])
    return Finding(**fields)


def _series(document: Mapping[str, Any]) -> Series:
    fields = dict(document)
    for name in ("x", "y", "low", "high"):
        fields[name] = tuple(float(number) for number in fields[name])
    fields["labels"] = tuple(str(label) for label in fields["labels"])
    fields["rows"] = tuple(int(count) for count in fields["rows"])
    fields["limit"] = None if fields["limit"] is None else float(fields["limit"])
    return Series(**fields)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return repr(value)
    return value
