"""SV003: bad requests are refused, never answered and never a failure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.contract.edges import edge_values
from model_checks.contract.strategies import NoValue, keeper
from model_checks.contract.strategies import rows as rows_of
from model_checks.findings import Finding, NotAudited
from model_checks.quality.drawing import drawn_rows
from model_checks.service.broken_rows import bad_row, changed, changes, near_rows, unbroken_rules
from model_checks.service.damaged_bodies import damaged_bodies
from model_checks.service.good_rows import NOT_ANSWERED, first_answered, let_in, still_answers
from model_checks.service.protocols import OWN, other_wires
from model_checks.service.refusals import OK, Request, asked, of_row, verdicts
from model_checks.service.wire import BadReply, document_in, replied
from model_checks.signatures import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Service
    from model_checks.service.broken_rows import BadRow, Change
    from model_checks.service.good_rows import Answered
    from model_checks.service.protocols import Wire

    Row = dict[str, Any]

DRAWN, OTHERS = 50, 60
MANY = 200  # columns
LARGEST = 20_000_000  # bytes of a body with too many rows
NOT_THERE = (404, 405)


@check("bad requests are refused, never answered and never a failure", phases=Phase.DEPLOYMENT,
       levels=(WARN, BLOCK, BLOCK))  # fmt: skip
def sv003(
    service: Service, contract: Contract, target: str,
    *, broken: Count = 500, mutated: Count = 300, seed: Count = 0,
) -> Iterator[Finding]:  # fmt: skip
    """Send what the contract forbids to the running service, which must refuse it with a status from 400 to 499.

    Up to `broken` requests break one rule of one column each (type, limits, listed values, pattern, length,
    required, further columns), behind a good row. Bodies are empty, cut off, no JSON, of another shape, with keys
    twice, with numbers and texts that do not exist, too deep, too many rows. `mutated` rows near the contract,
    the same ones for the same `seed`, are judged by the contract: what it forbids must be refused, and what
    it allows must not. A refusal names the place of a fault, and holds no traceback and no value of a personal
    column. Afterwards a good row is answered as before. The service's other protocols get a smaller set.

    Why: A model answers anything. A typing mistake, a unit that changed or a renamed field becomes a plausible
    number, and nobody notices; a crash on bad input is how one client takes the service from all others.
    Fix: Hold every row to the contract before the model sees it. Where a rule is too strict, change the contract.
    Source: B. P. Miller, L. Fredriksen, B. So, An Empirical Study of the Reliability of UNIX Utilities,
    Communications of the ACM 33 (1990) 32-44; E. Breck and others, Data Validation for Machine Learning, SysML
    (2019); RFC 9110 (2022), section 15.5; OWASP, Improper Error Handling; CWE-209.
    """
    features = contract.without(target) if target in contract.columns else contract
    if not features.columns:
        raise NotAudited("the contract has no feature, so that there is nothing to send")
    drawn = _drawn(features, seed)
    good = first_answered(service, drawn)
    if isinstance(good, Finding):
        yield good
        return
    ways = changes(features, good.row)
    bad = [changed(good.row, way) for way in _evenly(ways, broken)]
    requests, allowed = _near(features, near_rows(features, drawn, mutated, seed), OWN)
    sent = [*_of_rows(features, good, OWN, bad), *_damaged(features, good.row, OWN), *requests]
    sent += _too_many(service, good.row)
    tally = asked(service, OWN.path, sent)
    yield from verdicts(tally, "bad requests")
    if not tally.is_gone:
        yield from let_in(service, features, allowed)
        for wire in other_wires(features, good.model):
            yield from _other(service, features, good, wire, bad)
    yield still_answers(service, good)
    yield from _left_out(features, ways, broken)


def _drawn(features: Contract, seed: int) -> list[Row]:
    # Hypothesis takes a minute to find that it draws no row of a thousand columns.
    many = len(features.columns) > MANY
    try:
        drawn = ([] if many else drawn_rows(rows_of(features), DRAWN, seed)) or _of_edges(features)
    except NoValue as none:
        raise NotAudited(f"no row obeys the contract: {none}; mend the column's rules") from none
    if not drawn:
        raise NotAudited("no row was found that obeys the contract: make its patterns and limits less narrow")
    return drawn


def _of_edges(features: Contract) -> list[Row]:
    """Return rows of the first, second, ... value at the edges of each column, those that the contract allows."""
    edges = {name: edge_values(column) for name, column in features.columns.items()}
    made = [{n: values[i % len(values)] for n, values in edges.items() if values} for i in range(DRAWN)]
    return list(filter(keeper(features), made))


def _evenly(ways: list[Change], most: int) -> list[Change]:
    """Return `most` of the ways at most: of a wide contract some of each column, not all of the first."""
    return ways if len(ways) <= most else [ways[i * len(ways) // most] for i in range(most)]


def _of_rows(features: Contract, good: Answered, wire: Wire, bad: Sequence[BadRow]) -> Iterator[Request]:
    """Yield requests with a bad row behind a good one, where the protocol lets rows differ in their columns."""
    before = (good.row,) if wire.path == OWN.path else ()
    yield from (of_row(features, wire, each, before) for each in bad)


def _damaged(features: Contract, good: Row, wire: Wire) -> Iterator[Request]:
    yield from (Request(words=words, body=body) for words, body in damaged_bodies(features, good, wire))


def _near(features: Contract, rows: Iterator[Row], wire: Wire) -> tuple[list[Request], list[Row]]:
    """Return the mutated rows that are forbidden, as requests, and those that are allowed."""
    forbidden, allowed, obeys = [], [], keeper(features)
    for row in rows:
        bad = bad_row(features, row)
        if bad is not None:
            forbidden.append(of_row(features, wire, bad))
        elif obeys(row):
            allowed.append(row)
    return forbidden, allowed


def _too_many(service: Service, good: Row) -> Iterator[Request]:
    """Yield a request with one row more than the service's description says that it takes, if it says so."""
    try:
        described = document_in(replied(partial(service.get, "/openapi.json")))
        content = described["paths"][OWN.path]["post"]["requestBody"]["content"]["application/json"]
        most = content["schema"]["properties"][OWN.member]["maxItems"]
    except (BadReply, KeyError, TypeError):
        return
    if isinstance(most, int) and most * len(OWN.body([good])) < LARGEST:
        yield Request(words=f"{most + 1} rows, of which {most} are taken", body=OWN.body([good] * (most + 1)))


