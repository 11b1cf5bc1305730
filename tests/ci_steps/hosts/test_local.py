from __future__ import annotations

import subprocess

import pytest

from ci_steps.hosts.local import read, repository


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("remote", "told"),
    [
        ("https://user:token@example.org/team/models.git", "https://example.org/team/models.git"),
        ("https://token@example.org/team/models.git", "https://example.org/team/models.git"),
        ("git@example.org:team/models.git", "git@example.org:team/models.git"),
        ("/srv/models", "/srv/models"),
    ],
)
def test_the_repository_is_told_without_a_login(tmp_path, remote, told):
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "config", "remote.origin.url", remote)
    assert repository(tmp_path) == told
    (tmp_path / "one").mkdir()
    assert repository(tmp_path / "one") == f"{told} one/"


def test_without_git_the_folder_is_the_repository(tmp_path):
    assert repository(tmp_path) == str(tmp_path)
    facts = read({}, tmp_path)
    assert (facts["host"], facts["revision"], facts["branch"]) == ("local", "", "")
