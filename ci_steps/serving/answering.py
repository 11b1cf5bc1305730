"""Answers one request's body: decode, judge by the contract, predict, encode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.refusals import ModelFailed, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.serving.engine import Columns
    from ci_steps.serving.routing import Asked, Body, Prediction
    from ci_steps.serving.served import Served
    from ci_steps.serving.struct_rows import StructRows
    from model_checks.contract.dialect import Contract

MOST_ERRORS = 100
LONGEST = 300


def reply_to(body: Body, route: Prediction, served: Served, reader: StructRows | None = None) -> bytes:
    """Return the answer to `body`, as the protocol at `route` writes it; `reader` is the compiled contract.

    Raises:
        Refused: the request is at fault.
        ModelFailed: the model is.
    """
    quick = reader.read(body.content, most=served.max_rows) if reader else None
    columns, rows, note = (*quick, None) if quick else _judged(body, route, served)
    if route.widen:
        columns = route.widen(columns, served)
        rows = len(next(iter(columns.values())))
    try:
        return route.encode(served.engine.answer(columns, rows), note, served)
    except ModelFailed:
        raise
    # A model may raise anything, also SystemExit, which would end the server.
    except BaseException as error:
        raise ModelFailed(f"{type(error).__name__}: {error}") from error


def _judged(body: Body, route: Prediction, served: Served) -> tuple[Columns, int, Any]:
    asked = route.decode(body, served)
    judge(asked, served.contract)
    return columns_of(asked.rows, served.contract), len(asked.rows), asked.note


def judge(asked: Asked, contract: Contract) -> None:
    """Hold every row to the contract.

    Raises:
        Refused: 422, with the faults of the rows, up to `MOST_ERRORS`.
    """
    errors: list[dict[str, str]] = []
    for index, row in enumerate(asked.rows):
        errors += _errors(asked, index, row, contract)
        if len(errors) > MOST_ERRORS:
            words = f"rows disobey the contract: the first {MOST_ERRORS} faults are listed, there are more"
            raise Refused(422, words, errors[:MOST_ERRORS])
    if errors:
        raise Refused(422, f"rows disobey the contract: {len(errors)} faults", errors)


def columns_of(rows: Sequence[Any], contract: Contract) -> Columns:
    """Return the values of each column of the contract; None where a row lacks one."""
    return {name: [row.get(name) for row in rows] for name in contract.columns}


def _errors(asked: Asked, index: int, row: Any, contract: Contract) -> list[dict[str, str]]:
    if not isinstance(row, dict):
        return [{"path": asked.pointer(index, ""), "rule": "type", "message": "a row must be an object"}]
    return [
        {"path": asked.pointer(index, _cut(fault.path)), "rule": fault.rule, "message": _cut(fault.message)}
        for fault in contract.faults(row)[: MOST_ERRORS + 1]
    ]


def _cut(text: str) -> str:
    # A name that the client chose, or a long enumeration, must not make a reply of megabytes.
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."
