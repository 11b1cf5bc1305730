"""Every check keeps the contract, holds and fails on its own examples, which are made anew each time."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ci_steps.results import Status, status_of
from model_checks.discovery import built_in_modules, load_check
from model_checks.testing import obeys_contract

EXAMPLES = Path(__file__).parent / "examples"
CODES = sorted(built_in_modules())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("kind", "status"), [("holds", Status.PASSED), ("fails", Status.FAILED)])
def test_a_check_keeps_the_contract_on_its_example(code, kind, status):
    file = EXAMPLES / code / kind / "make.py"
    spec = importlib.util.spec_from_file_location(f"example_{code}_{kind}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert status_of(obeys_contract(load_check(code), make=module.make)) is status
