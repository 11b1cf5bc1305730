from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ci_steps
from ci_steps.model_host import environments, sandbox
from ci_steps.model_host.isolation import Isolation
from ci_steps.model_host.limits import Bind, Grants
from ci_steps.model_host.walls import Walls
from ci_steps.steps import Refused
from tests.ci_steps.model_host.running_programs import Program
from tests.needs import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT = (
    "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 3).close(); print('through')"
)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")


@pytest.fixture
def program(full_level: Isolation, tmp_path: Path) -> Program:
    folder = tmp_path / "folder"
    folder.mkdir()
    return Program(isolation=full_level, folder=folder, log=tmp_path / "log")


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def accept(server: socket.socket) -> None:
    try:
        while True:
            server.accept()[0].close()
    except OSError:
        return


def test_the_network_is_closed(program: Program, port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 3).close()
    assert program.run(CONNECT, str(port)).exit_code == 1
    assert "through" not in program.output


def test_the_network_is_open_where_it_is_granted(program: Program, port: int) -> None:
    assert program.run(CONNECT, str(port), grants=Grants(network=True)).exit_code == 0
    assert "through" in program.output


def test_the_lesser_level_does_not_close_the_network(program: Program, port: int) -> None:
    program.isolation = Isolation(level="rlimits")
    assert program.run(CONNECT, str(port)).exit_code == 0


def test_no_abstract_socket_of_the_machine_is_reached(program: Program) -> None:
    name = f"\0iddr-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = f"import socket; socket.socket(socket.AF_UNIX).connect({name!r})"
        assert program.run(code).exit_code == 1


@pytest.mark.parametrize(
    "path", ["/etc/shadow", "/etc/passwd-", "/var/run/docker.sock", "/run/docker.sock", "/boot"]
)
def test_files_of_the_machine_are_not_there(program: Program, path: str) -> None:
    assert program.run(f"import os, sys; sys.exit(os.path.exists({path!r}))").exit_code == 0


def test_neither_the_home_nor_the_files_beside_its_folder_are_there(program: Program, tmp_path: Path) -> None:
    (tmp_path / "beside").write_text("private")
    home = Path.home()
    listed = {path.name for path in home.iterdir()}
    code = f"""
import os
print(os.path.exists({str(tmp_path / "beside")!r}))
print(sorted(os.listdir({str(home)!r})) if os.path.isdir({str(home)!r}) else [])
"""
    assert program.run(code).exit_code == 0
    there, names = program.output.splitlines()
    needed = {
        path.relative_to(home).parts[0]
        for path in (*environments.current().binds, program.folder)
        if path.is_relative_to(home) and path != home
    }
    assert there == "False"
    assert set(eval(names)) <= needed  # noqa: S307 - our own program's list of names
    assert needed <= listed


