"""Runs as a project leaves them behind: one that holds, one with every kind of trouble, and one of hostile texts."""

from __future__ import annotations

from ci_steps.results import Artifact, Gate, Result, Run, Status
from model_checks.findings import Finding, Level
from model_checks.series import Series

FACTS = {
    "host": "github", "event": "pull_request", "revision": "35c3e90fff5797ad6c1b5297ab1d3f3181bc00d4",
    "branch": "feature/more-trees", "base": "main", "pull_request": "12", "fork": "", "actor": "mira",
    "run_url": "https://github.com/example/credit/actions/runs/1", "kit": "28e8dae97e13", "sources": "ab",
}  # fmt: skip
PHASES = ("integration", "delivery", "deployment", "release")


def a_result(name="MQ001", status=Status.PASSED, *findings, kind="check", phase="integration", **more):
    fields = {"title": f"what {name} asks", "level": Level.BLOCK, "seconds": 1.5, "findings": findings}
    return Result(kind=kind, name=name, status=status, phase=phase, **fields | more)


def a_run(*results, closed=(), facts=None, **more):
    phases = dict.fromkeys(r.phase for r in results)
    gates = tuple(Gate(phase=phase, closed_by=tuple(closed)) for phase in phases)
    fields = {
        "id": "20261125T222459Z-6528c0", "model": "credit-risk", "profile": "standard",
        "started": "2026-11-25T22:24:59+00:00", "config_digest": "4971caa6a41648e60e3b9d3b2aa1c5fd",
    }  # fmt: skip
    return Run(results=results, gates=gates, facts={**FACTS, **(facts or {})}, **fields | more)


def measured(ok=True, value=0.91, limit=0.9, interval=(0.902, 0.918), **more):
    fields = {
        "message": f"roc_auc is {value} ({interval[0]} to {interval[1]}), must be at least {limit}",
        "where": "test.csv", "rule": "roc_auc",
    }  # fmt: skip
    return Finding(ok=ok, measured=value, limit=limit, interval=interval, **fields | more)


def reliability():
    x = tuple(i / 10 + 0.05 for i in range(10))
    y = tuple(v**1.3 for v in x)
    return Series(
        across="the probability of True", up="share that happened", x=x, y=y, low=tuple(v - 0.05 for v in y),
        high=tuple(v + 0.05 for v in y), rows=tuple(range(40, 140, 10)), diagonal=True,
    )  # fmt: skip


def groups():
    values = {
        "sex is f": (-0.02, True),
        "sex is m": (0.02, True),
        "age up to 30": (-0.19, False),
        "age over 60": (0.08, None),
    }
    for where, (value, ok) in values.items():
        yield Finding(
            ok=ok, where=f"test.csv: {where}", rule="share of positive answers", measured=value,
            limit=0.1 if value > 0 else -0.1, interval=(value - 0.045, value + 0.045),
            message=f"where {where}: share of positive answers differs by {value:+.3f}, must be within 0.1",
            fix="" if ok else "look at labels and rows of the group",
        )  # fmt: skip


def troubled():
    """Return a run with every status, every plot and every kind of link."""
    drift = Series(
        across="column", up="effect", labels=("income", "age", "rate (share that lacks a value)"), y=(0.21, 0.04, 0.01),
        limit=0.03,
    )  # fmt: skip
    staleness = Series(
        across="month, from first (0) to last (1)",
        up="roc_auc",
        x=(0.1, 0.5, 0.9),
        y=(0.92, 0.91, 0.9),
        low=(0.9, 0.89, 0.88),
        high=(0.94, 0.93, 0.92),
    )
    digest = "dc4ac885e243a81e7f6f8e29f63531fafc948045c6080e0ee98ffbd2e3c6a168"
    model = Artifact(name="model_file", uri=f"objects/{digest}/model.joblib", sha256=digest)
    return a_run(
        a_result("fit", kind="step", seconds=61.2, log="logs/fit.log", artifacts=(model,), findings=(Finding.said("trained in bubblewrap"),)),
        a_result("DR001", Status.FAILED, Finding(ok=False, message="values: distance is 0.210, adjusted p-value 1e-09; must be below 0.03", where="test.csv: income", rule="values", measured=0.21, limit=0.03, fix="draw train and test at random", series=drift), level=Level.WARN),
        a_result("GV003", Status.WAIVED, Finding(ok=False, message="no lawful basis is declared", where="datasheet.toml"), reason="Mira: agreed with legal (until 2027-01-31)"),
        a_result("GV012", Status.NOT_APPLICABLE, reason="no [data] time column is declared", seconds=0.0),
        a_result("MQ001", Status.FAILED, measured(ok=False, value=0.881, interval=(0.872, 0.889), fix="train on more rows, or agree on another floor")),
        a_result("MQ005", Status.PASSED, measured(rule="calibration", value=0.03, limit=0.05, interval=(0.02, 0.04), message="off by 0.030"), Finding.said("reliability: 0.1: 0.1", series=reliability()), level=Level.WARN),
        a_result("MQ007", Status.FAILED, *groups(), level=Level.WARN),
        a_result("MQ014", Status.INCONCLUSIVE, Finding(ok=None, message="120 rows cannot decide, about 900 would", fix="give a test table of more rows"), Finding.said("by month", series=staleness), level=Level.WARN),
        a_result("SC002", Status.NOT_AUDITED, reason="no index answers; run where there is one", level=Level.WARN),
        a_result("MQ010", Status.BROKEN, reason="KeyError: 'x'; this is a fault of the check", level=Level.WARN, reused_from="20261124T101010Z-aaaaaa", seconds=0.0),
        a_result("MQ013", Status.BLOCKED, phase="delivery", reason="the gate is closed by MQ001", seconds=0.0),
        closed=["MQ001"],
    )  # fmt: skip


def hostile(text):
    """Return a run in which every text that a stranger may choose is `text`."""
    finding = Finding(
        ok=False,
        message=text,
        where=text,
        rule=text,
        measured=2.0,
        limit=1.0,
        interval=(1.5, 2.5),
        unit=text,
        fix=text,
    )
    bars = Series(across=text, up=text, labels=(text,), y=(1.0,), limit=0.5)
    curve = Series(across=text, up=text, x=(0.0, 1.0), y=(0.0, 1.0))
    artifact = Artifact(name=text, uri=f"objects/{text}", sha256=text)
    return a_run(
        a_result("MQ001", Status.FAILED, finding, Finding.said(text, where=text, series=bars), Finding.said(text, series=curve), title=text, reason=text, artifacts=(artifact,), log=f"logs/{text}", reused_from=text),
        a_result("MQ004", Status.NOT_APPLICABLE, reason=text, title=text),
        closed=["MQ001"], profile=text, id=text, started=text, config_digest=text,
        facts=dict.fromkeys(("branch", "base", "revision", "actor", "run_url", "pull_request", "approved_by", "kit"), text),
    )  # fmt: skip
