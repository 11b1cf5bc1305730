"""What commands say when something is amiss, read aloud once: what was found, and what to do next."""

from __future__ import annotations

import json
import pickle
import runpy
import shutil
from pathlib import Path

import pytest

from ci_steps.cli import main
from ci_steps.commands import check as check_command
from ci_steps.steps import Refused
from model_checks.discovery import load_check

STARTER = Path(__file__).parents[3] / "templates" / "starter"


@pytest.fixture
def starter(tmp_path, monkeypatch):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train=data/train.csv",), "the input 'contract' is missing; give contract=<path>\n"),
        ((), "the input 'train' is missing; give train=<path> and contract=<path>\n"),
        (("contract=contract.schema.json",), "the input 'train' is missing; give train=<path>\n"),
    ],
)
def test_only_what_was_not_given_is_asked_for(starter, capsys, arguments, words):
    code, said = told(capsys, "check", "GV004", *arguments)
    assert (code, said) == (2, f"iddr: GV004: {words}")


def test_an_input_that_only_a_run_makes_is_no_file(starter, capsys):
    code, said = told(capsys, "check", "MQ001", "predictions=data/test.csv")
    assert (code, "predictions cannot be read from a file, a run makes it: use `iddr run`" in said) == (2, True)


def test_a_phase_alone_says_which_one_to_run_first(starter, capsys):
    code, said = told(capsys, "run", "--phase", "delivery")
    assert code == 2
    assert "delivery goes on from integration, which has not run here; run `iddr run --until delivery`" in said


def test_explain_says_when_a_check_runs_and_what_can_be_set(capsys):
    _, said = told(capsys, "explain", "rp003")
    assert "Runs in: integration; on the main branch, every night and before a release\n" in said
    _, said = told(capsys, "explain", "MQ001")
    assert "Runs in: integration; every time\n" in said
    assert "Options, set under [checks.MQ001] in iddr.toml: level\n" in said
    assert "\n  metric: " in said
    _, said = told(capsys, "explain", "RP005")
    assert "Options, set under [checks.RP005] in iddr.toml: none of its own; level\n" in said


def test_explain_writes_every_default_as_it_stands_in_the_configuration(capsys):
    _, said = told(capsys, "explain", "SV002")
    assert "\n  rows: integer, at least 0; default 100\n" in said
    [tolerance] = [line for line in said.splitlines() if line.startswith("  tolerance: ")]
    assert json.loads(tolerance.partition("; default ")[2]) == 1e-6


def test_doctor_says_of_an_engine_that_is_not_there_what_to_do(capsys, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    code, said = told(capsys, "doctor")
    assert code == 0
    assert "✗ Docker engine: none answers at unix:///nonexistent/docker.sock; start or" in said


def test_doctor_says_what_a_missing_program_is_for(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    _, said = told(capsys, "doctor")
    assert "✗ git: is not installed: revisions are read with it" in said
    assert "(apt-get install git)" in said
    assert "name a registry image in [steps.image] base" in said


def test_tables_are_given_to_a_check_as_json():
    check = load_check("MQ009")
    relation = {"name": "a", "change": {"x": "+1"}, "answer": "same"}
    assert check_command._options(check, {"relations": json.dumps([relation]), "rows": "5", "model": "m"}) == {
        "relations": [relation],
        "rows": 5,
    }
    for given, told in (
        (json.dumps([relation | {"answer": "none"}]), r"MQ009: relations\[0\].answer: found 'none'"),
        ("[{", "MQ009: relations: found '.{'; expected array"),
    ):
        with pytest.raises(Refused, match=told):
            check_command._options(check, {"relations": given})


def test_explain_tells_every_key_of_a_table(capsys):
    code, said = told(capsys, "explain", "MQ009")
    assert code == 0
    assert "Applies where one of these is declared: relations, examples\n" in said
    assert "\n  relations: list of table; default []\n    name: string. What is claimed, in words;" in said
    assert "\n    where (optional): table of string or integer or number or boolean. Only rows" in said


CHECKED = ("test=data/test.csv", "contract=contract.schema.json", "target=diagnosis")


def test_a_check_alone_loads_a_model_that_the_scan_clears(starter, capsys):
    runpy.run_path("train.py")
    relations = json.dumps([{"name": "a larger area", "change": {"worst_area": "+10%"}, "answer": "not lower"}])
    code, said = told(capsys, "check", "MQ009", "model=build/model.joblib", *CHECKED, f"relations={relations}")
    assert (code, "a larger area: holds on 228 rows" in said) == (0, True)
    code, said = told(capsys, "check", "MQ009", "model=build/model.joblib", "test=data/test.csv")
    assert (code, "a model's rows are typed by the contract; give contract=<path>" in said) == (2, True)


def test_a_check_alone_loads_no_model_that_the_scan_does_not_clear(starter, capsys):
    class Hostile:
        def __reduce__(self):
            return Path.touch, (starter / "ran",)

    (starter / "m.pickle").write_bytes(pickle.dumps(Hostile()))
    code, said = told(capsys, "check", "MQ008", "model=m.pickle", *CHECKED)
    assert (code, "not loaded, the scan did not clear it" in said) == (3, True)
    assert not (starter / "ran").exists()
