"""A repository that looks its password up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path) -> dict[str, object]:
    (folder / "train.py").write_text('import os\n\npassword = os.environ["DB_PASSWORD"]\n', encoding="utf-8")
    (folder / "README.md").write_text("Set `DB_PASSWORD=<your password>` first.\n", encoding="utf-8")
    return {"repository": folder}
