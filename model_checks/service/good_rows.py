"""Rows that the contract allows: the service must answer them, also among and after those that it refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from model_checks.findings import Finding
from model_checks.service.protocols import OWN
from model_checks.service.refusals import CLIENT, OK, SERVER, shown
from model_checks.service.wire import BadReply, document_in, replied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Reply, Service

    Row = dict[str, Any]

STRICTER = "serve the contract that was judged; its rules alone may refuse a row"
NOT_ANSWERED = "look at the service's log: a row that the contract allows must be answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A row that the service answers, what it predicts for it, and the model's name where it tells one."""

    row: Row
    predictions: Any
    model: str | None


def first_answered(service: Service, rows: Sequence[Row]) -> Answered | Finding:
    """Return the first of the rows that the service answers, or the finding that it answers none of them."""
    said = ""
    for row in rows:
        try:
            document = document_in(replied(partial(service.post, OWN.path, OWN.body([row]))))
        except BadReply as bad:
            said = said or str(bad)
            continue
        model = document.get("model")
        name = model.get("name") if isinstance(model, dict) else None
        return Answered(
            row=row, predictions=document.get("predictions"), model=name if isinstance(name, str) else None
        )
    message = f"none of {len(rows)} rows that the contract allows is answered, so refusals say nothing: {said}"
    return Finding(ok=False, message=message, where=OWN.path, rule="good rows are answered", fix=NOT_ANSWERED)


def let_in(service: Service, features: Contract, allowed: Sequence[Row]) -> Iterator[Finding]:
    """Yield whether the mutated rows that the contract allows are let in; what the model fails on is noted."""
    refused, raised = [], 0
    for row in allowed:
        try:
            reply = replied(partial(service.post, OWN.path, OWN.body([row])))
        except BadReply as bad:
            refused.append(f"{bad}; the row: {shown(features, row)}")
            break
        if CLIENT <= reply.status < SERVER:
            refused.append(f"status {reply.status} ({_first_error(reply)}); the row: {shown(features, row)}")
        raised += reply.status >= SERVER
    what = f"{len(allowed)} mutated rows that the contract allows"
    if allowed:
        wrong = f"of {what} {len(refused)} are refused, must be none; the first: {refused[0]}" if refused else ""
        yield Finding(
            ok=not refused, message=wrong or f"{what}: none is refused", where=OWN.path,
            rule="nothing good is refused", measured=float(len(refused)), limit=0.0,
            fix=STRICTER if refused else "",
        )  # fmt: skip
    if raised:
        yield Finding.said(f"the model fails on {raised} of {what}: MQ010 judges that", where=OWN.path)


def still_answers(service: Service, before: Answered) -> Finding:
    """Return whether the service is ready and answers the good row as before."""
    try:
        ready = replied(partial(service.get, "/health/ready")).status
        found = document_in(replied(partial(service.post, OWN.path, OWN.body([before.row])))).get("predictions")
    except BadReply as bad:
        ok, message = False, f"after all that, sent a good row, {bad}"
    else:
        same = found == before.predictions
        ok = ready == OK and same
        message = f"after all that a good row is answered {'as' if same else 'otherwise than'} before, and "
        message += f"/health/ready with status {ready}"
    return Finding(
        ok=ok, message=message, where=service.kind, rule="still answers", fix="" if ok else NOT_ANSWERED
    )


def _first_error(reply: Reply) -> str:
    try:
        first = json.loads(reply.body)["errors"][0]
        return f"{first['path']}: {first['rule']}"
    except (ValueError, LookupError, TypeError):
        return "it does not say where"
