from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.inputs import Scan, Threat
from model_checks.model_files.scanning import scan_file
from model_checks.security.sc001_model_file_runs_nothing import sc001

if TYPE_CHECKING:
    from pathlib import Path

OPAQUE = "the scanner cannot see through: unknown format"


def scan(*threats: str, imports: tuple[str, ...] = ()) -> Scan:
    found = tuple(Threat(what=what, where="m.joblib", why="at byte 7: it can start programs") for what in threats)
    return Scan(name="m.joblib", sha256="0" * 64, format="pickle", threats=found, imports=imports)


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


def test_vouched_import_is_noted_and_holds() -> None:
    note, finding = sc001(scan("our.Ratio", imports=("our.Ratio",)), allow=("our.Ratio",))
    assert note.note
    assert "our.Ratio" in note.message
    assert finding.ok is True


@pytest.mark.parametrize("name", ["our.rat", "our", "our.Ratio.x", "*"])
def test_vouching_for_another_name_changes_nothing(name: str) -> None:
    [finding] = sc001(scan("our.Ratio", imports=("our.Ratio",)), allow=(name,))
    assert finding.ok is False


def test_what_is_no_import_cannot_be_vouched_for() -> None:
    [finding] = sc001(scan(OPAQUE), allow=(OPAQUE,))
    assert finding.ok is False


def test_scan_that_already_knew_the_vouched_name_says_so(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"cour\nRatio\n.")
    given_to_both = scan_file(tmp_path / "m", allow=("our.Ratio",))
    assert [f.ok for f in sc001(given_to_both, allow=("our.Ratio",))] == [True, True]


@given(st.sets(st.text(min_size=1), max_size=5), st.sets(st.text(min_size=1), max_size=5))
def test_it_holds_exactly_when_every_threat_is_a_vouched_import(threats: set[str], allow: set[str]) -> None:
    found = scan(*sorted(threats), imports=tuple(sorted(threats)))
    findings = list(sc001(found, allow=tuple(allow)))
    assert (False in {f.ok for f in findings}) == bool(threats - allow)
    assert any(not f.note for f in findings)
