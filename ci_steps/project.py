"""Everything that a command needs of one repository: its configuration, state, plan and walk."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.config import FILE_NAME, Config, load_config
from ci_steps.events import Event, event_of, runs_heavy
from ci_steps.evidence.manifest import FILE as MANIFEST_FILE
from ci_steps.evidence.manifest import RUN_FILE, problems_of
from ci_steps.hosts.facts import facts_of
from ci_steps.leaves import Leaves, leaves_of
from ci_steps.loop import Conduct, Walk
from ci_steps.pardons import Pardons, read_baseline
from ci_steps.plan import Plan, make_plan
from ci_steps.recipes import kit_digest
from ci_steps.results import Run
from ci_steps.secrecy import Secrecy
from ci_steps.state import State, sha256_of
from ci_steps.steps import Refused
from ci_steps.toolbox import SystemClock, Toolbox, cache_folder
from ci_steps.tools.docker_engine import DockerEngine
from model_checks.checks import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ci_steps.catalogue import Catalogue
    from ci_steps.results import Gate, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One repository, read and valid."""

    config: Config
    catalogue: Catalogue
    facts: Mapping[str, str]
    leaves: Leaves
    state: State

    @classmethod
    def open(cls, path: Path, *, event: str = "", env: Mapping[str, str] = os.environ) -> Project:
        """Read the configuration at `path` (the file, or the folder that holds it); `event` overrules the host's.

        Raises:
            ConfigError: it is missing or has mistakes.
            Refused: the include that drives this run is of another version.
        """
        config, catalogue = load_config(path / FILE_NAME if path.is_dir() else path)
        facts = {**facts_of(env, config.root), "kit": kit_digest()}
        if event:
            facts["event"] = event
        return cls(
            config=config, catalogue=catalogue, facts=facts, leaves=leaves_of(config, facts),
            state=State.of(config.root),
        )  # fmt: skip

    @property
    def event(self) -> Event:
        """What this run's event asks for."""
        return event_of(self.facts)

    def plan(self, phases: tuple[Phase, ...], *, heavy: bool = False) -> Plan:
        """Return the plan for `phases`; `heavy` checks run where the facts or the phases ask for them too."""
        wanted = heavy or self.heavy(phases)
        return make_plan(self.config, self.catalogue, self.leaves, phases=phases, heavy=wanted)

    def heavy(self, phases: tuple[Phase, ...]) -> bool:
        """Tell whether heavy checks run in `phases` on this event."""
        return runs_heavy(self.facts, phases)

    def carried(self, phases: tuple[Phase, ...]) -> tuple[Result, ...]:
        """Return the verified results of the phases before `phases`, which came with the state folder.

        Raises:
            Refused: there are none, they were judged on another checkout or configuration, or a byte changed.
        """
        earlier = [p.title for p in Phase if p.value < phases[0].value]
        if not earlier:
            return ()
        has_not_run = (
            f"{phases[0].title} goes on from {earlier[-1]}, which has not run here; run "
            f"`iddr run --until {phases[-1].title}`, or bring the .iddr folder of the run that it goes on from"
        )
        if not any((self.state.folder / name).exists() for name in (RUN_FILE, MANIFEST_FILE)):
            raise Refused(has_not_run)
        if problems := problems_of(self.state.folder):
            raise Refused("\n".join(["the state that was handed over is not whole:", *problems]))
        if (approved := self.facts.get("approved")) and approved != sha256_of(self.state.folder / MANIFEST_FILE):
            raise Refused(
                f"what was approved (manifest {approved[:12]}…) is not what is here; approve the manifest that "
                f"{earlier[-1]} left"
            )
        last = self.state.last_run()
        if last is None:
            raise Refused(has_not_run)
        now = {"configuration": self.config.digest, "sources": self.sources_digest()}
        then = {"configuration": last.config_digest, "sources": last.facts.get("sources", "")}
        if changed := [name for name, digest in now.items() if then[name] != digest]:
            raise Refused(
                f"{' and '.join(changed)} changed since {earlier[-1]} was judged: "
                f"run `iddr run --until {phases[-1].title}` on this checkout"
            )
        if lacking := [p for p in earlier if p not in {g.phase for g in last.gates if not g.before}]:
            how = "was interrupted" if last.interrupted else "has not run"
            raise Refused(f"{phases[0].title} goes on from {lacking[-1]}, which {how}; run it first")
        return tuple(r for r in last.results if r.phase in earlier)

    def sources_digest(self) -> str:
        """Return the digest of all that training sees."""
        return self.leaves.given["sources"].recipe() or ""

    def walk(self, plan: Plan, *, act: bool, reuse: bool, said: Callable[[str], None]) -> tuple[Walk, Run]:
        """Return a walk of `plan`, and the run that it will fill, without results yet."""
        clock = SystemClock()
        now = clock.now()
        run = Run(
            id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", model=self.config.model["name"],
            profile=self.config.profile, started=now.isoformat(timespec="seconds"),
            config_digest=self.config.digest, facts={**self.facts, "sources": self.sources_digest()},
            results=(), gates=(), dry=not act,
        )  # fmt: skip
        toolbox = Toolbox(
            root=self.config.root, cache=cache_folder(), state=self.state, docker=DockerEngine(), clock=clock,
            said=said, secrecy=Secrecy.of(self.config.environment.get("secrets", ()), os.environ),
        )  # fmt: skip
        pardons = Pardons(waivers=self.config.waivers, baseline=read_baseline(self.config.root), today=now.date())
        conduct = Conduct(act=act, reuse=reuse, run_id=run.id, carried=self.carried(plan.phases))
        walk = Walk(self.config, self.catalogue, self.leaves, plan, toolbox, pardons, conduct)
        return walk, run


def gates_of(walk: Walk, plan: Plan) -> tuple[Gate, ...]:
    """Return the gate after each phase of `plan` and after those before it whose results were carried."""
    ended = {result.phase for result in walk.results}
    return tuple(walk.gate_after(phase) for phase in Phase if phase in plan.phases or phase.title in ended)
