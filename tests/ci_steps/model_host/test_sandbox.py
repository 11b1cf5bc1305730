from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ci_steps.model_host import environments, sandbox
from ci_steps.model_host.limits import Bind, Grants, Limits
from ci_steps.model_host.sandbox import HostLost
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.model_host.running_programs import Program, appears, gone, processes_with

if TYPE_CHECKING:
    from ci_steps.model_host.isolation import Isolation

SLEEP = "import time; open('here', 'w').close(); time.sleep(300)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(300)
    os._exit(0)
"""
FORK_BOMB = """
import os, time
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        made += 1
except OSError:
    print("refused after", made)
"""


@pytest.fixture
def program(isolation: Isolation, tmp_path: Path) -> Program:
    folder = tmp_path / "folder"
    folder.mkdir()
    return Program(isolation=isolation, folder=folder, log=tmp_path / "log")


@pytest.fixture
def token() -> str:
    return f"token-{uuid.uuid4().hex}"


def test_what_it_prints_goes_to_the_log_and_its_exit_code_comes_back(program: Program) -> None:
    ended = program.run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (ended.exit_code, ended.reason) == (3, "exit code 3")
    assert sorted(program.output.splitlines()) == ["err", "out"]
    assert program.said
    assert ended.seconds > 0


def test_a_second_run_adds_to_the_log(program: Program) -> None:
    program.run("print('one')")
    program.run("print('two')")
    assert program.output.splitlines() == ["one", "two"]


def test_its_folder_is_where_it_runs_and_what_it_writes_is_ours(program: Program) -> None:
    (program.folder / "given").write_text("in")
    program.run("import os; os.makedirs('a/b'); open('a/b/out', 'w').write(open('given').read() + ' out')")
    made = program.folder / "a" / "b" / "out"
    assert made.read_text() == "in out"
    assert {path.stat().st_uid for path in (made, made.parent, program.folder)} == {os.geteuid()}


def test_a_folder_for_its_owner_alone_is_open_to_the_program(program: Program) -> None:
    program.folder.chmod(0o700)
    assert program.run("import os; open('made', 'w'); print(os.getcwd(), os.environ['PWD'])").exit_code == 0
    assert program.output.split() == [str(program.folder)] * 2
    assert (program.folder / "made").exists()
    assert program.folder.stat().st_mode & 0o777 == 0o700


def test_the_environment_is_scrubbed(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-leak")
    program.run("import os; print(sorted(os.environ)); print(os.environ)")
    assert "do-not-leak" not in program.output
    named = set(eval(program.output.splitlines()[0]))  # noqa: S307 - our own program's list of names
    assert named <= {
        "PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE",
        "PYTHONNOUSERSITE", "PYTHONUNBUFFERED", "PYTHONPATH", "PWD",
    }  # fmt: skip


def test_home_and_temporary_folder_are_private_and_writable(program: Program) -> None:
    code = "import os, tempfile; print(os.path.expanduser('~')); open(os.path.expanduser('~/x'), 'w'); tempfile.mkstemp()"
    assert program.run(code).exit_code == 0
    assert program.output.strip() != str(Path.home())


def test_a_secret_is_passed_by_name_and_stands_on_no_command_line(program: Program) -> None:
    code = """
import contextlib, glob, os
print(os.environ['TOKEN'])
seen = b''
for file in glob.glob('/proc/[0-9]*/cmdline'):
    with contextlib.suppress(OSError):  # a process may end meanwhile
        seen += open(file, 'rb').read()
print(os.environb[b'TOKEN'] in seen)
"""
    program.run(code, grants=Grants(secrets={"TOKEN": "s3cret"}))
    assert program.output.splitlines() == ["s3cret", "False"]


@pytest.mark.parametrize("name", ["LD_PRELOAD", "PATH", "PYTHONPATH", "", "A=B"])
def test_a_secret_must_not_steer_how_programs_start(name: str) -> None:
    with pytest.raises(Refused, match="steers how programs start"):
        Grants(secrets={name: "x"})


def test_a_sleeper_is_stopped_in_time_and_nothing_is_left(program: Program, token: str) -> None:
    with pytest.raises(HostLost, match=r"still ran after 0\.5 s") as lost:
        program.run(SLEEP, token, seconds=0.5)
    assert lost.value.why == "time-out"
    assert isinstance(lost.value, Infrastructure)
    assert not processes_with(token)


def test_a_program_that_ignores_term_is_killed_after_the_grace(program: Program, token: str) -> None:
    with pytest.raises(HostLost) as lost:
        program.run(STUBBORN, token, seconds=0.5, grace_seconds=0.3)
    assert lost.value.why == "time-out"
    assert not processes_with(token)


def test_a_daemon_does_not_outlive_its_program(program: Program, token: str) -> None:
    assert program.run(DAEMON, token).exit_code == 0
    assert not processes_with(token)


def test_a_memory_hog_is_stopped(program: Program, token: str) -> None:
    with pytest.raises(HostLost, match="more than 200 MB") as lost:
        program.run("x = []\nwhile True: x.append(bytearray(b'1') * 5_000_000)", token, memory_megabytes=200)
    assert lost.value.why == "out of memory"
    assert not processes_with(token)


def test_memory_is_the_sum_over_all_processes(program: Program) -> None:
    code = "import os, time\nfor _ in range(4): os.fork()\nx = bytearray(b'1') * 40_000_000\ntime.sleep(30)"
    with pytest.raises(HostLost) as lost:
        program.run(code, memory_megabytes=300)
    assert lost.value.why == "out of memory"


def test_pages_that_forked_workers_share_are_counted_once(program: Program) -> None:
    code = "import os, time\nx = bytearray(b'1') * 150_000_000\nfor _ in range(3): os.fork()\ntime.sleep(0.5)"
    assert program.run(code, memory_megabytes=400).exit_code == 0


def test_one_giant_allocation_ends_too(program: Program) -> None:
    ended = program.run("bytearray(64 << 30)", memory_megabytes=100)
    assert ended.exit_code == 1
    assert "MemoryError" in program.output


def test_a_fork_bomb_is_stopped(program: Program, token: str) -> None:
    try:
        program.run(FORK_BOMB, token, processes=40)
        assert int(program.output.split()[-1]) <= 40
    except HostLost as lost:
        said = (lost.why, str(lost))
    else:
        said = ("killed", "started more than 40 processes")
    assert said == ("killed", "started more than 40 processes")
    assert not processes_with(token)


def test_threads_count_as_processes(program: Program, token: str) -> None:
    code = """
