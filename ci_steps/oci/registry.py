"""A registry's HTTP interface: pull and push by digest, with tokens and Docker's stored credentials.

Source: OCI Distribution Specification 1.1; Docker Registry token authentication.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ci_steps.oci.logins import stored_login
from ci_steps.oci.references import is_loopback
from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from ci_steps.oci.references import Reference

MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)  # fmt: skip
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
PAUSES = (0.5, 2.0)  # seconds before the second and the third try
SECONDS = (10, 300)  # to connect, and between two bytes
TRANSIENT = frozenset({429, 500, 502, 503, 504})
ACCEPTED, MISSING, UNAUTHORISED, FORBIDDEN = 202, 404, 401, 403
T = TypeVar("T")


class RegistryClient:
    """One repository of one registry."""

    def __init__(self, reference: Reference, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Connect to nothing yet; `pause` waits between tries."""
        import requests

        self.reference, self._pause = reference, pause
        self._session = requests.Session()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def manifest(self, wanted: str) -> tuple[str, dict[str, Any]]:
        """Return digest and content of the manifest or index `wanted` (a tag or a digest)."""
        reply = self._send("GET", f"manifests/{wanted}", headers={"Accept": ", ".join(MANIFESTS)})
        digest = _digest(reply.content)
        if wanted.startswith("sha256:"):
            self._expect(wanted, digest)
        document: dict[str, Any] = json.loads(reply.content)
        return digest, document

    def blob(self, digest: str, target: Path) -> None:
        """Fetch a blob into `target`, verified; an interrupted one is not left there."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self._tried(lambda: self._fetch(digest, target))

    def _fetch(self, digest: str, target: Path) -> None:
        reply = self._send("GET", f"blobs/{digest}", stream=True)
        found = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as out:
            try:
                for chunk in self._chunks(reply):
                    found.update(chunk)
                    out.write(chunk)
                self._expect(digest, f"sha256:{found.hexdigest()}")
            except BaseException:
                Path(out.name).unlink()
                raise
        Path(out.name).replace(target)

    def put_blob(self, digest: str, size: int, content: Callable[[], Any]) -> bool:
        """Upload a blob that the registry lacks; tell whether it was sent. `content()` opens it anew."""
        if self._send("HEAD", f"blobs/{digest}", allowed=(MISSING,)).status_code != MISSING:
            return False
        self._tried(lambda: self._upload(digest, size, content))
        return True

    def put_manifest(self, content: bytes, media_type: str, name: str) -> str:
        """Upload a manifest under the tag or digest `name`; return the digest that the registry computed."""
        headers = {"Content-Type": media_type}
        reply = self._send("PUT", f"manifests/{name}", data=content, headers=headers)
        return str(reply.headers.get("Docker-Content-Digest", ""))

    def _expect(self, digest: str, found: str) -> None:
        if found != digest:
            raise Infrastructure(f"{self.reference}: the registry sent other bytes than {digest} names; try again")

    def _upload(self, digest: str, size: int, content: Callable[[], Any]) -> None:
        started = self._send("POST", "blobs/uploads/", allowed=(ACCEPTED,))
        where = started.headers["Location"]
        root = self.reference.base_url.partition("/v2/")[0]
        where = where if where.startswith("http") else root + where
        with content() as body:
            self._send(
                "PUT", where + ("&" if "?" in where else "?") + f"digest={digest}", data=body,
                headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            )  # fmt: skip

    def _chunks(self, reply: requests.Response) -> Any:
        import requests

        try:
            yield from reply.iter_content(1 << 20)
        except requests.RequestException as error:
            raise Infrastructure(f"{self.reference.registry}: the connection was lost: {error}") from error

    def _send(self, method: str, path: str, *, allowed: tuple[int, ...] = (), **how: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self.reference.base_url}/{path}"
        if urlsplit(url).netloc != self.reference.registry:
            how["auth"] = _without_login  # storage elsewhere has its own token in the address
        reply = self._persistent(method, url, **how)
        if reply.status_code == UNAUTHORISED and self._authorise(reply):
            if hasattr(how.get("data"), "seek"):
                how["data"].seek(0)
            reply = self._persistent(method, url, **how)
        if reply.ok or reply.status_code in allowed:
            return reply
        raise self._refusal(method, reply)

    def _persistent(self, method: str, url: str, **how: Any) -> requests.Response:
        # A body that is a stream is spent after one try: its caller opens it anew.
        if hasattr(how.get("data"), "read"):
            return self._once(method, url, **how)
        return self._tried(lambda: self._once(method, url, **how))

    def _once(self, method: str, url: str, **how: Any) -> requests.Response:
        import requests

        try:
            reply = self._session.request(method, url, timeout=SECONDS, **how)
        except requests.RequestException as error:
            raise Infrastructure(f"{self.reference.registry}: does not answer: {error}") from error
        if reply.status_code in TRANSIENT:
            raise Infrastructure(f"{self._said(method, reply)}; try again later")
        return reply

    def _tried(self, act: Callable[[], T]) -> T:
        """Return what `act` does, tried again after a pause where the world failed it."""
        for seconds in PAUSES:
            try:
                return act()
            except Infrastructure:
                self._pause(seconds)
        return act()

    def _said(self, method: str, reply: requests.Response) -> str:
        return f"{self.reference}: the registry answered {reply.status_code} to {method}"

    def _refusal(self, method: str, reply: requests.Response) -> Exception:
        said = self._said(method, reply)
        if reply.status_code in {UNAUTHORISED, FORBIDDEN}:
            return Refused(
                f"{said}; log in first: docker login {self.reference.registry} (credential helpers are not read: "
                "the login must stand in Docker's config.json)"
            )
        return Refused(f"{said}; is the name right? {reply.text[:200].strip()}")

    def _authorise(self, reply: requests.Response) -> bool:
        """Answer the registry's challenge with stored credentials or an anonymous token."""
        challenge = reply.headers.get("WWW-Authenticate", "")
        login = stored_login(self.reference.registry)
        if challenge.lower().startswith("basic"):
            self._session.auth = login
            return login is not None
        asked = dict(CHALLENGE.findall(challenge))
        realm = urlsplit(asked.get("realm", ""))
        if realm.scheme != "https" and not is_loopback(realm.netloc):
            return False
        query = {"service": asked.get("service", ""), "scope": asked.get("scope", "")}
        reply = self._persistent("GET", asked["realm"], params=query, auth=login or _without_login)
        if not reply.ok:
            return False
        found = reply.json()
        self._session.auth = _bearer(str(found.get("token") or found.get("access_token")))
        return True


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


def _without_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
