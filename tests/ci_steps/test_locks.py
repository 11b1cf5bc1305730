from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from ci_steps.locks import locked

HOLD = """
import sys, time
from pathlib import Path
from ci_steps.locks import locked
with locked(Path(sys.argv[1]), waiting=lambda: None):
    print("held", flush=True)
    time.sleep(600)
"""


def never():
    pytest.fail("nobody held it")


def test_a_free_lock_is_taken_at_once_and_leaves_no_file(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "new" / "a.lock", waiting=never):
            assert (tmp_path / "new" / "a.lock").exists()
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_that_somebody_left_is_no_lock(tmp_path):
    (tmp_path / "a.lock").write_text("")
    with locked(tmp_path / "a.lock", waiting=never):
        pass


def test_an_error_inside_frees_it(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a.lock", waiting=never):
        raise ZeroDivisionError
    with locked(tmp_path / "a.lock", waiting=never):
        pass


def test_it_is_free_once_its_holder_was_killed(tmp_path):
    path = tmp_path / "a.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        killed = []
        with locked(path, waiting=lambda: killed.append(holder.send_signal(signal.SIGKILL))):
            assert len(killed) == 1
    finally:
        holder.kill()
        holder.communicate()


def test_many_that_want_it_hold_it_one_after_the_other(tmp_path):
    inside, most, times = [], [], []

    def work():
        for _ in range(20):
            with locked(tmp_path / "a.lock", waiting=lambda: None):
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                times.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert (max(most), len(times)) == (1, 80)
