"""The model's own environment, built by uv from its lock and kept by its content."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import re
import shutil
import site
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.locks import locked
from ci_steps.model_host import interpreters
from ci_steps.steps import Infrastructure, Refused
from ci_steps.tools import package_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from ci_steps.model_host.interpreters import Interpreter

COMPLETE = "iddr-environment.json"
LAYOUT = "1"
NETWORK = re.compile(
    r"failed to fetch|error sending request|dns error|failed to lookup|connection (refused|reset|closed)|"
    r"timed out|timeout|network|\b(502|503|504|429)\b|could not connect|tls|certificate",
    re.IGNORECASE,
)
MISTAKE = re.compile(
    r"no solution found|hash mismatch|hashes|unsatisfiable|no matching distribution|no (usable )?wheel|"
    r"building source distributions is disabled|couldn't parse|expected one of|not found in the package registry",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where the model runs: an interpreter with its packages.

    `binds` are the folders that the sandbox must show. `digest` (SHA-256) is the identity: the lock's content with
    interpreter and platform, or what is installed in the current one. `rootfs` is an unpacked image in
    which `python` is to be looked for. `pythonpath` is searched before the packages.
    """

    python: Path
    prefix: Path
    binds: tuple[Path, ...]
    minor: str
    digest: str
    rootfs: Path | None = None
    pythonpath: tuple[str, ...] = ()


def build(
    lock: Path, *, python: str, cache: Path, say: Callable[[str], None], log: Path, sources: bool = False
) -> Environment:
    """Return the environment of `lock` for the Python version `python` ("3.11"), built unless it is there.

    Only ready-made packages (wheels) are installed, for building one runs its code outside the sandbox;
    `sources` allows that. Parallel runs build once. An interrupted build is never used.

    Raises:
        Refused: no such interpreter; the lock cannot be met; a file is not what its hash says.
        Infrastructure: a package index did not answer.
    """
    interpreter = interpreters.find(python)
    content = _content(lock)
    digest = _digest(content, interpreter)
    folder = cache.absolute() / "environments" / digest
    environment = _described(folder, interpreter, digest)
    if _is_complete(folder):
        return environment
    said = "another run builds this environment, waiting for it"
    with locked(folder.with_suffix(".lock"), waiting=lambda: say(said)):
        if not _is_complete(folder):
            _remove(folder)
            _make(folder, lock, interpreter, hashed=b"--hash=" in content, sources=sources, say=say, log=log)
            (folder / COMPLETE).write_text(json.dumps({"lock": hashlib.sha256(content).hexdigest()}))
    return environment


def extended(
    environment: Environment, packages: Path, *, cache: Path, say: Callable[[str], None], log: Path
) -> Environment:
    """Return `environment` with the packages of a further lock on its path, installed unless they are there.

    `packages` names everything that it brings, with hashes: nothing is resolved, so that the environment's own
    packages stay as they are.

    Raises:
        Refused: a package has no wheel for this Python, or is not what its hash says.
        Infrastructure: a package index did not answer.
    """
    content = _content(packages)
    system = f"{platform.system()} {platform.machine()} {' '.join(platform.libc_ver())}"
    identity = f"{LAYOUT}\n{environment.minor}\n{system}".encode()
    folder = cache.absolute() / "packages" / hashlib.sha256(identity + b"\n" + content).hexdigest()
    with locked(folder.with_suffix(".lock"), waiting=lambda: say("another run installs these, waiting for it")):
        if not (folder / COMPLETE).is_file():
            _remove(folder)
            _add(folder, packages, environment, say, log)
            (folder / COMPLETE).write_text(json.dumps({"lock": hashlib.sha256(content).hexdigest()}))
    whole = hashlib.sha256(f"{environment.digest}\n{folder.name}".encode()).hexdigest()
    return replace(
        environment, binds=_unique(*environment.binds, folder), digest=whole,
        pythonpath=(*environment.pythonpath, str(folder)),
    )  # fmt: skip


