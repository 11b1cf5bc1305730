"""Holds the rows of a request to the contract, and tells every fault with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ci_steps.serving.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ci_steps.serving.routing import Asked
    from model_checks.contract.dialect import Contract

    Told = tuple[dict[str, str], tuple[str, str]]

MOST_ERRORS = 100
LONGEST = 300


def judge(asked: Asked, contract: Contract) -> None:
    """Hold every row to the contract.

    Raises:
        Refused: 422, with the faults of the rows, up to `MOST_ERRORS`.
    """
    told: list[Told] = []
    for index, row in enumerate(asked.rows):
        told += _told(f"{asked.place}/{index}", row, contract)
        if len(told) > MOST_ERRORS:
            words = f"rows disobey the contract: the first {MOST_ERRORS} faults are listed, there are more"
            raise _refused(words, told[:MOST_ERRORS])
    if told:
        raise _refused(f"rows disobey the contract: {len(told)} faults", told)


def _refused(words: str, told: list[Told]) -> Refused:
    return Refused(422, words, [error for error, _ in told], [fault for _, fault in told])


def _told(place: str, row: Any, contract: Contract) -> Iterator[Told]:
    if not isinstance(row, dict):
        yield {"path": place, "rule": "type", "message": "a row must be an object"}, ("", "type")
        return
    for fault in contract.faults(row)[: MOST_ERRORS + 1]:
        error = {"path": place + _cut(fault.path), "rule": fault.rule, "message": _cut(fault.message)}
        yield error, (fault.path[1:].replace("~1", "/").replace("~0", "~"), fault.rule)


def _cut(text: str) -> str:
    # A name that the client chose, or a long enumeration, must not make a reply of megabytes.
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."
