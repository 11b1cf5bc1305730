"""A check that passed on the file that is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.inputs import Verdict, Verdicts

if TYPE_CHECKING:
    from pathlib import Path

RELEASED, JUDGED = "a" * 64, "a" * 64


def make(folder: Path) -> dict[str, object]:
    verdict = Verdict(
        code="SC001", title="the model file runs nothing when loaded", phase="integration", status="passed",
        level="block", digests={"model_file": JUDGED},
    )  # fmt: skip
    return {"verdicts": Verdicts(required=[verdict], subjects={"model_file": RELEASED})}
