"""Speaks HTTP with one registry: logs in when asked to, tries again what the world failed, says what is refused.

Source: OCI Distribution Specification 1.1; Docker Registry token authentication; RFC 9110, 10.2.3 (Retry-After).
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from ci_steps.oci.logins import missing_helper, stored_login
from ci_steps.oci.references import is_loopback
from ci_steps.steps import Infrastructure, Refused
from ci_steps.tools.package_index import without_passwords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

    from ci_steps.oci.logins import Login
    from ci_steps.oci.references import Reference

CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
PAUSES = (0.5, 2.0)  # seconds before the second and the third try
LONGEST_PAUSE = 120.0
SECONDS = (10.0, 60.0)  # to connect, and between two bytes
PIECE = 1 << 16  # bytes read at once: what a lost connection costs
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
UNAUTHORISED, FORBIDDEN = 401, 403
CERTIFICATES = Path("/etc/docker/certs.d")  # where Docker, too, keeps the authorities of private registries
OBJECTS = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>:? ?|\bHTTPS?Connection\w*\([^)]*\):? ?")
T = TypeVar("T")


class TryLater(Infrastructure):
    """The registry asks for `seconds` of patience."""

    def __init__(self, message: str, seconds: float) -> None:
        """Keep how long."""
        super().__init__(message)
        self.seconds = seconds


class GivenUp(Infrastructure):
    """What was tried again as often as makes sense; whoever called need not."""


class Connection:
    """Requests to one repository of one registry; proxies are those of the environment."""

    def __init__(
        self, reference: Reference, *, pause: Callable[[float], None] = time.sleep,
        seconds: tuple[float, float] = SECONDS,
    ) -> None:  # fmt: skip
        """Connect to nothing yet; `pause` waits between tries, `seconds` limit connecting and each read."""
        import requests

        self.reference, self._pause, self._seconds = reference, pause, seconds
        self._session = requests.Session()
        authority = CERTIFICATES / reference.registry / "ca.crt"
        if authority.is_file():
            self._session.verify = str(authority)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, method: str, path: str, *, allowed: tuple[int, ...] = (), **how: Any) -> requests.Response:
        """Return the answer, which is a good one or has a status that is `allowed`.

        A body that is a stream is sent once: its caller opens it anew.

        Raises:
            Refused: the registry refuses.
            Infrastructure: it does not answer, or has a fault of its own, after several tries.
        """
        url = path if path.startswith("http") else f"{self.reference.base_url}/{path}"
        if urlsplit(url).netloc != self.reference.registry:
            how["auth"] = _without_login  # storage elsewhere has its own token in the address
        reply = self._persistent(method, url, **how)
        if reply.status_code == UNAUTHORISED and self._authorise(reply):
            if hasattr(how.get("data"), "rewind"):
                how["data"].rewind()
            reply = self._persistent(method, url, **how)
        if reply.ok or reply.status_code in allowed:
            return reply
        raise self._refusal(method, reply)

    def chunks(self, reply: requests.Response) -> Iterator[bytes]:
        """Yield the content of a streamed answer.

        Raises:
            Infrastructure: the connection is lost.
        """
        import requests

        try:
            yield from reply.iter_content(PIECE)
        except requests.RequestException as error:
            raise Infrastructure(f"{self.reference.registry}: the connection was lost: {_words(error)}") from error

    def tried(self, act: Callable[[], T]) -> T:
        """Return what `act` does, tried again after a pause where the world failed it."""
        for seconds in PAUSES:
            try:
                return act()
            except GivenUp:
                raise
            except Infrastructure as error:
                self.wait(seconds, error)
        try:
            return act()
        except Infrastructure as error:
            raise GivenUp(str(error)) from error

    def wait(self, seconds: float, error: Infrastructure) -> None:
        """Wait `seconds`, or as long as the registry asked for.

        Raises:
            TryLater: it asked for more than a run should wait.
        """
        asked = error.seconds if isinstance(error, TryLater) else 0.0
        if asked > LONGEST_PAUSE:
            raise error
        self._pause(max(seconds, asked))

    def absolute(self, location: str) -> str:
        """Return the address that a Location header means."""
        return urljoin(self.reference.base_url, location)

    def _persistent(self, method: str, url: str, **how: Any) -> requests.Response:
        if hasattr(how.get("data"), "read"):
            return self._once(method, url, **how)
        return self.tried(lambda: self._once(method, url, **how))

    def _once(self, method: str, url: str, **how: Any) -> requests.Response:
        import requests

        try:
            reply = self._session.request(method, url, timeout=self._seconds, **how)
        except requests.RequestException as error:
            raise Infrastructure(f"{self.reference.registry}: does not answer: {_words(error)}") from error
        if reply.status_code in TRANSIENT:
            after = reply.headers.get("Retry-After", "")
            message = f"{self._said(method, reply)}; try again later"
            raise TryLater(message, float(after)) if after.isdigit() else Infrastructure(message)
        return reply

    def _said(self, method: str, reply: requests.Response) -> str:
        return f"{self.reference}: the registry answered {reply.status_code} to {method}"

    def _refusal(self, method: str, reply: requests.Response) -> Exception:
        said = self._said(method, reply)
        if reply.status_code not in {UNAUTHORISED, FORBIDDEN}:
            return Refused(f"{said}; is the name right? {reply.text[:200].strip()}")
        helper = missing_helper(self.reference.registry)
        lacking = f"; {helper}, which Docker's config.json names, is not installed" if helper else ""
        return Refused(f"{said}; log in first, as one who may: docker login {self.reference.registry}{lacking}")

    def _authorise(self, reply: requests.Response) -> bool:
        """Answer the registry's challenge with the stored login, or ask for an anonymous token."""
        challenge = reply.headers.get("WWW-Authenticate", "")
        login = stored_login(self.reference.registry)
        if challenge.lower().startswith("basic"):
            self._session.auth = (login.user, login.password) if login and login.password else None
            return self._session.auth is not None
        asked = dict(CHALLENGE.findall(challenge))
        realm = urlsplit(asked.get("realm", ""))
        if realm.scheme != "https" and not is_loopback(realm.netloc):
            return False
        reply = self._token(asked, login)
        if not reply.ok:
            return False
        found = reply.json()
        self._session.auth = _bearer(str(found.get("token") or found.get("access_token")))
        return True

    def _token(self, asked: dict[str, str], login: Login | None) -> requests.Response:
        query = {"service": asked.get("service", ""), "scope": asked.get("scope", "")}
        if login and login.token:
            form = {"grant_type": "refresh_token", "client_id": "iddr", "refresh_token": login.token, **query}
            return self._persistent("POST", asked["realm"], data=form, auth=_without_login)
        basic = (login.user, login.password) if login else _without_login
        return self._persistent("GET", asked["realm"], params=query, auth=basic)


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


def _without_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _words(error: Exception) -> str:
    """Return why a connection failed, without the names of the objects that found it out."""
    inner = error.args[0] if error.args else error
    return without_passwords(OBJECTS.sub("", str(getattr(inner, "reason", None) or inner)))
