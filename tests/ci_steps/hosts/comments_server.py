"""A server on this machine that speaks GitHub's API of issue comments, approvals and identities, with its rules.

A token is asked for; a list has pages; only who wrote a comment, or may moderate, changes it; `faults` are answered
first, in order. Its comments are those of one bot, but for the ones that a test puts there.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_made-for-this-test"  # noqa: S105 - of no account
LONGEST = 65_536
RUN = "/repos/team/model/actions/runs/42/approvals"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class Comments:
    address: str = ""
    comments: list = field(default_factory=list)
    approvals: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def add(self, body, user=BOT):
        number = len(self.comments) + 1
        page = f"https://github.com/team/model/pull/7#issuecomment-{number}"
        self.comments.append({"id": number, "body": body, "user": user, "html_url": page})
        return self.comments[-1]

    def bodies(self):
        return [comment["body"] for comment in self.comments]

    def answered(self, command, path, query, given):
        """Return the status and the document that a request with the right token gets."""
        if self.faults:
            return self.faults.pop(0), {"message": "fault"}
        if command in {"POST", "PATCH"} and len(given["body"]) > LONGEST:
            return 422, {"message": "body is too long"}
        if path in (known := {RUN: self.approvals, "/identity": {"value": query.get("audience")}}):
            return 200, known[path]
        if found := re.fullmatch(r"/repos/team/model/issues/comments/(\d+)", path):
            return 200, self.changed(int(found[1]), given["body"])
        if path != "/repos/team/model/issues/7/comments":
            return 404, {"message": "Not Found"}
        return (201, self.add(given["body"])) if command == "POST" else (200, self.page(query))

    def changed(self, number, body):
        comment = self.comments[number - 1]
        comment["body"] = body
        return comment

    def page(self, query):
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return self.comments[(page - 1) * size : page * size]


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handled(self):
        known, parts = self.server.known, urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        given = json.loads(self.rfile.read(length)) if length else {}
        known.asked.append(f"{self.command} {parts.path}")
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if (scheme.lower(), token) != ("bearer", TOKEN):
            return 401, {"message": "Bad credentials"}
        return known.answered(self.command, parts.path, parse_qs(parts.query), given)

    def do_GET(self):
        code, document = self.handled()
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.do_GET()

    def do_PATCH(self):
        self.do_GET()


@contextlib.contextmanager
def comments_server():
    """Serve on a free port of this machine until the block ends; yield what it knows."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.known = Comments(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
