"""What an interrupted run leaves: what had ended, told as interrupted, and nothing that a later phase goes on from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ci_steps.cli import main

STARTER = Path(__file__).parents[3] / "templates" / "starter"
PLUGIN = """
from model_checks.checks import Phase, check


@check("Stops here", phases=Phase.INTEGRATION)
def xx777():
    \"\"\"Stop the run as Ctrl-C does.\"\"\"
    raise KeyboardInterrupt
    yield
"""


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """Return the starter's folder, whose run is interrupted while its training still works."""
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".iddr", "build"))
    (tmp_path / "stopping.py").write_text(PLUGIN, "utf-8")
    config = tmp_path / "iddr.toml"
    text = config.read_text("utf-8").replace("schema = 1\n", 'schema = 1\nplugins = ["stopping"]\n', 1)
    config.write_text(text.replace('lock = "requirements.txt"', "current = true"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


def document(folder, name):
    return json.loads((folder / ".iddr" / name).read_text("utf-8"))


def test_what_had_ended_is_written_as_an_interrupted_run(interrupted, capsys):
    code, said = told(capsys, "run")
    assert (code, "interrupted; what had ended is kept" in said) == (130, True)
    run, outputs = document(interrupted, "run.json"), document(interrupted, "outputs.json")
    assert run["interrupted"] is True
    assert "SC003" in {result["name"] for result in run["results"]}
    assert not {"fit", "XX777"} & {result["name"] for result in run["results"]}
    assert run["gates"] == []
    assert (outputs["verdict"], outputs["exit_code"], outputs["image"]) == ("interrupted", "130", "")
    assert outputs["headline"] == "tumour-classifier: the run was interrupted before its end"
    assert "interrupted" in (interrupted / ".iddr/reports/comment.md").read_text("utf-8")
    assert not list((interrupted / ".iddr/work").iterdir())
    assert told(capsys, "verify")[0] == 0


def test_no_phase_goes_on_from_one_that_was_interrupted(interrupted, capsys):
    told(capsys, "run")
    code, said = told(capsys, "run", "--phase", "delivery")
    assert code == 2
    assert "delivery goes on from integration, which was interrupted; run it first" in said
