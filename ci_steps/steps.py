"""A step makes artifacts, a provider makes an input; both touch the world through `tools` alone."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from model_checks.signatures import Input, asks_for_tools, defaults_of, inputs_of, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from ci_steps.results import Artifact
    from ci_steps.waiting import Waiting
    from model_checks.checks import Phase
    from model_checks.findings import Finding


class StepFailed(Exception):  # noqa: N818 - a verdict on the user's project, not a fault of ours
    """The step's own work failed (a training that fails, a command that hangs): the gate closes."""


class Infrastructure(Exception):  # noqa: N818 - the world's fault: try again
    """Something outside the project failed: network, registry, engine, a host that was killed."""


class Refused(Exception):  # noqa: N818 - the user's mistake, told in words
    """What was asked for cannot be done as asked; the message has place, found, expected, next act."""


class Store(Protocol):
    """The content-addressed state folder."""

    def add(self, name: str, source: Path, *, media_type: str = ...) -> Artifact:
        """Copy the file `source` in and return the artifact `name`."""
        ...

    def path(self, artifact: Artifact) -> Path:
        """Return the artifact's file, after its digest was verified; raise Refused where it differs."""
        ...


class Docker(Protocol):
    """The part of a Docker engine that we use."""

    def unavailable(self) -> str:
        """Return why no engine answers; empty where one does."""
        ...

    def load(self, archive: Path) -> str:
        """Load an image archive and return the image's id (its config digest, `sha256:...`)."""
        ...

    def tag(self, image: str, reference: str) -> None:
        """Give the image a further reference `name:tag`."""
        ...

    def build(
        self, context: Path, *, dockerfile: str, labels: Mapping[str, str], arguments: Mapping[str, str], log: Path
    ) -> str:
        """Build `dockerfile` in the tar `context` and return the image's id; what is said goes to `log`."""
        ...

    def save(self, image: str, target: Path) -> None:
        """Write the image to `target` as `docker save` does."""
        ...

    def run(self, image: str, *, name: str, labels: Mapping[str, str]) -> tuple[str, str]:
        """Start a hardened container; return its id and the loopback URL of its port 8080."""
        ...

    def ended(self, container: str) -> str:
        """Return how the container ended, such as `exit code 1`; empty while it runs."""
        ...

    def logs(self, container: str) -> str:
        """Return the container's last 100 lines."""
        ...

    def stop(self, container: str) -> None:
        """Stop the container with a grace of 10 seconds and remove it."""
        ...


class Clock(Protocol):
    """The time, so that tests choose it."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        ...


class Tools(Protocol):
    """Every way to touch the world that is handed to a step or a provider.

    `root` is the repository. `work` is an empty folder of this step or provider alone, removed afterwards.
    `cache` is kept between runs and projects. `log` is the file for the step's own output.
    """

    root: Path
    work: Path
    cache: Path
    log: Path
    store: Store
    docker: Docker
    clock: Clock

    def say(self, text: str) -> None:
        """Show progress: one short line that replaces the last."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A step function with its place in the plan; `acts` means that it changes the world outside."""

    name: str
    phase: Phase
    makes: tuple[str, ...]
    acts: bool
    function: Callable[..., Iterator[Finding | Artifact | Waiting]]

    @property
    def title(self) -> str:
        """The docstring's first line."""
        return _first_line(self.function)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that it asks for."""
        return inputs_of(self.function)

    @property
    def options(self) -> dict[str, Any]:
        """The JSON Schema of `[steps.<name>]`."""
        return options_of(self.function)

    @property
    def defaults(self) -> dict[str, Any]:
        """The options' defaults."""
        return defaults_of(self.function)


@dataclass(frozen=True, slots=True)
class Provider:
    """A function that makes the input it is named after.

    `family` is its file's name and its section in the configuration. What depends on a provider that is not
    `reusable` (it asks the network or the clock) is judged anew in every run. One that is made `ahead` yields
    `Waiting` while its program starts, and is begun before somebody waits for it.
    """

    name: str
    family: str
    reusable: bool
    function: Callable[..., Any]
    ahead: bool = False

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that it asks for."""
        return inputs_of(self.function)

    @property
    def wants_tools(self) -> bool:
        """True where the function takes `tools`."""
        return asks_for_tools(self.function)

    @property
    def options(self) -> dict[str, Any]:
        """The JSON Schema of its part of `[providers.<family>]`."""
        return options_of(self.function)

    @property
    def defaults(self) -> dict[str, Any]:
        """The options' defaults."""
        return defaults_of(self.function)


def step(
    phase: Phase, *, makes: str = "", acts: bool = False
) -> Callable[[Callable[..., Iterator[Finding | Artifact | Waiting]]], Step]:
    """Make a step of the function below; `makes` names its artifacts, separated by spaces.

    Where only a program of its own works it may yield `Waiting`: what does not need it goes on meanwhile.
    """
    return lambda function: Step(function.__name__, phase, tuple(makes.split()), acts, function)


def provider(*, reusable: bool = True, ahead: bool = False) -> Callable[[Callable[..., Any]], Provider]:
    """Make a provider of the function below.

    A generator function is a context manager: it yields its value once, after any `Waiting`, and closes what it
    opened after.
    """

    def wrap(function: Callable[..., Any]) -> Provider:
        family = function.__module__.rpartition(".")[2]
        return Provider(function.__name__, family, reusable, function, ahead)

    return wrap


def _first_line(function: Callable[..., object]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