def _other(
    service: Service, features: Contract, good: Answered, wire: Wire, bad: Sequence[BadRow]
) -> Iterator[Finding]:
    """Yield how another protocol refuses: a wrong type in each column, what lacks, and damaged bodies."""
    try:
        status = replied(partial(service.post, wire.path, wire.body([good.row]))).status
    except BadReply as nothing:
        yield Finding(ok=False, message=str(nothing), where=wire.path, rule="is no failure", fix=NOT_ANSWERED)
        return
    if status in NOT_THERE:
        yield Finding.said(f"not offered (status {status})", where=wire.path)
        return
    if status != OK:
        message = f"a good row is answered with status {status}, expected 200"
        yield Finding(ok=False, message=message, where=wire.path, rule="good rows are answered", fix=NOT_ANSWERED)
        return
    first: dict[tuple[str, ...], BadRow] = {}
    for each in bad:
        # A list of one value is the value itself in a protocol of tensors.
        if each.rule in {"type", "required", "additionalProperties"} and not _nested(each):
            first.setdefault((each.rule, *each.columns), each)
    rows = list(first.values())
    chosen = rows[:: max(1, -(-len(rows) // OTHERS))]
    requests = [*_of_rows(features, good, wire, chosen), *_damaged(features, good.row, wire)]
    yield from verdicts(asked(service, wire.path, requests), "bad requests")


def _nested(bad: BadRow) -> bool:
    return any(isinstance(bad.row.get(name), list | dict) for name in bad.columns)


def _left_out(features: Contract, ways: Sequence[Change], most: int) -> Iterator[Finding]:
    if len(ways) > most:
        message = (
            f"{most} of {len(ways)} ways to break one rule were tried; broken in [checks.SV003] sets how many"
        )
        yield Finding.said(message, where=OWN.path)
    if unbroken := unbroken_rules(features, ways):
        words = ", ".join(unbroken[:5]) + (f" and {len(unbroken) - 5} more" if len(unbroken) > 5 else "")  # noqa: PLR2004
        yield Finding.said(f"no value is known that breaks {words}", where="contract")
    if features.uncompiled:
        words = "; ".join(map(str, features.uncompiled[:3]))
        yield Finding.said(f"the service does not hold rows to {words}", where="contract")
