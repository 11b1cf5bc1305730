"""A lock in which one package has no hash and one no version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOCK = f"""
numpy==2.1.0 \\
    --hash=sha256:{"a" * 64}
    # via pandas
pandas==2.2.3
scikit-learn>=1.5
"""


def make(folder: Path) -> dict[str, object]:
    lock = folder / "requirements.txt"
    lock.write_text(LOCK, "utf-8")
    return {"lock": lock}