import threading, time
for _ in range(300):
    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
time.sleep(5)
"""
    try:
        assert program.run(code, token, processes=40).exit_code == 1
        assert "can't start new thread" in program.output
    except HostLost as lost:
        said = str(lost)
    else:
        said = "started more than 40 processes"
    assert said == "started more than 40 processes"


def test_a_flood_of_output_is_capped(program: Program, token: str) -> None:
    with pytest.raises(HostLost, match="printed more than 1 MB") as lost:
        program.run("while True: print('x' * 1000)", token, output_megabytes=1)
    assert lost.value.why == "output"
    assert program.log.stat().st_size <= 1 << 20
    assert not processes_with(token)


def test_a_program_killed_from_outside_is_lost(program: Program) -> None:
    with pytest.raises(HostLost, match="signal 9") as lost:
        program.run("import os; os.kill(os.getpid(), 9)")
    assert lost.value.why == "killed"


def test_a_crash_of_the_program_is_its_own_end(program: Program) -> None:
    ended = program.run("import os; os.kill(os.getpid(), 11)")
    assert (ended.exit_code, ended.reason) == (139, "ended by signal 11 (SIGSEGV)")


def test_a_command_that_is_not_there_is_said_in_the_log(program: Program) -> None:
    ended = sandbox.run(
        ["no-such-program"], environment=environments.current(), folder=program.folder,
        isolation=program.isolation, log=program.log,
    )  # fmt: skip
    assert ended.exit_code == 127
    assert "cannot start no-such-program" in program.output


def test_no_set_uid_program_gives_new_powers(program: Program) -> None:
    program.run("print(open('/proc/self/status').read())")
    assert "NoNewPrivs:\t1" in program.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_when_we_are_interrupted_or_killed_no_process_is_left(program: Program, token: str, number: int) -> None:
    code = (
        "import sys; from pathlib import Path; from ci_steps.model_host import sandbox, environments, isolation\n"
        f"level = isolation.probe() if {program.isolation.level!r} == 'bubblewrap' else"
        " isolation.Isolation(level='rlimits')\n"
        f"sandbox.run([sys.executable, '-c', {SLEEP!r}, sys.argv[1]], environment=environments.current(),"
        f" folder=Path({str(program.folder)!r}), isolation=level, log=Path({str(program.log)!r}))"
    )
    ours = subprocess.Popen([sys.executable, "-c", code, token], stderr=subprocess.PIPE, text=True)
    assert appears(program.folder / "here")
    assert len(processes_with(token)) > 1
    ours.send_signal(number)
    _, said = ours.communicate(timeout=20)
    assert gone(token)
    assert ours.returncode == -number
    assert ("KeyboardInterrupt" in said) == (number == signal.SIGINT)


def test_a_service_runs_until_it_is_asked_to_stop(program: Program, token: str) -> None:
    code = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit('bye'))\nprint('up')\ntime.sleep(300)"
    with sandbox.start(
        [sys.executable, "-c", code, token], environment=environments.current(), folder=program.folder,
        isolation=program.isolation, log=program.log, limits=Limits(grace_seconds=5),
    ) as running:  # fmt: skip
        while "up" not in running.log_tail():
            assert running.poll()
        assert not running.wait(0.2)
        running.stop()
        assert running.ended().reason == "was stopped"
        assert running.log_tail(1) == "bye"
        assert not running.poll()
    assert not processes_with(token)


def test_leaving_the_block_ends_the_service(program: Program, token: str) -> None:
    with sandbox.start(
        [sys.executable, "-c", STUBBORN, token], environment=environments.current(), folder=None,
        isolation=program.isolation, log=program.log,
    ):  # fmt: skip
        pass
    assert not processes_with(token)


def test_what_is_granted_must_be_there(program: Program) -> None:
    with pytest.raises(Refused, match="not found"):
        program.run("", grants=Grants(binds=(Bind(source=program.folder / "nothing"),)))
