from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from ci_steps.forms.conversion import Conversion
from ci_steps.state import State
from ci_steps.toolbox import ItemTools, SystemClock
from ci_steps.tools.docker_engine import DockerEngine
from model_checks.contract.dialect import Contract
from model_checks.inputs import Scan
from tests.ci_steps.deliver.images import PYTHON, shared_cache
from tests.ci_steps.serving.packages import CONTRACT, trained

STARTER = Path(__file__).parents[3] / "templates/starter"


def tools_in(root):
    """Return tools whose state, work and log lie in `root`."""
    (root / "work").mkdir(parents=True)
    return ItemTools(
        root=root, work=root / "work", cache=shared_cache(), log=root / "log", store=State.of(root),
        docker=DockerEngine(), clock=SystemClock(), said=lambda _: None,
    )  # fmt: skip


def artifact_of(step, **inputs):
    """Run a step; return the path of what it made, and what it said."""
    *said, artifact = step.function(**inputs)
    return inputs["tools"].store.path(artifact), [finding.message for finding in said]


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """Return what the package step asks for: a trained model with its contract, data and lock."""
    import joblib

    root = tmp_path_factory.mktemp("project")
    document = copy.deepcopy(CONTRACT)
    document["properties"]["outcome"] = {"type": "string", "enum": ["good", "bad"]}
    document["required"].append("outcome")
    (root / "contract.json").write_text(json.dumps(document))
    (root / "train.csv").write_text("age,outcome\n30,good\n")
    joblib.dump(trained(), root / "model.joblib")
    digest = hashlib.sha256((root / "model.joblib").read_bytes()).hexdigest()
    return SimpleNamespace(
        packaged_file=root / "model.joblib", contract_file=root / "contract.json", train_file=root / "train.csv",
        lock_file=STARTER / "requirements.txt", contract=Contract.load(root / "contract.json"),
        packaged_scan=Scan(name="model.joblib", sha256=digest, format="joblib", threats=()),
        conversion=Conversion(form="original", judged=digest, packaged=digest), classes=(),
        name="credit", task="binary-classification", target="outcome", python=PYTHON, revision="r" * 40,
    )  # fmt: skip
