"""Packages and images made by hand, for tests and examples."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from model_checks.inputs import Image, ImageFile, ImageFiles, Package

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


def hardened(size: int = 100_000_000, **settings: object) -> Image:
    """Return an image as it should be, with some settings changed."""
    good = {
        "User": "65532:65532",
        "Env": ["PATH=/usr/bin", "OMP_NUM_THREADS=1"],
        "ExposedPorts": {"8080/tcp": {}},
        "Healthcheck": {"Test": ["CMD", "python3", "/app/serve.py", "--health"]},
        "Labels": {"org.opencontainers.image.title": "made", "io.iddr.model.sha256": "a" * 64},
    }
    history = settings.pop("history", [{"created_by": "iddr: base"}])
    return Image(
        name="made-image.tar", digest="sha256:" + "1" * 64, config_digest="sha256:" + "2" * 64,
        config={"config": good | settings, "history": history}, files={}, size=size,
    )  # fmt: skip


def files_of(more: dict[str, ImageFile] | None = None, texts: dict[str, str] | None = None) -> ImageFiles:
    """Return the files of a good image and `more`."""
    good = {
        "/tmp": ImageFile(kind="folder", mode=0o1777),  # noqa: S108 - a path inside the image
        "/usr/bin/python3.11": ImageFile(kind="file", mode=0o755, size=6_000_000),
        "/usr/bin/python3": ImageFile(kind="link", mode=0o777),
        "/app/serve.py": ImageFile(kind="file", mode=0o644, size=100, layer=2),
    }
    return ImageFiles(files=good | (more or {}), texts=texts or {"layer 2: /app/serve.py": "print('hello')\n"})
