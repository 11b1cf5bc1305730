from __future__ import annotations

import hashlib

import pytest

from ci_steps.providers.personal_data import erasure_list, personal_columns
from ci_steps.steps import Refused
from model_checks.findings import NotAudited
from tests.model_checks.fake_table import table


def test_list_is_read_as_the_repository_has_it(tmp_path):
    path = tmp_path / "erased.txt"
    path.write_text(f"# column: email = text\n{hashlib.sha256(b'ann').hexdigest()}\n", "utf-8")
    assert erasure_list.function(path).holds("Ann", "text")


def test_list_that_cannot_be_read_is_the_users_to_mend(tmp_path):
    path = tmp_path / "erased.txt"
    path.write_text("ann@example.org\n", "utf-8")
    with pytest.raises(Refused, match=r"erased\.txt: line 1 is no digest"):
        erasure_list.function(path)


def test_key_that_the_environment_lacks_leaves_the_list_unread(tmp_path):
    path = tmp_path / "erased.txt"
    path.write_text("# algorithm: hmac-sha256\n# key: NO_SUCH_KEY_HERE\n# column: email = text\n", "utf-8")
    with pytest.raises(NotAudited, match="NO_SUCH_KEY_HERE"):
        erasure_list.function(path)


def test_all_tables_that_are_there_are_looked_at():
    seen = personal_columns.function(table(a=["1"]), None, table("now.csv", a=["1"]), distinct=7)
    assert [s.table for s in seen.sightings] == ["train.csv", "now.csv"]
    assert seen.distinct == 7
