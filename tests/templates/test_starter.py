from __future__ import annotations

import hashlib
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from model_checks.contract.dialect import Contract
from model_checks.datasheet import questions, read_datasheet
from model_checks.lock import read_lock

STARTER = Path(__file__).parents[2] / "templates" / "starter"


def settings() -> dict[str, dict[str, str]]:
    return tomllib.loads((STARTER / "iddr.toml").read_text("utf-8"))


def trained(folder: Path) -> str:
    shutil.copytree(STARTER, folder, ignore=shutil.ignore_patterns("build"))
    command = settings()["model"]["command"].split()
    assert command[0] == "python"
    done = subprocess.run([sys.executable, *command[1:]], cwd=folder, check=True, capture_output=True, text=True)
    assert "trained on 341 rows" in done.stdout
    return hashlib.sha256((folder / settings()["model"]["artifact"]).read_bytes()).hexdigest()


def test_tables_are_made_again_byte_for_byte(tmp_path: Path):
    runpy.run_path(str(STARTER / "data" / "make_data.py"))["main"](tmp_path)
    for name in ("train.csv", "test.csv"):
        assert (tmp_path / name).read_bytes() == (STARTER / "data" / name).read_bytes()


def test_no_row_is_in_both_tables_and_both_classes_are_in_each():
    train, test = (
        (STARTER / "data" / name).read_text("ascii").splitlines()[1:] for name in ("train.csv", "test.csv")
    )
    assert len(train) + len(test) == 569
    assert not set(train) & set(test)
    shares = [sum(row.endswith(",malignant") for row in rows) / len(rows) for rows in (train, test)]
    assert shares[0] == pytest.approx(shares[1], abs=0.01)


def test_training_twice_gives_the_same_file(tmp_path: Path):
    assert trained(tmp_path / "first") == trained(tmp_path / "second")


def test_every_row_obeys_the_contract():
    import pandas as pd

    contract = Contract.load(STARTER / "contract.schema.json")
    assert settings()["data"]["target"] in contract.required
    for name in ("train.csv", "test.csv"):
        rows = pd.read_csv(STARTER / "data" / name).to_dict("records")
        assert rows
        assert [fault for row in rows for fault in contract.faults(row)] == []


def test_contract_refuses_what_is_no_measurement():
    import pandas as pd

    contract = Contract.load(STARTER / "contract.schema.json")
    row = pd.read_csv(STARTER / "data" / "test.csv").to_dict("records")[0]
    assert [f.rule for f in contract.faults(row | {"mean_area": -1.0})] == ["minimum"]
    assert [f.rule for f in contract.faults(row | {"diagnosis": "unclear"})] == ["enum"]


def test_datasheet_leaves_no_question_and_its_evidence_is_there():
    datasheet = read_datasheet(STARTER / "datasheet.toml")
    assert questions(datasheet) == []
    evidence = datasheet.sections["source"]["evidence"]
    assert {e["file"] for e in evidence} == {settings()["data"]["train"], settings()["data"]["test"]}
    for entry in evidence:
        assert hashlib.sha256((STARTER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_lock_pins_every_package_with_hashes_and_names_no_index():
    lock = read_lock(STARTER / "requirements.txt")
    assert lock.problems == ()
    assert all(requirement.hashes for requirement in lock.requirements)
    wanted = (STARTER / "requirements.in").read_text("ascii").split()
    assert set(wanted) <= {requirement.name for requirement in lock.requirements}
    assert not re.search("://|^-", (STARTER / "requirements.txt").read_text("ascii"), re.MULTILINE)


def test_no_file_that_training_leaves_behind_is_part_of_the_template():
    ignored = (STARTER / ".gitignore").read_text("ascii").split()
    assert Path(settings()["model"]["artifact"]).parts[0] + "/" in ignored
