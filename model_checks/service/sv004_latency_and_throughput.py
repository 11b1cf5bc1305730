"""SV004: latency and throughput under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, OFF, WARN, Phase, check
from model_checks.findings import Finding, NotAudited
from model_checks.service.load_budgets import answers_within, requests_reach
from model_checks.signatures import Count, Milliseconds
from model_checks.statistics.interval import OneSided  # noqa: TC001 - an option's type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.load import Load

OK, SERVER = 200, 500
MEDIAN, TAIL, FAR = 0.5, 0.95, 0.99
ERRORS = "look at the service's log; give it more workers, memory or time, or let fewer connections at it"


@check(
    "latency and throughput under load", phases=Phase.DEPLOYMENT, levels=(OFF, WARN, BLOCK), weight="heavy"
)  # fmt: skip
def sv004(
    load: Load,
    *,
    p95_milliseconds: Milliseconds = 1000,
    p99_milliseconds: Milliseconds | None = None,
    requests_per_second: Count | None = None,
    confidence: OneSided = 0.95,
) -> Iterator[Finding]:
    """Judge how the running service answered rows of the test table on several connections at once.

    Every request must be answered with status 200. 95% of them must be answered within `p95_milliseconds`, and 99%
    within `p99_milliseconds`, by the clock of the client, from the first byte sent to the last one received; a
    budget that is not set is shown only. On average `requests_per_second` must be reached. How many requests, of
    how many rows, on how many connections: [providers.loads].

    Each connection waits for its answer before it asks again, so the load is what so many clients can make, and
    never more than the service takes; and one machine is client and service. Budgets are for comparing versions
    on one kind of machine: they tell a service that is too slow, not how many users a cluster carries.
    A figure passes when its whole interval is within the budget, fails when all of it is beyond, each end a
    one-sided test at `confidence`; else more requests are needed.

    Why: A model that answers one row in time can still queue, lock or run out of memory when four clients ask.
    Users wait for the slowest answers, not for the mean.
    Fix: A smaller model, all rows of a request at once, more workers; look for locks and for work that each
    request does again.
    Source: B. Schroeder, A. Wierman, M. Harchol-Balter, Open Versus Closed: A Cautionary Tale, NSDI (2006);
    J. Dean, L. A. Barroso, The Tail at Scale, Communications of the ACM 56 (2013) 74-80; A. M. Law, W. D. Kelton,
    Operations Research 32 (1984) 1221-1239, for the interval of the throughput.
    """
    if not len(load.status):
        raise NotAudited("no request was sent: raise seconds or requests in [providers.loads]")
    yield _answered(load)
    yield answers_within(load, TAIL, p95_milliseconds, confidence)
    yield answers_within(load, FAR, p99_milliseconds, confidence)
    yield answers_within(load, MEDIAN, None, confidence)
    yield requests_reach(load, requests_per_second, confidence)
    if len(load.status) < load.wanted:
        message = (
            f"the time was over after {len(load.status)} of {load.wanted} requests: [providers.loads] seconds"
        )
        yield Finding.said(message, where=load.name)


def _answered(load: Load) -> Finding:
    import numpy as np

    wrong, asked = load.status[load.status != OK], len(load.status)
    found, counts = np.unique(wrong, return_counts=True)
    told = [f"{n} {f'with status {s}' if s else 'not at all'}" for s, n in zip(found, counts, strict=True)]
    message = f"all {asked} requests on {load.connections} connections are answered" if not told else (
        f"of {asked} requests on {load.connections} connections {', '.join(told)}, must be none; the first: "
        f"{load.trouble}"
    )  # fmt: skip
    return Finding(
        ok=not told, message=message, where=load.name, rule="every request is answered",
        measured=float(len(wrong)), limit=0.0, fix=ERRORS if told else "",
    )  # fmt: skip
