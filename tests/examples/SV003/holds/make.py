"""A service that holds every request to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model_checks.made_models import CONTRACT, MadeModel, sound
from tests.model_checks.strict_services import Strict

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    return {"service": Strict(MadeModel(sound), CONTRACT), "contract": CONTRACT, "target": "late_payment"}
