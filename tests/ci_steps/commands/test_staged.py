"""The commit hook: `iddr validate --staged` judges what would be committed, not what lies in the folder."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ci_steps.cli import main

STARTER = Path(__file__).parents[3] / "templates" / "starter"
TEMPLATE = STARTER.parent / "pre-commit-config.yaml"
KEY = "AKIA" + "QWERTYUIOPASDFGH"


def git(folder, *arguments):
    named = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", "-C", folder, *named, *arguments], check=False, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a committed starter in a folder of a larger repository."""
    folder = tmp_path / "models" / "one"
    shutil.copytree(STARTER, folder)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    assert git(tmp_path, "commit", "-q", "-m", "start").returncode == 0
    monkeypatch.chdir(folder)
    return folder


def judged(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--staged"])
    out, err = capsys.readouterr()
    return ended.value.code, out + err


def test_without_anything_staged_the_configuration_alone_is_judged(project, capsys):
    code, said = judged(capsys)
    assert code == 0
    assert "nothing is staged here" in said


def test_a_staged_secret_is_found_also_when_the_folder_is_clean_again(project, capsys):
    (project / "leak.py").write_text(f'key = "{KEY}"\n')
    git(project, "add", "leak.py")
    (project / "leak.py").write_text("clean\n")
    code, said = judged(capsys)
    assert code == 1
    assert "leak.py:1: AWS access key id" in said
    assert KEY not in said


def test_a_secret_that_is_not_staged_does_not_stop_the_commit(project, capsys):
    (project / "fine.py").write_text("fine\n")
    git(project, "add", "fine.py")
    (project / "fine.py").write_text(f'key = "{KEY}"\n')
    code, said = judged(capsys)
    assert code == 0
    assert "SC003     no secret in the repository: passed" in said


def test_what_is_staged_beside_the_project_is_not_its_business(project, capsys):
    (project.parent / "other.py").write_text(f'key = "{KEY}"\n')
    git(project, "add", "../other.py")
    assert judged(capsys)[0] == 0


def test_a_staged_model_file_that_runs_code_is_found(project, capsys):
    class Hostile:
        def __reduce__(self):
            return os.system, ("true",)

    (project / "model.pkl").write_bytes(pickle.dumps(Hostile()))
    git(project, "add", "-f", "model.pkl")
    code, said = judged(capsys)
    assert code == 1
    assert "SC001" in said
    assert "system" in said


def test_a_staged_lock_without_hashes_is_told(project, capsys):
    (project / "requirements.txt").write_text("scikit-learn==1.9.1\n")
    git(project, "add", "requirements.txt")
    code, said = judged(capsys)
    assert "RP001" in said
    assert "has no sha256 hash" in said
    assert code == 0, "the profile starter warns of it"


@pytest.mark.parametrize("name", ["--help", "a\nb.py", "$(touch x).py", "ü \udcff.py", " .py"])
def test_whatever_a_file_is_called_it_is_judged(project, capsys, name):
    path = os.fsencode(project) + b"/" + os.fsencode(name)
    Path(os.fsdecode(path)).write_text(f'key = "{KEY}"\n')
    subprocess.run(["git", "add", "--", os.fsencode(name)], check=True, cwd=project)
    assert judged(capsys)[0] == 1
    assert not (project / "x").exists()


def test_a_link_that_is_staged_leads_nowhere(project, capsys):
    (project / "link.pkl").symlink_to("/etc/hostname")
    git(project, "add", "link.pkl")
    assert judged(capsys)[0] == 0


def test_outside_git_it_says_so(tmp_path, monkeypatch, capsys):
    shutil.copytree(STARTER, tmp_path / "one")
    monkeypatch.chdir(tmp_path / "one")
    code, said = judged(capsys)
    assert code == 2
    assert "--staged looks at what git has staged" in said


def test_the_template_stops_a_commit_through_a_real_hook(project):
    [hook] = yaml.safe_load(TEMPLATE.read_text("utf-8"))["repos"][0]["hooks"]
    program = "from ci_steps.cli import main; main()"
    script = hook["entry"].replace("iddr", f"{sys.executable} -c '{program}'", 1)
    path = project.parents[1] / ".git" / "hooks" / "pre-commit"
    path.write_text(f"#!/bin/sh\ncd models/one && exec {script}\n")
    path.chmod(0o755)
    (project / "leak.py").write_text(f'key = "{KEY}"\n')
    git(project, "add", "leak.py")
    refused = git(project, "commit", "-q", "-m", "leak")
    assert refused.returncode == 1
    assert "SC003" in refused.stdout + refused.stderr
    (project / "leak.py").write_text("fine\n")
    assert git(project, "commit", "-q", "-a", "-m", "fine").returncode == 0
