from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.inputs import Scan, Threat
from model_checks.model_files.scanning import scan_file
from model_checks.running import run
from model_checks.security.sc001_model_file_runs_nothing import sc001

if TYPE_CHECKING:
    from pathlib import Path

OPAQUE = "the scanner cannot see through: unknown format"


def scan(*threats: str, imports: tuple[str, ...] = (), trusted: tuple[str, ...] = ()) -> Scan:
    found = tuple(Threat(what=what, where="m.joblib", why="at byte 7: it can start programs") for what in threats)
    return Scan(name="m.joblib", sha256="0" * 64, format="pickle", threats=found, imports=imports, trusted=trusted)


def test_cleared_file_holds_and_says_what_was_read() -> None:
    [finding] = sc001(scan(imports=("numpy.dtype", "numpy.ndarray")))
    assert (finding.ok, finding.where) == (True, "m.joblib")
    assert "pickle file" in finding.message
    assert "2 imports" in finding.message


def test_file_without_imports_holds() -> None:
    [finding] = sc001(scan())
    assert finding.ok is True


def test_every_threat_fails_by_its_name() -> None:
    findings = list(sc001(scan("os.system", OPAQUE, imports=("os.system",))))
    assert [(f.ok, f.rule, f.where) for f in findings] == [
        (False, "os.system", "m.joblib"),
        (False, OPAQUE, "m.joblib"),
    ]
    assert all(f.fix and f.message.startswith(f.rule) for f in findings)


def test_rule_holds_no_byte_position() -> None:
    assert all("7" not in f.rule for f in sc001(scan("os.system")))


def test_vouched_import_is_noted_and_holds(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"cour\nRatio\n.")
    note, finding = sc001(scan_file(tmp_path / "m", allow=("our.Ratio", "our.Other")))
    assert note.note
    assert note.message.endswith("team: our.Ratio")
    assert finding.ok is True


@pytest.mark.parametrize("name", ["our.rat", "our", "our.Ratio.x", "*"])
def test_vouching_for_another_name_changes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "m").write_bytes(b"cour\nRatio\n.")
    [finding] = sc001(scan_file(tmp_path / "m", allow=(name,)))
    assert finding.ok is False
    assert "add 'our.Ratio' to trusted under [providers.models]" in finding.fix


def test_what_is_no_import_cannot_be_vouched_for(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"nothing known")
    [finding] = sc001(scan_file(tmp_path / "m"))
    assert finding.rule.startswith("the scanner cannot see through")
    assert [f.ok for f in sc001(scan_file(tmp_path / "m", allow=(finding.rule,)))] == [False]


def test_one_check_alone_takes_what_is_trusted_as_an_input(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"cour\nRatio\n.")
    assert [f.ok for f in run("SC001", model_file=tmp_path / "m")] == [False]
    assert [f.ok for f in run("SC001", model_file=tmp_path / "m", trusted="our.Ratio,our.Other")] == [True, True]


@given(st.sets(st.text(min_size=1), max_size=5), st.sets(st.text(min_size=1), max_size=5))
def test_it_holds_exactly_when_there_is_no_threat(threats: set[str], imports: set[str]) -> None:
    findings = list(sc001(scan(*sorted(threats), imports=tuple(sorted(threats | imports)))))
    assert (False in {f.ok for f in findings}) == bool(threats)
    assert any(not f.note for f in findings)
