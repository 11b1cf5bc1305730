from __future__ import annotations

import os
import subprocess
import sys

from tests.journeys.conftest import NO_ENGINE

UNSEEDED = """
import os
model[-1].coef_ += int.from_bytes(os.urandom(4), "little") * 1e-18
joblib.dump(model, MODEL)
"""


def run_pytest(journey, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")} | NO_ENGINE
    return subprocess.run(
        command, cwd=journey.folder, env=environment, capture_output=True, text=True, check=False
    )


def test_one_item_for_each_step_and_check(journey):
    listed = run_pytest(journey, "--iddr", "--collect-only").stdout
    assert "integration: MQ001 metrics are above their floors" in listed
    assert "delivery: image" in listed


def test_a_dry_run_passes_and_plans_what_acts(journey):
    ended = run_pytest(journey, "iddr.toml", "-rs")
    assert ended.returncode == 0, ended.stdout[-2000:]
    assert "planned: a dry run does not act" in ended.stdout


def test_a_name_selects_one_check_and_makes_what_it_needs(fresh):
    ended = run_pytest(fresh, "--iddr", "-k", "MQ001")
    assert "1 passed" in ended.stdout


def test_a_failed_check_shows_what_was_measured(journey):
    journey.change("train.py", "joblib.dump(model, MODEL)", "model[-1].coef_ *= -1\njoblib.dump(model, MODEL)")
    ended = run_pytest(journey, "--iddr", "-k", "MQ001")
    assert ended.returncode == 1
    assert "roc_auc" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_nothing_is_collected_among_a_teams_own_tests(journey):
    (journey.folder / "test_own.py").write_text("def test_own():\n    assert True\n")
    assert "1 passed" in run_pytest(journey).stdout


def test_workers_share_the_plan(journey):
    ended = run_pytest(journey, "--iddr", "-n", "2", "-k", "MQ001 or GV004 or RP001")
    assert "3 passed" in ended.stdout, ended.stdout[-2000:]


def test_workers_train_once(fresh):
    with (fresh.folder / "train.py").open("a") as script:
        script.write(UNSEEDED)  # each training leaves another file
    ended = run_pytest(fresh, "--iddr", "-n", "2", "-k", "MQ001 or MQ008")
    assert "2 passed" in ended.stdout, ended.stdout[-2000:]
    assert len(list((fresh.folder / ".iddr/objects").glob("*/model.joblib"))) == 1
