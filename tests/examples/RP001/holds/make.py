"""A lock in which both packages have a version and a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOCK = f"""
numpy==2.1.0 \\
    --hash=sha256:{"a" * 64}
    # via pandas
pandas==2.2.3 --hash=sha256:{"b" * 64}
"""


def make(folder: Path) -> dict[str, object]:
    lock = folder / "requirements.txt"
    lock.write_text(LOCK, "utf-8")
    return {"lock": lock}
