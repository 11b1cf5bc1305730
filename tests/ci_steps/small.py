"""A small project whose steps and checks are functions of a few lines: for tests of plan, loop and reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ci_steps.catalogue import Catalogue
from ci_steps.config import Config
from ci_steps.events import phases_until
from ci_steps.leaves import Leaf, Leaves, digest_of
from ci_steps.limits import Limits
from ci_steps.loop import Conduct, Walk
from ci_steps.pardons import Pardons
from ci_steps.plan import make_plan
from ci_steps.state import State
from ci_steps.steps import Provider, Step
from ci_steps.toolbox import Toolbox
from model_checks.checks import BLOCK, Check, Phase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class NoDocker:
    def unavailable(self) -> str:
        return "a test has none"


def a_check(
    function: Callable[..., Any], *, phases: Phase = Phase.INTEGRATION, levels: Any = (BLOCK,) * 3,
    weight: Any = "light",
) -> Any:  # fmt: skip
    code = function.__name__.upper()
    return Check(code, f"title of {code}", phases, levels, weight, False, function)


def a_step(function: Callable[..., Any], phase: Phase, makes: str = "", *, acts: bool = False) -> Step:
    return Step(function.__name__, phase, tuple(makes.split()), acts, function)


def a_config(root: Path, profile: str = "starter", **options: Any) -> Config:
    return Config(
        path=root / "iddr.toml", profile=profile, model={"name": "m"}, data={}, environment={},
        options={"checks": {}, "steps": {}, "providers": {}} | options.pop("options", {}),
        levels=options.pop("levels", {}), waivers=(), digest="d", limits=options.pop("limits", None) or Limits(),
    )  # fmt: skip


class Small:
    """Builds walks of one small project; `leaves` are values by name."""

    def __init__(self, root: Path, *parts: Any, absent: dict[str, str] | None = None, **leaves: Any) -> None:
        self.root, self.absent, self.values = root, absent or {}, leaves
        self.catalogue = Catalogue(
            checks={p.code: p for p in parts if isinstance(p, Check)},
            steps={p.name: p for p in parts if isinstance(p, Step)},
            providers={p.name: p for p in parts if isinstance(p, Provider)},
        )
        self.said: list[str] = []
        self.cache = root / "cache"

    def leaves(self) -> Leaves:
        given = {n: Leaf(lambda v=v: v, lambda v=v: digest_of(v)) for n, v in self.values.items()}
        return Leaves(given=given, absent=self.absent)

    def walk(
        self, *, profile: str = "starter", act: bool = True, reuse: bool = True, run_id: str = "run1",
        pardons: Pardons | None = None, until: Phase = Phase.RELEASE, options: Any = None, levels: Any = None,
        heavy: bool = True, limits: Limits | None = None,
    ) -> Walk:  # fmt: skip
        config = a_config(self.root, profile, options=options or {}, levels=levels or {}, limits=limits)
        self.plan = make_plan(config, self.catalogue, self.leaves(), phases=phases_until(until), heavy=heavy)
        toolbox = Toolbox(
            root=self.root, cache=self.cache, state=State.of(self.root), docker=NoDocker(),
            clock=StoppedClock(), said=self.said.append,
        )  # fmt: skip
        conduct = Conduct(act=act, reuse=reuse, run_id=run_id)
        return Walk(
            config,
            self.catalogue,
            self.leaves(),
            self.plan,
            toolbox,
            pardons or Pardons(today=NOW.date()),
            conduct,
        )

    def results(self, **how: Any) -> dict[str, Any]:
        walk = self.walk(**how)
        self.events = list(walk.events())
        walk.close()
        return {r.name: r for r in walk.results}
