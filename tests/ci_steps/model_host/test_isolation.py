from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci_steps.model_host.isolation import Isolation, choose, probe
from ci_steps.steps import Refused
from tests.needs import needs_tool

if TYPE_CHECKING:
    from pathlib import Path


def program(tmp_path: Path, text: str) -> str:
    path = tmp_path / "bwrap"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_where_bubblewrap_is_missing_the_mend_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = probe()
    assert (found.level, found.reason) == ("rlimits", "bubblewrap is not installed")
    assert "apt-get install bubblewrap" in found.mend


def test_where_bubblewrap_is_forbidden_its_words_and_a_mend_are_said(tmp_path: Path) -> None:
    found = probe(program(tmp_path, "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1"))
    assert found.level == "rlimits"
    assert "setting up uid map: Permission denied" in found.reason
    assert found.mend


def test_a_bubblewrap_that_cannot_be_started_is_the_lesser_level(tmp_path: Path) -> None:
    assert probe(str(tmp_path / "none")).level == "rlimits"


def test_the_probe_tries_and_does_not_guess(full_level: Isolation) -> None:
    assert full_level.level == "bubblewrap"
    assert not full_level.reason


def test_a_required_isolation_that_is_not_there_is_refused() -> None:
    lesser = Isolation(level="rlimits", reason="not installed", mend="apt-get install bubblewrap")
    with pytest.raises(Refused, match="not installed; apt-get install"):
        choose("required", lesser)
    assert choose("preferred", lesser) is lesser


def test_a_full_isolation_fits_both_policies(full_level: Isolation) -> None:
    assert choose("required", full_level) is choose("preferred", full_level) is full_level


def test_what_is_enforced_is_recorded_and_the_lesser_level_does_not_boast(full_level: Isolation) -> None:
    needs_tool("bwrap")
    lesser = Isolation(level="rlimits").enforced
    assert lesser.keys() == full_level.enforced.keys()
    assert lesser["network"] == "open"
    assert "namespace" in full_level.enforced["network"]
