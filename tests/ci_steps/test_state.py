from __future__ import annotations

import os
import stat

import pytest

from ci_steps.state import write_whole


def test_a_file_has_the_rights_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a" / "run.json", "text")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "run.json").stat().st_mode) == 0o640


def test_what_cannot_be_written_leaves_the_old_file_and_no_other(tmp_path):
    write_whole(tmp_path / "run.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "run.json", "\udcff")
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert (tmp_path / "run.json").read_text("utf-8") == "old"


def test_a_name_as_long_as_a_file_system_allows_is_written(tmp_path):
    write_whole(tmp_path / ("n" * 255), "text")
    assert (tmp_path / ("n" * 255)).read_text("utf-8") == "text"
