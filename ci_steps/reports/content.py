"""What a report says, whatever its form: the verdict, what to do, and what surrounds the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ci_steps.history import Past
from ci_steps.reports.words import headline, status_words
from ci_steps.results import Status, exit_code

if TYPE_CHECKING:
    from ci_steps.results import Result, Run
    from model_checks.findings import Finding

CONFIGURATION, NO_VERDICT, INFRASTRUCTURE, INTERRUPTED = 2, 3, 4, 130
VERDICTS = {
    0: "open", 1: "closed", CONFIGURATION: "configuration", NO_VERDICT: "no verdict", INFRASTRUCTURE: "try again",
    INTERRUPTED: "interrupted",
}  # fmt: skip
WRONG = (Status.FAILED, Status.BROKEN, Status.NOT_AUDITED, Status.INCONCLUSIVE)
COUNTED = (
    Status.FAILED, Status.BROKEN, Status.INCONCLUSIVE, Status.NOT_AUDITED, Status.WAIVED, Status.ACCEPTED,
    Status.PASSED, Status.PLANNED, Status.BLOCKED, Status.NOT_APPLICABLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a report knows beside its run.

    `files` are the paths below the state folder that are there, to be linked to. `unkept` says why this run
    could not be kept for later ones; empty where it was, or was not meant to be.
    """

    past: Past = field(default_factory=Past)
    files: frozenset[str] = frozenset()
    unkept: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do: a result that is not as it should be, with the findings that say so."""

    result: Result
    closes: bool
    findings: tuple[Finding, ...]

    @property
    def shown(self) -> int:
        """How many findings are told where there are many; all are told with the result."""
        return 8 if self.closes else 3

    @property
    def by_fix(self) -> dict[str, list[Finding]]:
        """The findings by what mends them, those that fail before those that are undecided."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.fix, []).append(finding)
        return found

    @property
    def says(self) -> str:
        """Whether it stops the run or warns."""
        return "closes the gate" if self.closes else "warns"


def verdict_of(run: Run) -> str:
    """Return the verdict in a word or two."""
    return VERDICTS[exit_code(run)]


def sentence_of(run: Run) -> str:
    """Return what the verdict means; the gates alone would sound good where nothing was judged."""
    code = exit_code(run)
    stopped = ", ".join(r.name for r in run.results if r.fault)
    if code == INTERRUPTED:
        return "the run was interrupted before its end"
    if code == CONFIGURATION:
        return f"the configuration keeps {stopped} from running"
    if code == INFRASTRUCTURE:
        return f"{stopped} failed for a reason outside the project: try again"
    if code == NO_VERDICT and all(gate.open for gate in run.gates):
        return "nothing was judged"
    return headline(run).removeprefix(f"{run.model}: ")


def let_through(run: Run) -> tuple[Result, ...]:
    """Return the failures that a waiver or the baseline lets pass."""
    return tuple(r for r in run.results if r.status in {Status.WAIVED, Status.ACCEPTED})


def tasks_of(run: Run) -> tuple[Task, ...]:
    """Return what is to be done, what closes a gate first, in the order of the run."""
    closing = {name for gate in run.gates for name in gate.closed_by}
    tasks = [
        Task(
            result=result, closes=result.name in closing,
            findings=tuple(sorted((f for f in result.findings if f.ok is not True), key=lambda f: f.ok is None)),
        )
        for result in run.results
        if result.status in WRONG
    ]  # fmt: skip
    return tuple(sorted(tasks, key=lambda task: (not task.closes, WRONG.index(task.result.status))))


def counts_of(run: Run) -> dict[str, tuple[int, Result]]:
    """Return how many results ended how, in words, each with one of them; what there is none of is left out."""
    counts: dict[str, tuple[int, Result]] = {}
    for result in sorted(run.results, key=lambda r: (COUNTED.index(r.status), r.level == "warn")):
        words = status_words(result).partition(" · ")[0]
        counts[words] = (counts.get(words, (0,))[0] + 1, result)
    return counts


def place_of(finding: Finding) -> str:
    """Return where a finding is, without what its message says itself."""
    table, _, rest = finding.where.partition(": ")
    if finding.message.startswith(finding.where):
        return ""
    return table if rest and rest in finding.message else finding.where


def phases_of(run: Run) -> dict[str, tuple[Result, ...]]:
    """Return the results by phase, in order."""
    names = dict.fromkeys(result.phase for result in run.results)
    return {name: tuple(r for r in run.results if r.phase == name) for name in names}


def moment(iso: str) -> str:
    """Return a time of ISO 8601 as people read it; a text that is none stays as it is."""
    try:
        return f"{datetime.fromisoformat(iso).astimezone(UTC):%-d %B %Y, %H:%M} UTC"
    except (ValueError, OverflowError):
        return iso


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 100:  # noqa: PLR2004 - people say 95 s, and 2 min
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
