"""A check is a function: its parameters name its inputs, its keywords are its options."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from enum import Flag
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, get_args

from model_checks.findings import Finding, Level
from model_checks.inputs import Task
from model_checks.signatures import Input, defaults_of, inputs_of, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
Weight = Literal["light", "heavy"]
Profile = Literal["starter", "standard", "regulated"]
PROFILES: tuple[Profile, ...] = ("starter", "standard", "regulated")
TASKS: tuple[Task, ...] = get_args(Task)
BLOCK, WARN, OFF = Level.BLOCK, Level.WARN, Level.OFF


class Phase(Flag):
    """The IDDR phases, in the order in which they run; a check may belong to several."""

    INTEGRATION = 1
    DELIVERY = 2
    DEPLOYMENT = 4
    RELEASE = 8
    MONITORING = 16

    @property
    def title(self) -> str:
        """The phase's name as people write it."""
        return (self.name or "").lower()


@dataclass(frozen=True, slots=True)
class Check(Generic[P]):
    """A check function with what plans, reports and documentation need to know of it.

    `levels` holds one level for each of `PROFILES`. A `preview` check warns at most. A `light` check runs
    every time; a `heavy` one on the main branch, every night and before a release. It applies to models of
    `tasks` only, and where the configuration declares at least one of the options in `declared`, if any.
    """

    code: str
    title: str
    phases: Phase
    levels: tuple[Level, Level, Level]
    weight: Weight
    preview: bool
    function: Callable[P, Iterator[Finding]]
    tasks: tuple[Task, ...] = TASKS
    declared: tuple[str, ...] = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Finding]:
        """Run the check as the plain function that it is."""
        return self.function(*args, **kwargs)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that it asks for."""
        return inputs_of(self.function)

    @property
    def options(self) -> dict[str, Any]:
        """The JSON Schema of its options."""
        return options_of(self.function)

    @property
    def defaults(self) -> dict[str, Any]:
        """The options' defaults."""
        return defaults_of(self.function)

    @property
    def documentation(self) -> str:
        """What `iddr explain` prints: the function's docstring."""
        return inspect.getdoc(self.function) or ""

    def level(self, profile: Profile) -> Level:
        """Return the level under `profile`; a preview check warns at most."""
        level = self.levels[PROFILES.index(profile)]
        return Level.WARN if self.preview and level is Level.BLOCK else level


def check(
    title: str,
    *,
    phases: Phase,
    levels: tuple[Level, Level, Level] = (BLOCK, BLOCK, BLOCK),
    weight: Weight = "light",
    preview: bool = False,
    tasks: tuple[Task, ...] = TASKS,
    declared: tuple[str, ...] = (),
) -> Callable[[Callable[P, Iterator[Finding]]], Check[P]]:
    """Make a check of the function below, whose name is the check's code in lower case."""
    return lambda function: Check(
        function.__name__.upper(), title, phases, levels, weight, preview, function, tasks, declared
    )
