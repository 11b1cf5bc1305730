"""The contract that the service holds requests to: the judged one without the target."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_checks.contract.dialect import Contract

SERVED_CONTRACT = "contract.json"


def served_contract(judged: Contract, target: str) -> bytes:
    """Return the served contract's file, which depends on the judged contract and the target alone.

    Raises:
        ValueError: the contract has no column `target`.
    """
    return json.dumps(judged.without(target).document, indent=1, ensure_ascii=False).encode()
