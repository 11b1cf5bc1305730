"""A repository with a token in its settings, put together here so that none stands in this file."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    drawn = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=36))  # noqa: S311 - no secret
    (folder / "settings.yaml").write_text(f"upload: gh{'p'}_{drawn}\n", encoding="utf-8")
    return {"repository": folder}
