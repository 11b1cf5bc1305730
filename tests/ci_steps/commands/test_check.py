from __future__ import annotations

import subprocess

from tests.ci_steps.oci.small_images import small_archive
from tests.journeys.conftest import IDDR


def checked(folder, *arguments):
    ended = subprocess.run([*IDDR, "check", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def test_an_image_archive_is_judged_without_a_configuration(tmp_path):
    small_archive(tmp_path)
    code, said = checked(tmp_path, "SV001", "image=image.tar")
    assert code == 1
    assert "there is no health check, expected one" in said
    assert "user is '65532:65532'" in said
    code, said = checked(tmp_path, "SV001", "image=image.tar", "budget=0")
    assert "compressed size is" in said


def test_an_image_that_is_not_there_is_told(tmp_path):
    code, said = checked(tmp_path, "SV001", "image=none.tar")
    assert (code, "none.tar: is no image archive" in said) == (2, True)
