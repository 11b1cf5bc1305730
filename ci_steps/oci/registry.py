"""One repository of a registry: manifests and blobs, pulled and pushed by digest, every byte verified.

Source: OCI Distribution Specification 1.1.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.oci.connection import SECONDS, Connection
from ci_steps.oci.uploading import upload
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from ci_steps.oci.references import Reference

MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)  # fmt: skip
PARTIAL, MISSING, BEYOND = 206, 404, 416


class RegistryClient:
    """One repository of one registry."""

    def __init__(
        self, reference: Reference, *, pause: Callable[[float], None] = time.sleep,
        seconds: tuple[float, float] = SECONDS,
    ) -> None:  # fmt: skip
        """Connect to nothing yet; `pause` waits between tries, `seconds` limit connecting and each read."""
        self.reference = reference
        self._connection = Connection(reference, pause=pause, seconds=seconds)

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def manifest(self, wanted: str) -> tuple[str, dict[str, Any]]:
        """Return digest and content of the manifest or index `wanted` (a tag or a digest)."""
        content = self.manifest_bytes(wanted)
        try:
            document = json.loads(content)
        except ValueError:
            raise Infrastructure(f"{self.reference}: the registry sent no manifest; try again") from None
        if not isinstance(document, dict):
            raise Infrastructure(f"{self.reference}: the registry sent no manifest; try again")
        return _digest(content), document

    def manifest_bytes(self, wanted: str) -> bytes:
        """Return the manifest or index `wanted`, byte for byte."""
        headers = {"Accept": ", ".join(MANIFESTS)}
        content: bytes = self._connection.send("GET", f"manifests/{wanted}", headers=headers).content
        if wanted.startswith("sha256:"):
            self._expect(wanted, _digest(content))
        return content

    def has_manifest(self, wanted: str) -> bool:
        """Tell whether the manifest or index `wanted` is there."""
        headers = {"Accept": ", ".join(MANIFESTS)}
        reply = self._connection.send("HEAD", f"manifests/{wanted}", headers=headers, allowed=(MISSING,))
        return reply.status_code != MISSING

    def blob(self, digest: str, target: Path) -> None:
        """Fetch a blob into `target`, verified; after a lost connection it goes on where that broke off.

        An interrupted one is not left there.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as out:
            try:
                self._connection.tried(lambda: self._fetch(digest, out))
            except BaseException:
                Path(out.name).unlink()
                raise
        Path(out.name).replace(target)

    def _fetch(self, digest: str, out: IO[bytes]) -> None:
        have = out.seek(0, 2)
        headers = {"Range": f"bytes={have}-"} if have else {}
        reply = self._connection.send("GET", f"blobs/{digest}", stream=True, headers=headers, allowed=(BEYOND,))
        if reply.ok:
            if reply.status_code != PARTIAL:
                out.seek(0)
                out.truncate()
            for chunk in self._connection.chunks(reply):
                out.write(chunk)
        out.flush()
        out.seek(0)
        found = f"sha256:{hashlib.file_digest(out, 'sha256').hexdigest()}"  # type: ignore[arg-type]
        if found != digest:
            out.truncate(0)
        self._expect(digest, found)

    def put_blob(self, digest: str, size: int, content: Callable[[], IO[bytes]], *, mount: str = "") -> bool:
        """Upload a blob that the registry lacks; tell whether it was sent. `content()` opens it anew.

        `mount` is another repository of this registry that may have it.
        """
        if self._connection.send("HEAD", f"blobs/{digest}", allowed=(MISSING,)).status_code != MISSING:
            return False
        return upload(self._connection, digest, size, content, mount=mount)

    def put_manifest(self, content: bytes, media_type: str, name: str) -> None:
        """Upload a manifest under the tag or digest `name`.

        Raises:
            Infrastructure: the registry computed another digest than ours.
        """
        headers = {"Content-Type": media_type}
        reply = self._connection.send("PUT", f"manifests/{name}", data=content, headers=headers)
        found, digest = reply.headers.get("Docker-Content-Digest", ""), _digest(content)
        if found and found != digest:
            raise Infrastructure(f"{self.reference}: the registry computed {found}, we wrote {digest}; try again")

    def referrers(self, digest: str) -> dict[str, Any] | None:
        """Return the index of what refers to `digest`; None where the registry does not keep one."""
        try:
            document = self._connection.send("GET", f"referrers/{digest}").json()
        except (Refused, ValueError):
            return None
        return document if isinstance(document, dict) and "manifests" in document else None

    def _expect(self, digest: str, found: str) -> None:
        if found != digest:
            raise Infrastructure(f"{self.reference}: the registry sent other bytes than {digest} names; try again")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
