"""SV002: the service answers as the model does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.dtypes import frame
from model_checks.contract.strategies import NoValue
from model_checks.contract.strategies import rows as rows_of
from model_checks.findings import Finding, NotAudited
from model_checks.quality.answer_faults import trouble_with
from model_checks.quality.drawing import as_json, drawn_rows
from model_checks.service.wire import BadReply, answers_in, body_of, document_in, replied, rows_of_frame
from model_checks.signatures import Count
from model_checks.statistics.agreement import Tolerance, compare, evenly_spaced, joined, rows_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Answers, Model, Predictions, Service

    Row = dict[str, Any]

BATCH = 25
FIX = "look at the service's log; serve with the versions and the contract that were judged"
WRONG = {"string": 12.5, "number": "twelve", "integer": "twelve", "boolean": "perhaps"}


@check("the service answers as the model does", phases=Phase.DEPLOYMENT, levels=(BLOCK, BLOCK, BLOCK))
def sv002(
    service: Service,
    test: Dataset,
    shipped_predictions: Predictions,
    contract: Contract,
    shipped_model: Model,
    *,
    rows: Count = 100,
    drawn: Count = 50,
    seed: Count = 0,
    tolerance: Tolerance = 1e-6,
) -> Iterator[Finding]:
    """Send rows of the test table and rows drawn from the contract to the running service.

    Its answers must be the packaged model's, whose conversion MQ017 holds to the original: labels equal, numbers
    within `tolerance` (relative above 1).
    It must say that it lives and is ready, name the judged model, and refuse a value of a wrong type by its path.

    Why: Between the model and its users stand a decoder, types, a column order and other versions. Each can
    change an answer without an error.
    Fix: Compare one row by hand, from the request's JSON to the frame that reaches the model.
    Source: D. Sculley and others, Hidden Technical Debt in Machine Learning Systems, NeurIPS (2015); E. Breck and
    others, The ML Test Score, IEEE Big Data (2017), test Monitor 3.
    """
    target = test.target
    features = contract if target is None or target not in contract.columns else contract.without(target)
    chosen = evenly_spaced(len(shipped_predictions.truth), rows)
    if not len(chosen):
        raise NotAudited("there are no rows to send: give [data] test rows, and rows > 0")
    yield from _health(service)
    sent = rows_of_frame(test.features.iloc[chosen], features)
    expected = rows_at(shipped_predictions.answers, chosen)
    yield _judged(service, "test rows", sent, expected, shipped_model, tolerance=tolerance)
    if drawn and features.columns:
        yield from _allowed(service, features, shipped_model, _drawn(features, drawn, seed), tolerance=tolerance)
    if features.columns:
        yield _refusal(service, features, sent[0])
    if seconds := getattr(service, "ready_after", 0.0):  # known of one that was started for this
        yield Finding.said(f"cold start: ready {seconds:.1f} s after its start", where=service.kind, machine=True)


def _health(service: Service) -> Iterator[Finding]:
    for path in ("/health/live", "/health/ready"):
        try:
            status = replied(partial(service.get, path)).status
            ok, found = status == 200, f"it answers with status {status}"  # noqa: PLR2004 - HTTP
        except BadReply as bad:
            ok, found = False, str(bad)
        message = f"asked for {path}, {found}, expected 200"
        yield Finding(ok=ok, message=message, where=service.kind, rule=path, fix="" if ok else FIX)


def _judged(
    service: Service, what: str, rows: list[Row], expected: Answers, model: Model, *, tolerance: float
) -> Finding:
    """Send the rows and compare the answers with the expected ones."""
    try:
        answers = joined([_asked(service, rows[i : i + BATCH], model) for i in range(0, len(rows), BATCH)])
    except BadReply as bad:
        return Finding(ok=False, message=f"{what}: {bad}", where=service.kind, rule=what, fix=FIX)
    agreement = compare(answers, expected)
    same = agreement.within(tolerance)
    example = "" if same or agreement.row is None else f"; one such row: {as_json(rows[agreement.row])}"
    return Finding(
        ok=same,
        message=f"{what}: {agreement.words}, must agree within {tolerance:g}{example}",
        where=service.kind,
        rule=what,
        measured=None if agreement.shape else agreement.distance,
        limit=tolerance,
        fix="" if same else FIX,
    )


def _asked(service: Service, rows: list[Row], model: Model) -> Answers:
    reply = replied(partial(service.post, "/predict", body_of(rows)))
    named = document_in(reply).get("model")
    if not isinstance(named, dict) or named.get("sha256") != model.sha256:
        raise BadReply(f"it serves the model {named}, packaged was sha256 {model.sha256}")
    return answers_in(reply, len(rows), model.classes)


def _allowed(
    service: Service, features: Contract, model: Model, rows: list[Row], *, tolerance: float
) -> Iterator[Finding]:
    """Yield how the service answers rows of the contract; those that the model itself fails on are left out."""
    good = [row for row in rows if trouble_with(model, frame(features, [row])) is None]
    if len(good) < len(rows):
        message = f"the model itself fails on {len(rows) - len(good)} of {len(rows)} drawn rows: MQ010 says how"
        yield Finding.said(message, where=service.kind)
    if good:
        expected = model.predict(frame(features, good))
        yield _judged(service, "drawn rows", good, expected, model, tolerance=tolerance)


def _drawn(features: Contract, count: int, seed: int) -> list[Row]:
    try:
        return drawn_rows(rows_of(features), count, seed)
    except NoValue as none:
        raise NotAudited(f"no row obeys the contract: {none}; mend the column's rules") from none


def _refusal(service: Service, features: Contract, row: Row) -> Finding:
    """Return whether a value of a wrong type is refused with status 422 and the path of the fault."""
    column = next(iter(features.columns.values()))
    path = f"/rows/0{column.path}"
    rule = "wrong type is refused"
    wrong = body_of([row | {column.name: WRONG[column.type]}])
    try:
        reply = replied(partial(service.post, "/predict", wrong))
        errors = document_in(reply, status=422).get("errors")
    except BadReply as bad:
        message = f"sent a wrong type at {path}: {bad}"
        return Finding(ok=False, message=message, where=service.kind, rule=rule, fix=FIX)
    named = isinstance(errors, list) and any(isinstance(e, dict) and e.get("path") == path for e in errors)
    message = f"a wrong type at {path} is refused with status 422 " + (
        "that names it" if named else "that does not name it"
    )
    return Finding(ok=named, message=message, where=service.kind, rule=rule, fix="" if named else FIX)