def _add(folder: Path, packages: Path, environment: Environment, say: Callable[[str], None], log: Path) -> None:
    from uv import find_uv_bin

    command = [
        find_uv_bin(), "pip", "install", "--python", str(environment.python), "--target", str(folder), "--no-deps",
        "--require-hashes", "--no-build", "--compile-bytecode", "--requirement", str(packages.absolute()),
    ]  # fmt: skip
    try:
        _uv(command, packages, package_index.settings(os.environ, hashed=True), say, log)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def current() -> Environment:
    """Return the environment that we ourselves run in, for models without a lock of their own."""
    installed = _installed(tuple(sys.path))
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    identity = "\n".join([LAYOUT, sys.implementation.name, sys.version, *installed])
    extra = [Path(site.getusersitepackages())] if site.ENABLE_USER_SITE else []
    given = [Path(each) for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    seen = [each.absolute() for each in [*given, *extra] if each.is_dir()]
    return Environment(
        python=Path(sys.executable), prefix=Path(sys.prefix), minor=minor,
        binds=_unique(Path(sys.prefix), Path(sys.base_prefix), *seen),
        digest=hashlib.sha256(identity.encode()).hexdigest(), pythonpath=tuple(map(str, seen)),
    )  # fmt: skip


@functools.cache
def _installed(path: tuple[str, ...]) -> list[str]:
    """Return what is installed below `path`, which stays while we run; reading it takes a fifth of a second."""
    from importlib.metadata import distributions

    known = (each.metadata for each in distributions(path=list(path)))  # each look at it parses the whole file
    return sorted(f"{each['Name']}=={each['Version']}" for each in known)


def _content(lock: Path) -> bytes:
    try:
        return lock.read_bytes()
    except OSError as error:
        raise Refused(
            f"{lock}: cannot read the lock file ({error.strerror}); name it in [environment] lock"
        ) from None


def _digest(content: bytes, interpreter: Interpreter) -> str:
    identity = (LAYOUT, interpreter.implementation, interpreter.minor, interpreter.system)
    return hashlib.sha256("\n".join(identity).encode() + b"\n" + content).hexdigest()


def _described(folder: Path, interpreter: Interpreter, digest: str) -> Environment:
    python = folder / "bin" / "python"
    binds = _unique(folder, interpreter.base_prefix)
    return Environment(python=python, prefix=folder, binds=binds, minor=interpreter.minor, digest=digest)


def _unique(*folders: Path) -> tuple[Path, ...]:
    """Return `folders` with what they resolve to, for links in one may lead to the other's real path."""
    return tuple(dict.fromkeys(each for folder in folders for each in (folder.absolute(), folder.resolve())))


def _is_complete(folder: Path) -> bool:
    """Tell a finished build whose interpreter is still on this machine."""
    return (folder / COMPLETE).is_file() and (folder / "bin" / "python").exists()


def _remove(folder: Path) -> None:
    """Remove what an interrupted build left."""
    if folder.exists():
        shutil.rmtree(folder)


def _make(
    folder: Path, lock: Path, interpreter: Interpreter, *, hashed: bool, sources: bool,
    say: Callable[[str], None], log: Path,
) -> None:  # fmt: skip
    from uv import find_uv_bin

    program = find_uv_bin()
    try:
        variables = package_index.settings(os.environ, hashed=hashed)
        create = [program, "venv", "--no-project", "--python", str(interpreter.path), str(folder.absolute())]
        _uv(create, lock, variables, say, log)
        install = [
            program,
            "pip",
            "install",
            "--python",
            str(folder.absolute() / "bin" / "python"),
            "--compile-bytecode",
        ]
        install += ["--require-hashes"] if hashed else []
        install += [] if sources else ["--no-build"]
        _uv([*install, "--requirement", str(lock.absolute())], lock, variables, say, log)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _uv(command: list[str], lock: Path, variables: dict[str, str], say: Callable[[str], None], log: Path) -> None:
    """Run uv, its output to `log` without passwords, and turn its failure into words."""
    variables = variables | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "VIRTUAL_ENV": ""}
    log.parent.mkdir(parents=True, exist_ok=True)
    last = deque[str](maxlen=12)
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", env=variables, cwd=lock.absolute().parent, umask=0o022,
        ) as process,
    ):  # fmt: skip
        try:
            for line in process.stdout or ():
                text = package_index.without_passwords(line.rstrip())
                file.write(text + "\n")
                if text and "sha256:" not in text:  # long lists of hashes would hide what they are about
                    last.append(text)
                    say(f"environment: {text.strip()}"[:160])
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        _raise(lock, "\n".join(last))


def _raise(lock: Path, said: str) -> None:
    if NETWORK.search(said) and not MISTAKE.search(said):
        raise Infrastructure(
            f"{lock}: the environment could not be built, a package index did not answer:\n{said}"
        )
    if "hash mismatch" in said.lower():
        mend = "a package is not what was locked: find out why before you lock again"
    elif "disabled" in said and "build" in said.lower():
        mend = (
            "pin versions that have a wheel for this Python: building one would run its code outside the sandbox"
        )
    else:
        mend = "lock again for this Python version (uv pip compile --generate-hashes)"
    raise Refused(f"{lock}: the environment could not be built; {mend}. uv said:\n{said}")
