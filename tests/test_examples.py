"""Every check holds and fails on its own examples, which are made anew each time."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ci_steps.results import Status, status_of
from model_checks.discovery import built_in_modules, load_check
from model_checks.running import run_check

EXAMPLES = Path(__file__).parent / "examples"
CODES = sorted(built_in_modules())


def findings(code, kind, folder):
    file = EXAMPLES / code / kind / "make.py"
    spec = importlib.util.spec_from_file_location(f"example_{code}_{kind}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.make(folder)
    options = made.pop("options", {})
    return run_check(load_check(code), made, options)


@pytest.mark.parametrize("code", CODES)
def test_the_holding_example_holds(code, tmp_path):
    assert status_of(findings(code, "holds", tmp_path)) is Status.PASSED


@pytest.mark.parametrize("code", CODES)
def test_the_failing_example_fails_with_a_rule_and_a_fix(code, tmp_path):
    found = findings(code, "fails", tmp_path)
    assert status_of(found) is Status.FAILED
    for finding in (f for f in found if f.ok is False):
        assert finding.rule
        assert finding.fix


@pytest.mark.parametrize("code", CODES)
def test_the_same_inputs_give_the_same_findings(code, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = findings(code, "holds", tmp_path / "a"), findings(code, "holds", tmp_path / "b")
    assert [f.rule for f in first] == [f.rule for f in second]
