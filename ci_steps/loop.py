"""Walks the plan and yields events; the only place where an exception becomes a result."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.courses import Course
from ci_steps.endings import Ending, ending_of, without_secrets
from ci_steps.gates import closed_by
from ci_steps.leaves import Leaf, Leaves, digest_of
from ci_steps.locks import locked
from ci_steps.plan import VERDICTS, Plan, Planned
from ci_steps.recipes import recipe_of
from ci_steps.resolve import Resolver
from ci_steps.results import Artifact, Gate, Result, Status, status_of
from ci_steps.turns import Ended, Event, Started, in_turn
from model_checks.checks import Check, Phase
from model_checks.findings import Finding
from model_checks.inputs import Verdict, Verdicts
from model_checks.signatures import asks_for_tools, inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from ci_steps.catalogue import Catalogue
    from ci_steps.config import Config
    from ci_steps.pardons import Pardons
    from ci_steps.steps import Step
    from ci_steps.toolbox import Toolbox
    from ci_steps.waiting import Waiting


__all__ = ["Conduct", "Ended", "Event", "Started", "Walk"]

VERDICT = frozenset({Status.PASSED, Status.FAILED, Status.INCONCLUSIVE})
RELEASED = frozenset({"model_file", "contract_file", "packaged_file", "image_file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How to walk: `act` runs acting steps (else they are planned), `reuse` takes results by recipe.

    `run_id` names this run in the results that it computes. `carried` are results of earlier phases that
    came with the state folder.
    """

    act: bool
    reuse: bool
    run_id: str
    carried: tuple[Result, ...] = ()


