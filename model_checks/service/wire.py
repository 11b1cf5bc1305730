"""Rows as a service takes them, and its replies as answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from model_checks.inputs import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Reply

    Row = dict[str, Any]

PYTHON = {"string": str, "number": float, "integer": int, "boolean": bool}
SHOWN = 200


class BadReply(Exception):  # noqa: N818 - a finding about the service
    """The service's reply is no answer to the rows; the message says why."""


def rows_of_frame(features: pd.DataFrame, contract: Contract) -> list[Row]:
    """Return a typed frame, shape (rows, features), as JSON rows.

    A missing value becomes null where the contract allows null, and is left out where it does not.
    """
    import pandas as pd

    names = [name for name in features.columns if name in contract.columns]
    lists = {name: features[name].astype(object).tolist() for name in names}
    missing = {name: pd.isna(features[name]).tolist() for name in names}
    rows: list[Row] = [{} for _ in range(len(features))]
    for name in names:
        _fill(rows, contract.columns[name], lists[name], missing[name])
    return rows


def _fill(rows: list[Row], column: Column, values: list[Any], missing: list[bool]) -> None:
    for row, value, absent in zip(rows, values, missing, strict=True):
        if not absent:
            row[column.name] = PYTHON[column.type](value)
        elif column.null_allowed:
            row[column.name] = None


def body_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the request's body; floats keep every digit."""
    return json.dumps({"rows": list(rows)}, allow_nan=False, ensure_ascii=False).encode()


def answers_in(reply: Reply, rows: int, classes: tuple[Any, ...]) -> Answers:
    """Return the answers of a reply to `rows` rows, whose classes must be `classes`, in that order.

    Raises:
        BadReply: it refuses, is no JSON, or does not hold one answer a row.
    """
    import numpy as np

    document = document_in(reply)
    values, probabilities = document.get("predictions"), document.get("probabilities")
    if not isinstance(values, list) or len(values) != rows:
        count = len(values) if isinstance(values, list) else "no"
        raise BadReply(f"it gave {count} predictions for {rows} rows")
    if probabilities is None:
        return Answers(values=np.asarray(values))
    found = document.get("classes")
    if found != list(classes):
        raise BadReply(f"its classes are {found}, expected {list(classes)}")
    try:
        table = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadReply(f"its probabilities are no table of numbers: {error}") from None
    if table.shape != (rows, len(classes)):
        raise BadReply(f"its probabilities have shape {table.shape}, expected {(rows, len(classes))}")
    return Answers(values=np.asarray(values), probabilities=table)


def replied(send: Callable[[], Reply]) -> Reply:
    """Return the reply of a request.

    Raises:
        BadReply: there is none: the connection is refused, breaks off, or speaks no HTTP.
    """
    from http.client import HTTPException

    try:
        return send()
    except (OSError, HTTPException) as error:
        raise BadReply(f"it does not reply ({type(error).__name__}: {error})") from error


def document_in(reply: Reply, *, status: int = 200) -> dict[str, Any]:
    """Return the JSON object in a reply that must have `status`.

    Raises:
        BadReply: another status, or no JSON object.
    """
    if reply.status != status:
        raise BadReply(f"it answered with status {reply.status}, expected {status}: {_shown(reply.body)}")
    try:
        document = json.loads(reply.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise BadReply(f"its answer is no JSON object: {_shown(reply.body)}")
    return document


def _shown(body: bytes) -> str:
    return body[:SHOWN].decode("utf-8", "replace")
