"""Servers as processes of their own, in environments of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.benchmarks.service_load import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PATIENCE = 120.0


def environment(packages: Sequence[str], place: Path) -> Path:
    """Install `packages` into an environment of their own, with byte code; return its folder of programs."""
    from uv import find_uv_bin

    programs = place / "bin"
    subprocess.run([find_uv_bin(), "venv", "-q", "--python", sys.executable, place], check=True)
    command = [find_uv_bin(), "pip", "install", "-q", "--compile-bytecode", "--python", programs / "python"]
    subprocess.run([*command, *packages], check=True)
    return programs


@contextmanager
def started(
    command: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, and end it with all its processes."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def first_answer(process: subprocess.Popen[bytes], port: int, path: str, bodies: Sequence[bytes]) -> float:
    """Wait for the first answer; return the seconds since the call."""
    begun, said = time.perf_counter(), ""
    while time.perf_counter() - begun < PATIENCE and process.poll() is None:
        try:
            load(port, path, bodies, connections=1, requests=1)
            return time.perf_counter() - begun
        except OSError as error:
            said = str(error)
            time.sleep(0.01)
    raise RuntimeError(f"no answer: {said}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unpack_application(folder: Path) -> None:
    """Write the application layer, as the image has it, with its byte code."""
    import compileall
    import py_compile
    import shutil

    from ci_steps.serving.bundle import application_files

    for inside, source in application_files().items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / inside)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder / "app", quiet=1, invalidation_mode=unchecked)
