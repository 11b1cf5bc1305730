"""MQ013: latency, memory and size are within budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding
from model_checks.footprint import MEGABYTE, Unmeasured
from model_checks.quality.time_budgets import batches_within, calls_within, times_the_champion
from model_checks.signatures import Bounds, Count, Megabytes, Milliseconds, Seconds
from model_checks.statistics.interval import OneSided  # noqa: TC001 - an option's type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.footprint import Footprint

Times = Annotated[float, Bounds(1)]
MANY_BYTES = "compress the model file, prune it, or train a smaller model; or raise size in [checks.MQ013]"
MUCH_MEMORY = "predict in smaller batches, load less, or train a smaller model; or raise memory in [checks.MQ013]"
LONG_LOAD = "import less, and store the model uncompressed; or raise load_seconds in [checks.MQ013]"
ANOTHER_CHAMPION = (
    "roll back to a version that runs, release a candidate that does, or leave slower_than_champion out of "
    "[checks.MQ013]"
)


@check("latency, memory and size are within budget", phases=Phase.DELIVERY, levels=(WARN, BLOCK, BLOCK))
def mq013(
    footprint: Footprint,
    champion_footprint: Footprint | Unmeasured | None = None,
    *,
    row_milliseconds: Milliseconds = 250,
    row_wall_milliseconds: Milliseconds = 1000,
    batch_rows_per_second: Count | None = None,
    load_seconds: Seconds = 60,
    memory: Megabytes = 4096,
    size: Megabytes = 1024,
    slower_than_champion: Times | None = None,
    confidence: OneSided = 0.95,
) -> Iterator[Finding]:
    """Compare what the model costs in its own process with what it may cost.

    Of 20 single rows 19 must be answered within `row_milliseconds` of processor time, all threads together, and
    within `row_wall_milliseconds` by the clock, which a model that waits reaches first. Batches must reach
    `batch_rows_per_second` of processor time. Loading counts once, with its imports; memory is the process's
    peak; a megabyte has 2^20 bytes. With `slower_than_champion` one row may take that many times what it takes
    the released model, measured by turns with it; without, that is shown only. The model decides alone: neither
    transport nor the service is in it, and numeric libraries use one thread, as in the image.

    A time passes when its whole interval is within the budget, fails when all of it is beyond, each end a
    one-sided test at `confidence`; else more calls are needed. Machines are shared, so processor time is what
    is judged closely; the budget by the clock is wide.

    Why: A model that is a little better and ten times slower, or that does not fit into the service's memory,
    is found out by its users. The second release is slower than the first, and nobody looks.
    Fix: Fewer or shallower trees, fewer features, work on the whole batch at once instead of row by row, a
    compressed file; or agree on another budget.
    Source: D. Sculley and others, Hidden Technical Debt in Machine Learning Systems, NeurIPS (2015); J. Nielsen,
    Usability Engineering (1993), section 5.5, for 0.1 and 1 second; J. Dean, L. A. Barroso, The Tail at Scale,
    Communications of the ACM 56 (2013) 74-80, for a quantile instead of a mean; T. Kalibera, R. Jones, Rigorous
    Benchmarking in Reasonable Time, ISMM (2013) 63-74.
    """
    single, where = footprint.single, footprint.name
    yield calls_within(single.cpu, "of processor time", row_milliseconds, where, confidence)
    yield calls_within(single.wall, "by the clock", row_wall_milliseconds, where, confidence)
    yield batches_within(footprint, batch_rows_per_second, confidence)
    yield _at_most(
        footprint, "loading", footprint.load_cpu_seconds, load_seconds, "s",
        f"loads in {footprint.load_cpu_seconds:.3g} s of processor time ({footprint.load_wall_seconds:.3g} s by "
        "the clock, measured once)", LONG_LOAD,
    )  # fmt: skip
    peak, loaded = footprint.peak_bytes / MEGABYTE, footprint.loaded_bytes / MEGABYTE
    needs = f"needs {peak:,.0f} MB of memory ({loaded:,.0f} MB once loaded)"
    yield _at_most(footprint, "memory", peak, memory, "MB", needs, MUCH_MEMORY)
    megabytes = footprint.file_bytes / MEGABYTE
    yield _at_most(footprint, "size", megabytes, size, "MB", f"the file has {megabytes:,.3g} MB", MANY_BYTES)
    yield from _against(footprint, champion_footprint, slower_than_champion, confidence)


def _at_most(
    footprint: Footprint, rule: str, measured: float, limit: float, unit: str, said: str, fix: str
) -> Finding:
    ok = measured <= limit
    return Finding(
        ok=ok, message=f"{said}, must be at most {limit:,g} {unit}", where=footprint.name, rule=rule,
        measured=measured, limit=limit, unit=unit, fix="" if ok else fix, machine=rule != "size",
    )  # fmt: skip


def _against(
    footprint: Footprint, champion: Footprint | Unmeasured | None, limit: float | None, confidence: float
) -> Iterator[Finding]:
    if isinstance(champion, Unmeasured):
        rule = "against the champion"
        message = f"cannot be compared with the champion: {champion.why}"
        if limit is None:
            yield Finding.said(message, where=footprint.name)
        else:
            yield Finding(ok=None, message=message, where=footprint.name, rule=rule, fix=ANOTHER_CHAMPION)
    elif champion is not None:
        yield times_the_champion(footprint, champion, limit, confidence)
