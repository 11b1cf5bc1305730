"""Makes an input, once, when it is asked for; knows its recipe before; closes what was opened."""

from __future__ import annotations

import contextlib
import inspect
from typing import TYPE_CHECKING, Any

from ci_steps.limits import TimeIsUp, limited
from ci_steps.recipes import recipe_of
from ci_steps.results import Status
from ci_steps.waiting import Waiting, first_value
from model_checks.signatures import arguments_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from pathlib import Path

    from ci_steps.catalogue import Catalogue
    from ci_steps.leaves import Leaves
    from ci_steps.results import Artifact, Result
    from ci_steps.steps import Provider, Step
    from ci_steps.toolbox import Toolbox
    from model_checks.checks import Check
    from model_checks.signatures import Input


class NotMade(Exception):  # noqa: N818 - an input is not there, which is no verdict
    """A step did not make the artifact that is asked for; `result` says how the step ended."""

    def __init__(self, name: str, result: Result) -> None:
        """Say which artifact, and how the step that makes it ended."""
        why = "found no need of it" if result.status is Status.PASSED else f"ended as {result.status}"
        super().__init__(f"{name} was not made: {result.name} {why}")
        self.result = result


class Resolver:
    """Inputs by name for one run.

    `run_step` runs the step that makes an artifact (or returns what it did before); `options` are the
    configuration's sections.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        leaves: Leaves,
        options: Mapping[str, Mapping[str, Mapping[str, Any]]],
        toolbox: Toolbox,
        *,
        run_step: Callable[[Step], Result],
        past_step: Callable[[Step], Result | None],
    ) -> None:
        """Make nothing yet."""
        self._catalogue, self._leaves, self._options, self._toolbox = catalogue, leaves, options, toolbox
        self._run_step, self._past_step = run_step, past_step
        self._made: dict[str, Any] = {}
        self._raised: dict[str, Exception] = {}
        self._begun: dict[str, tuple[Generator[Any, None, None], Waiting]] = {}
        self._open = contextlib.ExitStack()

    def close(self) -> None:
        """Close everything that providers opened, the last first."""
        self._open.close()

    def options(self, part: Check[...] | Step | Provider, section: str, name: str) -> dict[str, Any]:
        """Return the keyword arguments of `part` that the configuration sets, as its function takes them."""
        configured = self._options.get(section, {}).get(name, {})
        known = part.options["properties"]
        return arguments_of(part.function, {k: v for k, v in configured.items() if k in known})

    def arguments(self, inputs: Iterable[Input]) -> dict[str, Any]:
        """Return the value of every input; an optional one that is absent is left out."""
        return {i.name: self.value(i.name) for i in inputs if not (i.optional and self.is_absent(i.name))}

    def is_absent(self, name: str) -> bool:
        """Tell whether nothing gives or makes `name`."""
        if name in self._leaves.absent:
            return True
        if provider := self._catalogue.providers.get(name):
            return any(self.is_absent(i.name) for i in provider.inputs if not i.optional)
        return name not in self._leaves.given and name not in self._catalogue.makers

    def value(self, name: str) -> Any:
        """Return the input `name`; an artifact's value is the path of its verified file.

        Raises:
            NotMade: the step that makes it failed, was stopped or is only planned.
            Exception: whatever the provider raised, again for each that asks.
        """
        if name in self._raised:
            raise self._raised[name]
        if name not in self._made:
            try:
                self._made[name] = self._make(name)
            except Exception as error:
                self._raised[name] = error
                raise
        return self._made[name]

    def is_open(self, name: str) -> bool:
        """Tell whether `name` is there to be made, and has not been begun yet."""
        return not (name in self._made or name in self._raised or name in self._begun or self.is_absent(name))

    def begin(self, name: str, seconds: float) -> None:
        """Begin to make `name`, until a program works for it; what it raises is raised where it is asked for.

        What is not begun within `seconds` is made when it is asked for.
        """
        try:
            with limited(seconds):
                opened = self._opened(self._catalogue.providers[name])
                first = next(opened)
                if isinstance(first, Waiting):
                    self._begun[name] = opened, first
                else:
                    self._made[name] = first
        except TimeIsUp:
            return
        except Exception as error:  # noqa: BLE001 - told to who asks
            self._raised[name] = error

    def waits_for(self, name: str) -> bool:
        """Tell whether `name` was begun, and its program is not ready."""
        return name in self._begun and not self._begun[name][1].over()

    def recipe(self, name: str) -> str | None:
        """Return the recipe of the input `name`: of an artifact its content's digest, for which it is made.

        So a recipe is the same whatever was asked for before. No acting step runs for a recipe.
        """
        if name in self._leaves.given:
            return self._leaves.given[name].recipe()
        if provider := self._catalogue.providers.get(name):
            options = self.options(provider, "providers", provider.family)
            recipe = recipe_of(name, provider.function, options, self.recipes(provider.inputs))
            return recipe if provider.reusable else None
        step = self._catalogue.makers[name]
        ended = self._past_step(step) if step.acts else self._run_step(step)
        if ended and (artifact := _artifact(ended, name)):
            return artifact.sha256
        made = recipe_of(name, step.function, self.options(step, "steps", step.name), self.recipes(step.inputs))
        return None if step.acts else made

    def recipes(self, inputs: Iterable[Input]) -> dict[str, str | None]:
        """Return the recipe of every input that is there."""
        return {i.name: self.recipe(i.name) for i in inputs if not self.is_absent(i.name)}

    def digests(self, inputs: Iterable[Input]) -> dict[str, str]:
        """Return the digest of every artifact that `inputs` are made from, by the artifact's name."""
        found: dict[str, str] = {}
        for name in (i.name for i in inputs if not self.is_absent(i.name)):
            if provider := self._catalogue.providers.get(name):
                found |= self.digests(provider.inputs)
            elif (step := self._catalogue.makers.get(name)) and (past := self._past_step(step)):
                artifact = _artifact(past, name)
                found |= {name: artifact.sha256} if artifact else {}
        return dict(sorted(found.items()))

    def _make(self, name: str) -> Any:
        if name in self._leaves.given:
            return self._leaves.given[name].value()
        if name in self._begun:
            return first_value(self._begun.pop(name)[0])
        if provider := self._catalogue.providers.get(name):
            return self._provided(provider)
        return self._file(name)

    def _provided(self, provider: Provider) -> Any:
        if inspect.isgeneratorfunction(provider.function):
            return first_value(self._opened(provider))
        return self._called(provider)

    def _opened(self, provider: Provider) -> Generator[Any, None, None]:
        """Return the generator that makes an input, which is led to its end when everything is closed."""
        opened: Generator[Any, None, None] = self._called(provider)
        self._open.callback(self._led_to_its_end, provider.name, opened)
        return opened

    def _led_to_its_end(self, name: str, opened: Generator[Any, None, None]) -> None:
        if self._begun.pop(name, None):
            opened.close()  # nobody came for it
        if next(opened, None) is not None:
            raise RuntimeError(f"the provider {name} yielded a second value")

    def _called(self, provider: Provider) -> Any:
        arguments = self.arguments(provider.inputs)
        if provider.wants_tools:
            tools = self._toolbox.open(provider.name)
            self._open.callback(self._toolbox.close, tools)
            arguments["tools"] = tools
        return provider.function(**arguments, **self.options(provider, "providers", provider.family))

    def _file(self, name: str) -> Path:
        result = self._run_step(self._catalogue.makers[name])
        artifact = _artifact(result, name)
        if artifact is None:
            raise NotMade(name, result)
        return self._toolbox.state.path(artifact)


def _artifact(result: Result, name: str) -> Artifact | None:
    return next((a for a in result.artifacts if a.name == name), None)
