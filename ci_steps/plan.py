"""What runs, in which order, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ci_steps.steps import Refused, Step
from model_checks.checks import Check, Phase
from model_checks.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ci_steps.catalogue import Catalogue
    from ci_steps.config import Config
    from ci_steps.leaves import Leaves
    from ci_steps.steps import Provider
    from model_checks.signatures import Input

VERDICTS = "verdicts"
HEAVY = "heavy: runs on main, nightly, before a release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One item of the plan; `not_applicable` holds the reason where config or facts rule it out.

    A check that is `postponed` (for the reason that it holds) is not computed, but an earlier result by its recipe
    is taken. `after` are the steps that must have run before; `ahead` are its inputs that may be begun before it.
    """

    kind: Literal["check", "step"]
    name: str
    title: str
    phase: Phase
    level: Level
    part: Check[...] | Step
    not_applicable: str = ""
    postponed: str = ""
    after: frozenset[str] = frozenset()
    ahead: tuple[str, ...] = ()

    @property
    def comes_alone(self) -> bool:
        """True where everything before it must have ended: it acts, or judges the verdicts."""
        return self.acts or any(each.name == VERDICTS for each in self.part.inputs)

    @property
    def acts(self) -> bool:
        """True where it changes the world outside."""
        return isinstance(self.part, Step) and self.part.acts


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All items in running order."""

    items: tuple[Planned, ...]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases that have items, in order."""
        return tuple(phase for phase in Phase if any(item.phase is phase for item in self.items))


def make_plan(
    config: Config, catalogue: Catalogue, leaves: Leaves, *, phases: tuple[Phase, ...], heavy: bool
) -> Plan:
    """Return the plan for `phases`.

    In each phase come the steps that only make, the checks on what is there, the steps that act, and the
    checks on what those made. Checks on the verdicts come last before the acting steps.

    Raises:
        Refused: a part asks for an input that nothing makes, or inputs wait for each other.
    """
    graph = Graph(config, catalogue, leaves)
    items: list[Planned] = []
    for phase in phases:
        items += sorted(_items(graph, phase, heavy=heavy), key=graph.place)
    return Plan(items=tuple(items))


def _items(graph: Graph, phase: Phase, *, heavy: bool) -> Iterator[Planned]:
    for step in graph.catalogue.steps.values():
        if step.phase is phase:
            yield Planned(
                kind="step", name=step.name, title=step.title, phase=phase, level=Level.BLOCK,
                part=step, not_applicable=graph.why_not(step), after=graph.steps_before(step),
                ahead=graph.ahead_of(step),
            )  # fmt: skip
    for check in graph.catalogue.checks.values():
        if phase in check.phases and (level := graph.config.level(check)) is not Level.OFF:
            yield Planned(
                kind="check", name=check.code, title=check.title, phase=phase, level=level,
                part=check, not_applicable=graph.why_not(check),
                postponed="" if heavy or check.weight == "light" else HEAVY, after=graph.steps_before(check),
                ahead=graph.ahead_of(check),
            )  # fmt: skip


class Graph:
    """Who needs what, through providers and the steps that make artifacts."""

    def __init__(self, config: Config, catalogue: Catalogue, leaves: Leaves) -> None:
        """Keep what the questions below are asked of."""
        self.config, self.catalogue, self.leaves = config, catalogue, leaves
        self._reasons: dict[str, str] = {}

    def why_not(self, part: Check[...] | Step) -> str:
        """Return why `part` does not apply to this configuration; empty where it does."""
        if isinstance(part, Step):
            given = self.config.options["steps"].get(part.name, {})
            if lacking := [n for n in part.options.get("required", ()) if n not in given]:
                return f"no [steps.{part.name}] {lacking[0]} is configured"
        elif (task := self.config.model.get("task")) and task not in part.tasks:
            return f"it judges {' and '.join(part.tasks)}; the model's task is {task}"
        elif undeclared := self._undeclared(part):
            return undeclared
        return self._first(part.inputs, (part.name if isinstance(part, Step) else part.code,))

    def _undeclared(self, check: Check[...]) -> str:
        given = self.config.options["checks"].get(check.code, {})
        if not check.declared or any(given.get(name) for name in check.declared):
            return ""
        return f"no [[checks.{check.code}.{check.declared[0]}]] are declared" + "".join(
            f", no {name} either" for name in check.declared[1:]
        )

    def steps_before(self, part: Check[...] | Step) -> frozenset[str]:
        """Return the names of all steps that must have run before `part`."""
        return frozenset(self._makers(part.inputs))

    def ahead_of(self, part: Check[...] | Step) -> tuple[str, ...]:
        """Return the names of the inputs that are made ahead of `part`."""
        return tuple(dict.fromkeys(each.name for each in self._providers(part.inputs) if each.ahead))

    def place(self, item: Planned) -> tuple[int, int, int, str]:
        """Return the item's sort key within its phase."""
        before = self.steps_before(item.part)
        here = [s for s in before if self.catalogue.steps[s].phase is item.phase]
        after_acting = any(self.catalogue.steps[s].acts for s in here)
        on_verdicts = any(i.name == VERDICTS for i in item.part.inputs)
        stage = 3 if item.acts else (1 + on_verdicts if item.kind == "check" else 0)
        return (stage + 4 * after_acting, len(here), len(before), item.name)

    def _makers(self, inputs: tuple[Input, ...]) -> Iterator[str]:
        for name in (i.name for i in inputs if i.name not in self.leaves.absent):
            if name in self.catalogue.providers:
                yield from self._makers(self.catalogue.providers[name].inputs)
            elif step := self.catalogue.makers.get(name):
                yield step.name
                yield from self._makers(step.inputs)

    def _providers(self, inputs: Iterable[Input]) -> Iterator[Provider]:
        for name in (i.name for i in inputs if i.name not in self.leaves.absent):
            if provider := self.catalogue.providers.get(name):
                yield from self._providers(provider.inputs)
                yield provider

    def _absent(self, asked: Input, asking: tuple[str, ...]) -> str:
        name = asked.name
        if name in asking:
            raise Refused(f"inputs wait for each other: {' -> '.join((*asking, name))}")
        if name not in self._reasons:
            self._reasons[name] = self._why_absent(name, asking)
        return self._reasons[name]

    def _why_absent(self, name: str, asking: tuple[str, ...]) -> str:
        if name in self.leaves.absent:
            return self.leaves.absent[name]
        if name in self.leaves.given or name == VERDICTS:
            return ""
        if provider := self.catalogue.providers.get(name):
            return self._first(provider.inputs, (*asking, name))
        if step := self.catalogue.makers.get(name):
            return self.why_not(step) or self._first(step.inputs, (*asking, name))
        raise Refused(f"{asking[0]} asks for {name!r}, which nothing makes; needed by {' -> '.join(asking)}")

    def _first(self, inputs: tuple[Input, ...], asking: tuple[str, ...]) -> str:
        return next(filter(None, (self._absent(i, asking) for i in inputs if not i.optional)), "")