@AS_ROOT
def test_its_folder_is_reached_through_a_granted_one_that_holds_a_private_one(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, private = tmp_path / "project", tmp_path / "project/.iddr/work/fit-1"
    program.folder, other = private / "source", private / "other"
    program.folder.mkdir(parents=True)
    other.write_text("private")
    private.chmod(0o700)
    (project / "own.py").write_text("NUMBER = 7")
    monkeypatch.setenv("PYTHONPATH", str(project))
    code = f"import os, own; open('made', 'w').write(str(own.NUMBER)); print(os.path.exists({str(other)!r}))"
    assert program.run(code).exit_code == 0, program.output
    assert ((program.folder / "made").read_text(), program.output.strip()) == ("7", "False")


@pytest.mark.parametrize("place", ["/", "/usr", "/etc", "/dev", "/run", sys.prefix])
def test_nothing_can_be_written_but_its_own(program: Program, place: str) -> None:
    program.run(f"import os; print(os.access({place!r}, os.W_OK)); open({place!r} + '/x', 'w')")
    assert program.output.startswith("False" if place != "/dev" else ("True", "False"))
    assert not Path(place, "x").exists()


def test_kernel_settings_cannot_be_written(program: Program) -> None:
    found = "[f for d, _, fs in os.walk('/proc/sys') for f in fs if os.access(os.path.join(d, f), os.W_OK)]"
    program.run(f"import os; print({found}, os.access('/proc/sysrq-trigger', os.W_OK))")
    assert program.output.strip() == "[] False"


def test_it_holds_no_powers(program: Program) -> None:
    program.run("import os; print(open('/proc/self/status').read()); print('uid', os.getuid(), os.getgroups())")
    held = {line.partition(":\t")[0]: line.partition(":\t")[2] for line in program.output.splitlines()}
    assert {int(held[name], 16) for name in ("CapEff", "CapPrm", "CapAmb")} == {0}
    assert "uid 0 " not in program.output


@AS_ROOT
def test_before_root_is_left_there_is_little_that_it_could_do(full_level: Isolation) -> None:
    """Look, and never write: what is open here is the machine's own."""
    walls = Walls(program=full_level.program, drops_user=True, features=full_level.features)
    look = """
find /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus -type f -writable
touch /x /etc/x /usr/x
grep CapEff /proc/self/status
"""
    told = subprocess.run([*walls.arguments(), "/bin/sh", "-c", look], capture_output=True, text=True, check=True)
    setgid_and_setuid = (1 << 6) | (1 << 7)
    assert told.stdout.split() == ["CapEff:", f"{setgid_and_setuid:016x}"]
    assert told.stderr.count("Read-only file system") == 3


def test_other_processes_are_not_seen(program: Program) -> None:
    program.run("import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]))")
    assert int(program.output) <= 3


def test_no_disk_can_be_mounted_and_no_device_read(program: Program) -> None:
    program.run("import os; print(sorted(os.listdir('/dev')))")
    assert set(eval(program.output)) <= {  # noqa: S307 - our own program's list of names
        "console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
        "tty", "urandom", "zero",
    }  # fmt: skip


def test_temporary_space_is_bounded(program: Program) -> None:
    code = "f = open('/tmp/big', 'wb')\nfor _ in range(200): f.write(b'0' * 1_000_000)"
    assert program.run(code, memory_megabytes=100).exit_code == 1
    assert "No space left" in program.output


def test_a_user_has_a_name(program: Program) -> None:
    program.run("import getpass; print(getpass.getuser())")
    assert program.output.strip() == "model"


def test_a_grant_is_read_only_unless_it_says_otherwise(program: Program, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir(mode=0o755)
    (given / "file").write_text("data")
    (given / "file").chmod(0o644)
    code = "import sys; print(open(sys.argv[1] + '/file').read()); open(sys.argv[1] + '/file', 'w')"
    assert program.run(code, str(given), grants=Grants(binds=(Bind(source=given),))).exit_code == 1
    assert (given / "file").read_text() == "data"
    writable = Grants(binds=(Bind(source=given, target="/run/given", writable=True),))
    assert program.run(code, "/run/given", grants=writable).exit_code == 0
    assert (given / "file").read_text() == ""
    assert (given / "file").stat().st_uid == os.geteuid()


@pytest.mark.parametrize("path", ["/", "/etc", "/run", "/home"])
def test_what_the_walls_close_cannot_be_granted(program: Program, path: str) -> None:
    with pytest.raises(Refused, match="would be opened"):
        program.run("", grants=Grants(binds=(Bind(source=Path(path)),)))


@AS_ROOT
def test_a_file_for_its_owner_alone_is_refused_with_the_mend(program: Program, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.write_text("x")
    closed.chmod(0o600)
    with pytest.raises(Refused, match="chmod"):
        program.run("", grants=Grants(binds=(Bind(source=closed),)))


@AS_ROOT
def test_a_link_in_its_folder_hands_nothing_outside_over(program: Program, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("ours")
    outside.chmod(0o644)
    (program.folder / "soft").symlink_to(outside)
    (program.folder / "hard").hardlink_to(outside)
    program.run("import os; os.symlink('/etc/passwd', 'made')\nfor n in ('soft', 'hard'): open(n, 'w')")
    assert outside.read_text() == "ours"
    assert outside.stat().st_uid == os.geteuid()
    program.run("open('hard', 'w')")
    assert outside.read_text() == "ours"
    assert {path.lstat().st_uid for path in program.folder.iterdir()} == {os.geteuid()}


@AS_ROOT
def test_a_set_uid_file_comes_back_without_its_bit(program: Program) -> None:
    program.run("import os; open('tool', 'w'); os.chmod('tool', 0o4755)")
    assert (program.folder / "tool").stat().st_mode & 0o7000 == 0


@AS_ROOT
def test_an_ordinary_user_gets_the_same_walls(full_level: Isolation, tmp_path: Path) -> None:
    python, root = Path("/usr/bin/python3"), Path(ci_steps.__file__).parents[1]
    known = [python, *root.parents, root]
    if not all(path.exists() and path.stat().st_mode & 0o005 == 0o005 for path in known):
        missing("an interpreter and a checkout that every user can read")
    code = f"""
import sys
sys.path.insert(0, {str(root)!r})
from pathlib import Path
from types import SimpleNamespace
from ci_steps.model_host import isolation, sandbox, limits
found = isolation.probe()
assert (found.level, found.drops_user) == ("bubblewrap", False), found
where = SimpleNamespace(python=Path({str(python)!r}), binds=(), rootfs=None, pythonpath=())
inner = '''
import os, socket
made = 0
try:
    while made < 1000:
        if os.fork() == 0:
            import time; time.sleep(20); os._exit(0)
        made += 1
except OSError: pass
print("forks", made)
print("shadow", os.path.exists("/etc/shadow"), "net", len(socket.if_nameindex()), os.listdir("/proc/1/ns") is None)
'''
ended = sandbox.run([{str(python)!r}, "-c", inner], environment=where, folder=Path.cwd(), isolation=found,
                    log=Path("log"), limits=limits.Limits(seconds=20, processes=30))
print(ended, Path("log").read_text())
"""
    tmp_path.chmod(0o755)
    work = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    os.chown(work, 61000, 61000)
    try:
        told = subprocess.run(
            ["setpriv", "--reuid", "61000", "--regid", "61000", "--clear-groups", python, "-B", "-c", code],
            capture_output=True, text=True, cwd=work, env={"PATH": os.environ["PATH"]}, check=False, timeout=60,
        )  # fmt: skip
        assert "exit_code=0" in told.stdout, told.stderr
        forks = int(told.stdout.split("forks ")[1].split()[0])
        assert 5 < forks <= 30
        assert "shadow False net 1" in told.stdout
    finally:
        shutil.rmtree(work)


@pytest.fixture
def rootfs(tmp_path: Path) -> Path:
    """Unpack something like an image: an interpreter with its libraries in a root of its own."""
    root, base = tmp_path / "rootfs", Path(sys.base_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = Path(sys.base_prefix, "bin", version)
    skipped = shutil.ignore_patterns(
        "test", "tests", "site-packages", "dist-packages", "idlelib", "__pycache__", "*.a"
    )
    shutil.copytree(base / "lib" / version, root / "opt/python/lib" / version, ignore=skipped)
    (root / "opt/python/bin").mkdir()
    shutil.copy(program.resolve(), root / "opt/python/bin/python3")
    told = subprocess.check_output(["ldd", program], text=True)
    for word in told.split():
        if word.startswith("/"):
            inside = root / word.lstrip("/")
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(word, inside)
    (root / "etc").mkdir()
    (root / "etc/only-here").write_text("image")
    return root


def test_an_unpacked_image_is_the_whole_world(program: Program, rootfs: Path) -> None:
    inside = replace(environments.current(), rootfs=rootfs, python=Path("/opt/python/bin/python3"), binds=())
    sockets = program.folder
    code = """
import os, socket
print(open('/etc/only-here').read(), os.path.exists('/usr/bin'), os.getcwd(), os.getuid() != 0)
s = socket.socket(socket.AF_UNIX); s.bind('/run/service/socket'); s.listen(); s.settimeout(20)
s.accept()[0].sendall(b'hello')
"""
    with sandbox.start(
        ["/opt/python/bin/python3", "-c", code], environment=inside, folder=None, isolation=program.isolation,
        log=program.log, working_folder="/opt",
        grants=Grants(binds=(Bind(source=sockets, target="/run/service", writable=True),)),
    ) as running:  # fmt: skip
        while not (sockets / "socket").exists():
            assert running.poll(), running.log_tail()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(sockets / "socket"))
            assert client.recv(10) == b"hello"
        assert running.ended().exit_code == 0
    assert running.log_tail(1) == "image False /opt True"


def test_the_lesser_level_refuses_an_unpacked_image(program: Program, tmp_path: Path) -> None:
    program.isolation = Isolation(level="rlimits", reason="no bubblewrap", mend="install it")
    with pytest.raises(Refused, match="install it"), sandbox.start(
        ["x"], environment=replace(environments.current(), rootfs=tmp_path), folder=None,
        isolation=program.isolation, log=program.log,
    ):  # fmt: skip
        pass
