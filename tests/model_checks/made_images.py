"""Packages and images made by hand, for tests and examples."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from model_checks.inputs import Image, Package

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {"age": {"type": "integer"}, "y": {"type": "boolean"}},
    "required": ["y"],
}
JUDGED = json.dumps(CONTRACT).encode()
SERVED = b"""{
 "type": "object",
 "properties": {
  "age": {
   "type": "integer"
  }
 },
 "required": []
}"""


def sha(content: bytes) -> str:
    """Return the digest that names `content`."""
    return hashlib.sha256(content).hexdigest()


def judged_files(folder: Path) -> dict[str, Path | str]:
    """Write a model and a contract, as they were judged; return them and the target."""
    model, contract = folder / "model.joblib", folder / "contract.schema.json"
    model.write_bytes(b"a model")
    contract.write_bytes(JUDGED)
    return {"model_file": model, "contract_file": contract, "target": "y"}


def package(**changes: str) -> Package:
    """Return the package of `judged_files`, with some files changed by name."""
    files = {
        "model.joblib": sha(b"a model"), "contract.schema.json": sha(JUDGED), "contract.json": sha(SERVED),
        "manifest.json": sha(b"the manifest"),
    }  # fmt: skip
    manifest = {
        "name": "made",
        "revision": "c" * 40,
        "model": {"path": "model.joblib", "sha256": sha(b"a model"), "format": "joblib"},
        "contract": {"path": "contract.schema.json", "sha256": sha(JUDGED)},
        "data": {"sha256": "d" * 64},
    }
    return Package(name="made.tar", manifest=manifest, files=files | changes)


def image(files: dict[str, str] | None = None, labels: dict[str, str] | None = None) -> Image:
    """Return the image of `package`, with more or other files and labels."""
    found = {f"/app/model/{name}": digest for name, digest in package().files.items()} | {
        "/app/serve.py": "0" * 64
    }
    known = {
        "io.iddr.model.sha256": sha(b"a model"),
        "io.iddr.contract.sha256": sha(JUDGED),
        "io.iddr.data.sha256": "d" * 64,
        "org.opencontainers.image.revision": "c" * 40,
    }
    return Image(
        name="made-image.tar",
        digest="sha256:" + "1" * 64,
        config_digest="sha256:" + "2" * 64,
        config={"config": {"Labels": known | (labels or {})}},
        files=found | (files or {}),
        size=1,
    )
