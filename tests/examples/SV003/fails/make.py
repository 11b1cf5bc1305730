"""A service whose contract is an earlier one: ages above 120 and new cities are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.contract.dialect import Contract
from tests.model_checks.made_models import CONTRACT, MadeModel, sound
from tests.model_checks.strict_services import Strict

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    properties = CONTRACT.document["properties"]
    earlier = {**properties, "age": {"type": "integer", "minimum": 0}, "city": {"type": "string"}}
    service = Strict(MadeModel(sound), Contract.parse({**CONTRACT.document, "properties": earlier}))
    return {"service": service, "contract": CONTRACT, "target": "late_payment"}
