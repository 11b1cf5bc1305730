"""One small project goes through integration for real, with its own metric, figures and search declared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ci_steps.catalogue import Catalogue
from ci_steps.config import load_config
from ci_steps.leaves import leaves_of
from ci_steps.loop import Conduct, Walk
from ci_steps.pardons import Pardons
from ci_steps.plan import make_plan
from ci_steps.results import Status
from ci_steps.state import State
from ci_steps.toolbox import Toolbox
from model_checks.checks import Phase
from tests.ci_steps.release.small_project import SmallProject
from tests.ci_steps.small import NOW, NoDocker, StoppedClock

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = f"""command = "{sys.executable} train.py"
artifact = "build/model.joblib"
metrics = "build/metrics.json"
search = "build/search.json"
"""
LIMITS = """
[metrics.profit]
function = "kpis:profit"
owner = "Jane Doe, credit risk"
[metrics.spread]
function = "kpis:spread"
[checks.MQ001]
limits = ["profit >= 1", "spread >= 0.1"]
"""
KPIS = """
import numpy as np

import prices


def profit(truth, answers, features):
    return np.where(truth == answers, prices.RIGHT, -1.0) * (features["noise"].notna())


def spread(probabilities):
    return float(np.std(probabilities[:, 1]))
"""
TRAIN = """
import json
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
search = GridSearchCV(LogisticRegression(), {"C": [0.001, 0.1, 1.0, 100.0]}, cv=3)
search.fit(train.drop(columns="y"), train["y"])
model = LogisticRegression(C=0.1).fit(train.drop(columns="y"), train["y"])
right = float((model.predict(test.drop(columns="y")) == test["y"]).mean())
build = Path("build")
build.mkdir(exist_ok=True)
joblib.dump(model, build / "model.joblib")
(build / "metrics.json").write_text(json.dumps({"test": {"accuracy": round(right, 3)}, "cv": search.best_score_}))
(build / "search.json").write_text(json.dumps({"best_params": {"C": 0.1}, "param_grid": search.param_grid}))
"""


def integrated(project: SmallProject) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the results of what is looked at here by name, and what does not apply, with its reason."""
    config, whole = load_config(project.root / "iddr.toml")
    checks = {code: whole.checks[code] for code in ("MQ001", "MQ015", "MQ018")}
    steps = {name: whole.steps[name] for name in ("collect", "fit")}
    catalogue = Catalogue(checks=checks, steps=steps, providers=whole.providers)
    leaves = leaves_of(config, {})
    plan = make_plan(config, catalogue, leaves, phases=(Phase.INTEGRATION,), heavy=False)
    toolbox = Toolbox(
        root=project.root, cache=project.root.parent / "cache", state=State.of(project.root), docker=NoDocker(),
        clock=StoppedClock(), said=lambda _: None,
    )  # fmt: skip
    conduct = Conduct(act=True, reuse=True, run_id="run")
    walk = Walk(config, catalogue, leaves, plan, toolbox, Pardons(today=NOW.date()), conduct)
    list(walk.events())
    walk.close()
    return {r.name: r for r in walk.results}, {i.name: i.not_applicable for i in plan.items if i.not_applicable}


def made(root: Path) -> SmallProject:
    project = SmallProject.made(root)
    project.change('artifact = "model.joblib"\n', DECLARED)
    (root / "iddr.toml").write_text((root / "iddr.toml").read_text() + LIMITS)
    for name, text in (("kpis", KPIS), ("prices", "RIGHT = 3.0\n"), ("train", TRAIN)):
        (root / f"{name}.py").write_text(text)
    return project


def test_a_project_with_all_three_declared_is_judged_by_them(tmp_path):
    project = made(tmp_path / "project")
    results, _ = integrated(project)
    assert {name: r.status for name, r in results.items()} == dict.fromkeys(
        ("collect", "fit", "MQ001", "MQ015", "MQ018"), Status.PASSED
    )
    assert any("agreed with Jane Doe, credit risk" in f.message for f in results["MQ001"].findings)
    assert [a.name for a in results["fit"].artifacts] == ["model_file", "metrics_file", "search_file"]

    (project.root / "prices.py").write_text("RIGHT = 0.5\n")
    (project.root / "train.py").write_text(
        TRAIN.replace("round(right, 3)", "0.99").replace('{"C": 0.1}', '{"C": 100.0}')
    )
    results, _ = integrated(project)
    failed = {n: [f.message for f in r.findings if f.ok is False] for n, r in results.items() if r.name[0] == "M"}
    assert [len(each) for each in failed.values()] == [1, 1, 1]
    assert "profit is 0.231" in failed["MQ001"][0]
    assert "0.99 was reported, and accuracy of test.csv is 0.8" in failed["MQ015"][0]
    assert "100 is the highest of 4 numbers from 0.001 to 100" in failed["MQ018"][0]

    (project.root / "train.py").write_text(TRAIN.replace('(build / "metrics.json")', '(build / "figures.json")'))
    results, _ = integrated(project)
    assert results["fit"].status is Status.FAILED
    assert "left no file 'build/metrics.json', which iddr.toml declares" in results["fit"].findings[0].message


def test_what_is_not_declared_does_not_apply(tmp_path):
    project = SmallProject.made(tmp_path / "project")
    project.train("x", "z")
    results, reasons = integrated(project)
    assert reasons == {
        "MQ015": "no [model] metrics is declared", "MQ018": "no [model] search is declared",
    }  # fmt: skip
    assert results["MQ001"].status is Status.PASSED
