"""A project of three features that goes from its data to a release in seconds: no image, the current environment."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from ci_steps.catalogue import Catalogue
from ci_steps.config import load_config
from ci_steps.leaves import leaves_of
from ci_steps.loop import Conduct, Walk
from ci_steps.pardons import Pardons
from ci_steps.plan import make_plan
from ci_steps.release.ledger import read_ledger, write_ledger
from ci_steps.state import State, sha256_of
from ci_steps.toolbox import Toolbox
from model_checks.checks import Phase
from tests.ci_steps.small import NOW, NoDocker, StoppedClock, a_step

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = f"""
schema = 1
profile = "standard"
[model]
name = "m"
task = "binary-classification"
artifact = "model.joblib"
[data]
contract = "contract.json"
target = "y"
train = "train.csv"
test = "test.csv"
[providers.footprints]
rows = 60
batches = 5
batch = 100
[environment]
current = true
python = "{sys.version_info.major}.{sys.version_info.minor}"
"""
CONTRACT = {
    "type": "object",
    "properties": {**{name: {"type": "number"} for name in ("x", "z", "noise")}, "y": {"type": "integer"}},
    "required": ["x", "z", "noise", "y"],
}


def deployed(model_file: Path, tools: Any) -> Any:
    """Deploy an image that is known by its model."""
    file = tools.work / "deployment.json"
    file.write_text(json.dumps({"image": sha256_of(model_file), "config": "sha256:2", "target": "process"}))
    yield tools.store.add("deployment_file", file)


def rows(count: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    table = pd.DataFrame({name: random.normal(size=count) for name in ("x", "z", "noise")})
    return table.assign(y=(table["x"] + table["z"] + random.normal(size=count) > 0).astype(int))


@dataclass(frozen=True)
class SmallProject:
    root: Path

    @classmethod
    def made(cls, root: Path) -> SmallProject:
        """Write the project's files, without a model."""
        root.mkdir()
        project = cls(root)
        (root / "iddr.toml").write_text(CONFIG)
        project.set_contract(CONTRACT)
        rows(300, 1).to_csv(root / "train.csv", index=False)
        rows(1500, 2).to_csv(root / "test.csv", index=False)
        return project

    @property
    def state(self) -> Path:
        return self.root / ".iddr"

    def set_contract(self, document: Any) -> None:
        (self.root / "contract.json").write_text(json.dumps(document))

    def change(self, old: str, new: str) -> None:
        path = self.root / "iddr.toml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def train(self, *features: str) -> None:
        """Leave a model that looks at `features` alone."""
        train = pd.read_csv(self.root / "train.csv")
        chosen = make_column_transformer(("passthrough", list(features)))
        model = make_pipeline(chosen, LogisticRegression()).fit(train.drop(columns="y"), train["y"])
        joblib.dump(model, self.root / "model.joblib")

    def with_released(self, name: str, file: Path) -> None:
        """Let the release have kept `file` as the artifact `name`."""
        ledger = read_ledger(self.state)
        [release] = ledger.releases
        others = [each for each in release.kept if each.name != name]
        release = dataclasses.replace(release, kept=(*others, State(self.state).add(name, file)))
        write_ledger(self.state, dataclasses.replace(ledger, releases=(release,)))

    def run(
        self,
        *,
        profile: str = "",
        act: bool = True,
        cache: Path | None = None,
        checks: tuple[str, ...] = ("MQ002",),
    ) -> dict[str, Any]:
        """Go through all phases with these checks; return the results by name."""
        config, whole = load_config(self.root / "iddr.toml")
        config = dataclasses.replace(config, profile=profile or config.profile)
        steps = {name: whole.steps[name] for name in ("collect", "fit", "profile", "promote")}
        steps["deployed"] = a_step(deployed, Phase.DEPLOYMENT, "deployment_file")
        catalogue = Catalogue(
            checks={code: whole.checks[code] for code in checks}, steps=steps, providers=whole.providers
        )
        leaves = leaves_of(config, {})
        plan = make_plan(config, catalogue, leaves, phases=tuple(Phase), heavy=False)
        toolbox = Toolbox(
            root=self.root, cache=cache or self.root.parent / "cache", state=State.of(self.root), docker=NoDocker(),
            clock=StoppedClock(), said=lambda _: None,
        )  # fmt: skip
        conduct = Conduct(act=act, reuse=True, run_id="run")
        walk = Walk(config, catalogue, leaves, plan, toolbox, Pardons(today=NOW.date()), conduct)
        list(walk.events())
        walk.close()
        return {result.name: result for result in walk.results}