class Walk:
    """One walk of a plan: items may be asked for in any order, each ends once.

    One that waits for a program of its own is `begun`, and those that do not need it go on meanwhile.
    """

    def __init__(
        self, config: Config, catalogue: Catalogue, leaves: Leaves, plan: Plan,
        toolbox: Toolbox, pardons: Pardons, conduct: Conduct,
    ) -> None:  # fmt: skip
        """Run nothing yet."""
        self._config, self._plan, self._toolbox = config, plan, toolbox
        self._pardons, self._conduct = pardons, conduct
        self._results: dict[str, Result] = {_key(r.kind, r.name, r.phase): r for r in conduct.carried}
        verdicts = Leaf(self._verdicts, lambda: digest_of(dataclasses.asdict(self._verdicts())))
        self._resolver = Resolver(
            catalogue, Leaves(given={**leaves.given, VERDICTS: verdicts}, absent=leaves.absent),
            config.options, toolbox, run_step=self._step, past_step=self._past,
        )  # fmt: skip
        self._runs: dict[str, bool] = {}
        self._begun: dict[str, tuple[Generator[Waiting, None, Result], Waiting]] = {}
        self._steps = {item.name: item for item in plan.items if item.kind == "step"}

    @property
    def results(self) -> tuple[Result, ...]:
        """Everything that has ended, earlier phases first, in the plan's order."""
        keys = {key: place for place, key in enumerate(map(_item_key, self._plan.items))}
        ended = sorted(self._results.items(), key=lambda pair: keys.get(pair[0], -1))
        return tuple(result for _, result in ended)

    def events(self) -> Iterator[Event]:
        """Run every item, with the gates after each phase and before each acting step."""
        for phase in self._plan.phases:
            yield from in_turn(self, [i for i in self._plan.items if i.phase is phase])
            yield self.gate_after(phase)

    def recipe(self, function: Callable[..., object]) -> str | None:
        """Return the recipe of what `function` makes of this walk's inputs, which its parameters name."""
        return recipe_of(function.__name__, function, {}, self._resolver.recipes(inputs_of(function)))

    def made(self, function: Callable[..., Any]) -> Any:
        """Return what `function` makes of this walk's inputs; each is made at most once."""
        return function(**self._resolver.arguments(inputs_of(function)))

    def warnings(self) -> list[str]:
        """Return a line for every waiver that has expired or is not needed."""
        return self._pardons.idle(self._results.values())

    def close(self) -> None:
        """End what was begun, and close everything that was opened for inputs."""
        for course, _ in self._begun.values():
            course.close()
        self._begun.clear()
        self._resolver.close()

    def gate(self, item: Planned) -> Gate:
        """Return the gate before the acting step `item`."""
        return Gate(phase=item.phase.title, before=item.name, closed_by=self._closed())

    def gate_after(self, phase: Phase) -> Gate:
        """Return the gate after `phase`."""
        return Gate(phase=phase.title, closed_by=self._closed(until=phase.value))

    def result(self, item: Planned) -> Result:
        """Return how `item` ends; it runs when it is first asked for."""
        while not self.go_on(item):
            pass
        return self._results[_item_key(item)]

    def waits(self, item: Planned) -> Waiting | None:
        """Return what `item` waits for; None where it has not begun, or has ended."""
        begun = self._begun.get(_item_key(item))
        return begun[1] if begun else None

    def waits_for_input(self, item: Planned) -> bool:
        """Tell whether a program that was begun for an input of `item` is not ready."""
        return any(self._resolver.waits_for(name) for name in item.ahead)

    def begin_ahead(self, item: Planned) -> None:
        """Begin the inputs whose programs may start before `item` asks for them, if it will be computed."""
        made = {r.name for r in self._results.values() if r.kind == "step" and r.artifacts}
        for name in item.ahead:
            # Before its steps have run, nothing of it is looked at: its recipe would make them run.
            if self._resolver.is_open(name) and item.after <= made and self._will_run(item):
                self._resolver.begin(name, self._config.limits.seconds(item.kind, item.name))

    def _will_run(self, item: Planned) -> bool:
        """Tell whether `item` will be computed: not stopped, not postponed, and no earlier result is taken."""
        key = _item_key(item)
        if key not in self._runs:
            self._runs[key] = key not in self._results and self._is_new(item)
        return self._runs[key]

    def _is_new(self, item: Planned) -> bool:
        if item.not_applicable or item.postponed or item.acts or self._stopped(item):
            return False
        try:
            recipe = self._recipe(item) if self._conduct.reuse else None
        except Exception:  # noqa: BLE001 - the item itself tells it
            return False
        return recipe is None or self._toolbox.state.cached(recipe) is None

    def go_on(self, item: Planned) -> bool:
        """Go on with `item` until it waits for a program, or ends; return whether it has ended."""
        key = _item_key(item)
        if key in self._results:
            return True
        course = self._begun[key][0] if key in self._begun else self._run(item)
        try:
            self._begun[key] = course, next(course)
        except StopIteration as ended:
            self._begun.pop(key, None)
            self._results[key] = self._pardons.applied(ended.value)
            return True
        return False

    def _run(self, item: Planned) -> Generator[Waiting, None, Result]:
        if stopped := self._stopped(item):
            return _result(item, stopped)
        try:
            recipe = None if item.acts else self._recipe(item)
        except Exception as error:  # noqa: BLE001 - whatever it is becomes a result
            return _result(item, ending_of(error, item.kind))
        if item.postponed:
            return self._postponed(item, recipe)
        if recipe is None or not self._conduct.reuse:
            return self._kept(item, (yield from self._computed(item, recipe or "")))
        if past := self._reused(item, recipe):
            return past
        waiting = f"{item.name}: another process is at the same, waiting for it"
        with locked(self._toolbox.state.lock_of(recipe), waiting=lambda: self._toolbox.said(waiting)):
            return self._reused(item, recipe) or self._kept(item, (yield from self._computed(item, recipe)))

    def _postponed(self, item: Planned, recipe: str | None) -> Result:
        past = self._reused(item, recipe) if recipe and self._conduct.reuse else None
        return past or _result(item, Ending(Status.NOT_APPLICABLE, item.postponed))

    def _reused(self, item: Planned, recipe: str) -> Result | None:
        past = self._toolbox.state.cached(recipe)
        if past is None and item.postponed:
            past = self._toolbox.verdicts.cached(recipe)
        return past and dataclasses.replace(past, level=item.level, phase=item.phase.title, seconds=0.0)

    def _kept(self, item: Planned, result: Result) -> Result:
        """Return `result`, after it was kept for other runs if it has a recipe and a verdict."""
        if result.recipe and result.status in VERDICT and not result.fault:
            kept = dataclasses.replace(result, reused_from=self._conduct.run_id)
            self._toolbox.state.remember(kept)
            if isinstance(item.part, Check) and item.part.weight == "heavy":
                self._toolbox.verdicts.remember(kept)
        return result

    def _stopped(self, item: Planned) -> Ending | None:
        """Return why `item` does not run: it does not apply, a gate is closed, or this is a dry run."""
        if item.not_applicable:
            return Ending(Status.NOT_APPLICABLE, item.not_applicable)
        if item.acts and self._conduct.act:
            # Asked for alone (pytest -k, a worker of its own), it still acts on nothing that was not judged.
            for earlier in self._plan.items[: self._plan.items.index(item)]:
                self.result(earlier)
        closed = self._closed() if item.acts else self._closed(until=item.phase.value - 1)
        if closed:
            return Ending(Status.BLOCKED, f"the gate is closed by {', '.join(closed)}")
        if item.acts and not self._conduct.act:
            return Ending(Status.PLANNED, "a dry run does not act")
        return None

    def _recipe(self, item: Planned) -> str | None:
        return recipe_of(
            item.name, item.part.function, self._options(item), self._resolver.recipes(item.part.inputs)
        )

    def _options(self, item: Planned) -> dict[str, Any]:
        section = "steps" if item.kind == "step" else "checks"
        return self._resolver.options(item.part, section, item.name)

    def _computed(self, item: Planned, recipe: str) -> Generator[Waiting, None, Result]:
        course = Course(item, self._config.limits.seconds(item.kind, item.name))
        tools = self._toolbox.open(item.name) if item.kind == "step" else None

        def yields() -> Iterable[Finding | Artifact | Waiting]:
            arguments = self._resolver.arguments(item.part.inputs)
            if tools and asks_for_tools(item.part.function):
                arguments["tools"] = tools
            return item.part.function(**arguments, **self._options(item))

        try:
            yield from course.take(yields)
        finally:
            log = self._toolbox.close(tools) if tools else ""
        result = _result(item, _judged(item, course.ending, course.said))
        result = dataclasses.replace(
            result, seconds=round(course.seconds, 3), recipe=recipe, log=log,
            findings=result.findings + tuple(s for s in course.said if isinstance(s, Finding)),
            artifacts=tuple(s for s in course.said if isinstance(s, Artifact)),
            digests=self._resolver.digests(item.part.inputs),
        )  # fmt: skip
        return without_secrets(result, self._toolbox.secrecy)

    def _step(self, step: Step) -> Result:
        past = self._past(step)
        return past or self.result(self._steps[step.name])

    def _past(self, step: Step) -> Result | None:
        return self._results.get(_key("step", step.name, step.phase.title))

    def _closed(self, *, until: int = Phase.MONITORING.value) -> tuple[str, ...]:
        """Return what closes a gate behind the phases up to the one whose value is `until`."""
        phases = {phase.title for phase in Phase if phase.value <= until}
        results = [r for r in self._results.values() if r.phase in phases and r.status is not Status.BLOCKED]
        return closed_by(results, self._config.profile)

    def _verdicts(self) -> Verdicts:
        made = (a for r in self._results.values() for a in r.artifacts)
        subjects = {a.name: a.sha256 for a in made if a.name in RELEASED}
        return Verdicts(required=self._required(), subjects=subjects)

    def _required(self) -> list[Verdict]:
        return [
            Verdict(code=r.name, title=r.title, phase=r.phase, status=r.status, level=r.level, digests=r.digests)
            for r in self._results.values()
            if r.kind == "check"
        ]


def _judged(item: Planned, ending: Ending, said: list[Finding | Artifact]) -> Ending:
    findings = [s for s in said if isinstance(s, Finding)]
    if any(f.ok is False for f in findings):
        return Ending(Status.FAILED, ending.reason, ending.fault, ending.finding)
    if ending.status is not Status.PASSED:
        return ending
    if item.kind == "step":
        unmade = set(getattr(item.part, "makes", ())) - {s.name for s in said if isinstance(s, Artifact)}
        return ending if not unmade or findings or said else Ending(Status.BROKEN, "it made nothing")
    status = status_of(findings)
    return Ending(status, "it measured nothing" if status is Status.BROKEN else "")


def _result(item: Planned, ending: Ending) -> Result:
    return Result(
        kind=item.kind, name=item.name, title=item.title, phase=item.phase.title, level=item.level,
        status=ending.status, reason=ending.reason, fault=ending.fault,
        findings=(ending.finding,) if ending.finding else (),
    )  # fmt: skip


def _item_key(item: Planned) -> str:
    return _key(item.kind, item.name, item.phase.title)


def _key(kind: str, name: str, phase: str) -> str:
    return f"{kind}:{name}:{phase}"
