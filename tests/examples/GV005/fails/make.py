"""A person on the list is in the table, in another spelling."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {"type": "object", "properties": {"email": {"type": "string"}, "amount": {"type": "number"}}}
ROWS = ["ann@example.org,12.5", " Ben@Example.org,7"]
ERASED = "ben@example.org"


def make(folder: Path) -> dict[str, object]:
    table, contract, erased = folder / "train.csv", folder / "contract.schema.json", folder / "erased.txt"
    table.write_text("\n".join(["email,amount", *ROWS, ""]), "utf-8")
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    digest = hashlib.sha256(ERASED.encode()).hexdigest()
    erased.write_text(f"# algorithm: sha256\n# column: email = text\n{digest}\n", "utf-8")
    return {"train": table, "contract": contract, "erasure_list": erased}
