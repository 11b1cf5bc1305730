"""Sends requests that must be refused, counts how they are answered, and says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from model_checks.findings import Finding
from model_checks.service.wire import BadReply, replied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Reply, Service
    from model_checks.service.broken_rows import BadRow
    from model_checks.service.protocols import Wire

    Row = dict[str, Any]

OK, CLIENT, SERVER = 200, 400, 500
SILENCES = 3  # a service that is gone, or hangs, is not asked hundreds of times
SHOWN, SHORTEST = 300, 8
INSIDE = re.compile(
    rb"Traceback \(most recent call last\)"
    rb"|File \\?\"[^\"]*\\?\", line \d+"  # of Python
    rb"|\bat [\w.$]+\([\w.]+:\d+\)"  # of Java
)
LET_IN = "hold every row to the contract before the model sees it, as the kit's own service does"
FAILED = (
    "refuse such a request with status 422 or 400 before the model sees it; the service's log says what failed"
)
NAMELESS = "answer with `errors`, a list of objects whose `path` is the JSON pointer of what is wrong"
TELLING = "log what happened inside, and tell the client the place and the rule alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that must be refused.

    `places` are the JSON pointers of its faults, one of which the refusal must name; empty where the body is not
    read as far as that. `secrets` are personal values in it. `shown` is what of it may be told.
    """

    words: str
    body: bytes
    places: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    shown: str = ""


@dataclass(slots=True, kw_only=True)
class Tally:
    """How the requests to one path were answered: for each way in which that is wrong, what shows it."""

    path: str
    sent: int = 0
    named: int = 0
    private: int = 0
    silent: int = 0
    answered: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    telling: list[str] = field(default_factory=list)

    @property
    def is_gone(self) -> bool:
        """Whether the service does not reply any more."""
        return self.silent >= SILENCES


def asked(service: Service, path: str, requests: Sequence[Request]) -> Tally:
    """Send the requests and count how they are answered, up to `SILENCES` without a reply one after the other."""
    tally = Tally(path=path)
    for request in requests:
        if tally.is_gone:
            break
        tally.sent += 1
        try:
            reply = replied(partial(service.post, path, request.body))
        except BadReply as bad:
            tally.silent += 1
            tally.failed.append(f"{request.words}: {bad}{request.shown}")
            continue
        tally.silent = 0
        _count(tally, request, reply)
    return tally


def of_row(contract: Contract, wire: Wire, bad: BadRow, before: Sequence[Row] = ()) -> Request:
    """Return the request that sends `bad` after the good rows `before`."""
    places = tuple(wire.place(bad.row, len(before), path) for path in bad.paths)
    return Request(
        words=bad.words, body=wire.body([*before, bad.row]), places=places,
        secrets=_secrets(contract, [*before, bad.row]), shown=f"; the row: {shown(contract, bad.row)}",
    )  # fmt: skip


def shown(contract: Contract, row: Row) -> str:
    """Return the row as JSON without what is personal: messages are logged."""
    hidden = {name for name, column in contract.columns.items() if column.personal}
    plain = {name: "(personal)" if name in hidden else value for name, value in row.items()}
    text = json.dumps(plain, default=str, ensure_ascii=True)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def verdicts(tally: Tally, what: str) -> Iterator[Finding]:
    """Yield whether all requests were refused, none as a failure, with their places and nothing private."""
    sent = f"{tally.sent} {what}"
    yield _finding(
        tally, "is refused", tally.answered, LET_IN, of=tally.sent,
        good=f"{sent}: none is answered", bad=f"of {sent} {{count}} are answered instead of refused",
    )  # fmt: skip
    gone = ", and the rest was not sent because it no longer replies" if tally.is_gone else ""
    yield _finding(
        tally, "is no failure", tally.failed, FAILED, of=tally.sent,
        good=f"{sent}: none makes the service fail", bad=f"of {sent} {{count}} make the service fail{gone}",
    )  # fmt: skip
    if total := tally.named + len(tally.nameless):
        yield _finding(
            tally, "names the place", tally.nameless, NAMELESS, of=total,
            good=f"{total} refusals of a row: each names the place of a fault",
            bad=f"of {total} refusals of a row {{count}} do not name the place of a fault",
        )  # fmt: skip
    private = f", and none of the {tally.private} with a personal value repeats it" if tally.private else ""
    yield _finding(
        tally, "tells nothing inside", tally.telling, TELLING, of=tally.sent,
        good=f"{sent}: no answer tells a line of code{private}",
        bad=f"of {sent} {{count}} are answered with what the client must not see",
    )  # fmt: skip


def _finding(tally: Tally, rule: str, wrong: list[str], fix: str, *, of: int, good: str, bad: str) -> Finding:
    message = f"{bad.replace('{count}', str(len(wrong)))}, must be none; the first: {wrong[0]}" if wrong else good
    return Finding(
        ok=not wrong, message=message, where=tally.path, rule=rule, measured=float(len(wrong)), limit=0.0,
        unit=f"of {of}", fix=fix if wrong else "",
    )  # fmt: skip


def _count(tally: Tally, request: Request, reply: Reply) -> None:
    status = f"{request.words}: status {reply.status}"
    if reply.status >= SERVER:
        tally.failed.append(f"{status}{request.shown}")
    elif reply.status < CLIENT:
        tally.answered.append(f"{status}{request.shown}")
    elif request.places:
        if _places(reply.body) & set(request.places):
            tally.named += 1
        else:
            tally.nameless.append(f"{status}, expected the path {' or '.join(request.places[:3])}{request.shown}")
    tally.private += bool(request.secrets)
    if INSIDE.search(reply.body):
        tally.telling.append(f"{status}, with a traceback{request.shown}")
    elif reply.status >= CLIENT and any(_holds(reply.body, secret) for secret in request.secrets):
        tally.telling.append(f"{status}, with the value of a personal column{request.shown}")


def _places(body: bytes) -> set[str]:
    try:
        errors = json.loads(body).get("errors")
    except (ValueError, AttributeError):
        return set()
    found = [each.get("path") for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return {path for path in found if isinstance(path, str)}


def _secrets(contract: Contract, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the values in personal columns that are long enough to be known again, and that are no rule's."""
    names = [name for name, column in contract.columns.items() if column.personal]
    if not names:
        return ()
    rules = json.dumps(dict(contract.document), ensure_ascii=False)
    values = (row.get(name) for row in rows for name in names)
    texts = {value if isinstance(value, str) else json.dumps(value) for value in values if value is not None}
    return tuple(sorted(text for text in texts if len(text) >= SHORTEST and text not in rules))


def _holds(body: bytes, secret: str) -> bool:
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], secret}
    return any(each.encode("utf-8", "replace") in body for each in escaped)
