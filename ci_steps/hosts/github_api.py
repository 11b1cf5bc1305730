"""What is asked of GitHub's REST API: the one comment on a pull request, and who approved a deployment.

Source: GitHub, REST API endpoints for issue comments, and for workflow runs (review history).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

PAGE = 100
COMMENT_CHARACTERS = 65_536
CUT = "\n\n… the rest is in the report."
LOGIN = re.compile(r"[A-Za-z0-9_-]{1,100}(?:\[bot\])?")
SECONDS = 30
DENIED = (401, 403, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository as the API shows it; `api` is its address, `name` is owner/name."""

    api: str
    name: str
    session: requests.Session

    @classmethod
    def of(cls, *, api: str, name: str, token: str) -> Repository:
        """Return the repository; an answer of 502, 503 or 504 is asked for again, three times."""
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        session = requests.Session()
        again = Retry(total=3, status_forcelist=(502, 503, 504), allowed_methods=None, backoff_factor=0.3)
        session.mount(api, HTTPAdapter(max_retries=again))
        session.trust_env = False  # a netrc file's password is not for this host
        session.headers.update({
            "Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "iddr",
        })  # fmt: skip
        return cls(api=api.rstrip("/"), name=name, session=session)

    def put_comment(self, number: str, body: str) -> str:
        """Write `body`, whose first line is its marker, on pull request `number`; return the comment's address.

        The comment that begins with the marker is updated in place; one of a person never is, whatever it says.

        Raises:
            Refused: the token may not comment.
            Infrastructure: GitHub does not answer.
        """
        marker, text = body.split("\n", 1)[0], _cut(body)
        for comment in self._pages(f"issues/{number}/comments"):
            if comment["body"].split("\n", 1)[0].strip() == marker and comment["user"]["type"] == "Bot":
                path = f"issues/comments/{comment['id']}"
                return str(self._asked("PATCH", path, json={"body": text})["html_url"])
        return str(self._asked("POST", f"issues/{number}/comments", json={"body": text})["html_url"])

    def approvers(self, run: str, environment: str) -> list[str]:
        """Return who approved that workflow run `run` goes into `environment`; nobody where it asks for nobody."""
        found = []
        for review in self._asked("GET", f"actions/runs/{run}/approvals"):
            names = {e["name"] for e in review["environments"]}
            login = str((review.get("user") or {}).get("login", ""))
            if review["state"] == "approved" and environment in names and LOGIN.fullmatch(login):
                found.append(login)
        return sorted(set(found))

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        page = 1
        while found := self._asked("GET", path, params={"per_page": PAGE, "page": page}):
            yield from found
            if len(found) < PAGE:
                return
            page += 1

    def _asked(self, method: str, path: str, **what: Any) -> Any:
        import requests

        address = f"{self.api}/repos/{self.name}/{path}"
        try:
            answer = self.session.request(method, address, timeout=SECONDS, allow_redirects=False, **what)
        except requests.RequestException as error:
            raise Infrastructure(f"{address}: does not answer ({type(error).__name__})") from None
        if answer.status_code in DENIED:
            raise Refused(
                f"{method} {address}: answered {answer.status_code}; the job's token lacks a permission: comments "
                "need `pull-requests: write`, approvals `actions: read`"
            )
        if not answer.ok:
            raise Infrastructure(f"{method} {address}: answered {answer.status_code}")
        return answer.json()


def _cut(body: str) -> str:
    return body if len(body) <= COMMENT_CHARACTERS else body[: COMMENT_CHARACTERS - len(CUT)] + CUT
