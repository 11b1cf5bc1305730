from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci_steps.tools.package_index import settings, without_passwords

if TYPE_CHECKING:
    from pathlib import Path

NO_HOME = {"HOME": "/nonexistent"}


def test_pips_variables_are_said_to_uv() -> None:
    found = settings(
        {**NO_HOME, "PIP_INDEX_URL": "https://one/simple", "PIP_CERT": "/c.pem", "PIP_FIND_LINKS": "/a /b"},
        hashed=True, files=[],
    )  # fmt: skip
    assert (found["UV_DEFAULT_INDEX"], found["SSL_CERT_FILE"]) == ("https://one/simple", "/c.pem")
    assert found["UV_FIND_LINKS"] == "/a,/b"


def test_a_later_file_wins_and_a_variable_wins_over_files(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_text("[global]\nindex-url = https://first\ncert = /first.pem\n")
    second.write_text("[global]\nindex-url = https://second/%(no)s\n")
    found = settings({**NO_HOME, "PIP_CERT": "/mine.pem"}, hashed=True, files=[first, second])
    assert (found["UV_DEFAULT_INDEX"], found["SSL_CERT_FILE"]) == ("https://second/%(no)s", "/mine.pem")


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_uv_was_told_itself_stands(name: str) -> None:
    given = {**NO_HOME, name: "https://uv", "PIP_INDEX_URL": "https://pip"}
    assert settings(given, hashed=True, files=[]) == given


def test_all_indexes_count_alike_only_where_every_file_is_hashed() -> None:
    given = {**NO_HOME, "PIP_EXTRA_INDEX_URL": "https://a\nhttps://b"}
    assert settings(given, hashed=True, files=[])["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert "UV_INDEX_STRATEGY" not in settings(given, hashed=False, files=[])
    assert settings(given, hashed=False, files=[])["UV_INDEX"] == "https://a https://b"


def test_a_broken_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("no section\n")
    assert settings(NO_HOME, hashed=True, files=[tmp_path / "pip.conf"]) == NO_HOME


def test_an_address_is_shown_without_its_password() -> None:
    text = "error at https://me:pa%40ss@host/simple and http://token@other:80/x, mail a@b.example"
    assert without_passwords(text) == (
        "error at https://***@host/simple and http://***@other:80/x, mail a@b.example"
    )
