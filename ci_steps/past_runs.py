"""What is kept of a run for later ones: its verdicts and its figures, small and plain."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from ci_steps.results import exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci_steps.results import Run
    from model_checks.findings import Finding

MOST_FIGURES, LONGEST = 400, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a check measured; check, phase, place and rule are its identity across runs.

    `machine` says that it is of the machine too: another one gives another.
    """

    check: str
    phase: str
    where: str
    rule: str
    measured: float
    low: float | None
    high: float | None
    limit: float | None
    unit: str
    ok: bool | None
    machine: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from other figures, and is the same in every run."""
        return self.phase, self.check, self.where, self.rule

    @property
    def sense(self) -> int:
        """1 where more is better, -1 where less is, 0 where that cannot be told from limit and verdict."""
        if self.ok is None or self.limit is None or self.measured == self.limit:
            return 0
        return 1 if (self.measured > self.limit) is self.ok else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run as later ones see it; `statuses` are by phase and name, such as `integration MQ001`."""

    run: str
    model: str
    started: str
    revision: str
    branch: str
    event: str
    exit_code: int
    seconds: float
    statuses: Mapping[str, str]
    figures: tuple[Figure, ...]

    def goes_on_from(self, before: PastRun) -> bool:
        """Tell whether this run has all that `before` found on the same revision, and more phases."""
        return (
            self.revision == before.revision
            and before.statuses.items() < self.statuses.items()
            and set(before.figures) <= set(self.figures)
            and before.phases < self.phases
        )

    @property
    def phases(self) -> frozenset[str]:
        """The phases that something ended in."""
        return frozenset(name.partition(" ")[0] for name in self.statuses)


def past_run_of(run: Run) -> PastRun:
    """Return what is kept of `run`."""
    return PastRun(
        run=run.id, model=run.model, started=run.started, exit_code=exit_code(run),
        revision=run.facts.get("revision", ""), branch=run.facts.get("branch", ""),
        event=run.facts.get("event", ""), seconds=round(sum(r.seconds for r in run.results), 3),
        statuses={f"{r.phase} {r.name}": str(r.status) for r in run.results}, figures=tuple(_figures(run)),
    )  # fmt: skip


def past_run_from(document: Mapping[str, Any]) -> PastRun:
    """Return the run that was kept as `document`.

    Raises:
        KeyError, TypeError, ValueError: it is not what this version keeps.
    """
    fields = dict(document)
    fields["figures"] = tuple(_figure_from(f) for f in fields["figures"])
    texts = ("run", "model", "started", "revision", "branch", "event")
    if not all(isinstance(fields[name], str) for name in texts) or not isinstance(fields["exit_code"], int):
        raise TypeError("a text is none")
    fields["statuses"] = {str(name): str(status) for name, status in fields["statuses"].items()}
    fields["seconds"] = _number(fields["seconds"])
    return PastRun(**fields)


def _figures(run: Run) -> Iterator[Figure]:
    known: set[tuple[str, ...]] = set()
    for result in run.results:
        for finding in result.findings:
            figure = figure_of(result.name, result.phase, finding)
            if figure and figure.key not in known and len(known) < MOST_FIGURES:
                known.add(figure.key)
                yield figure


def figure_of(check: str, phase: str, finding: Finding) -> Figure | None:
    """Return `finding`'s number, or None where it has none; ends and limits that are not finite are left out."""
    if finding.note or finding.measured is None or not isfinite(finding.measured):
        return None
    low, high = finding.interval or (None, None)
    bounded = low is not None and high is not None and isfinite(low) and isfinite(high)
    limit = finding.limit if finding.limit is not None and isfinite(finding.limit) else None
    return Figure(
        check=check, phase=phase, where=finding.where[:LONGEST], rule=(finding.rule or finding.message)[:LONGEST],
        measured=float(finding.measured), low=low if bounded else None, high=high if bounded else None,
        limit=limit, unit=finding.unit[:LONGEST], ok=finding.ok, machine=finding.machine,
    )  # fmt: skip


def _figure_from(document: Mapping[str, Any]) -> Figure:
    fields = dict(document)
    fields["measured"] = _number(fields["measured"])
    for name in ("low", "high", "limit"):
        fields[name] = None if fields[name] is None else _number(fields[name])
    texts = ("check", "phase", "where", "rule", "unit")
    if not all(isinstance(fields[name], str) for name in texts) or fields["ok"] not in {True, False, None}:
        raise TypeError("a text or a verdict is none")
    return Figure(**fields)


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, str) or not isfinite(number):
        raise ValueError(f"{value!r} is no number")
    return number
