"""What a sandboxed program may use, and what it is given beyond nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# These would change how our own programs start, or undo what the sandbox sets.
RESERVED = ("LD_", "PYTHON", "BASH_", "GLIBC_")
RESERVED_NAMES = {"PATH", "HOME", "TMPDIR", "LANG", "IFS", "ENV"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings for one sandboxed program with everything that it starts; CPU is not limited.

    `seconds` is wall time: of a whole run, or of one request to a hosted model. `memory_megabytes` is the
    sum over all its processes, and the size of its private /tmp. `processes` counts threads too, as the
    kernel does. `output_megabytes` is what it may print. `grace_seconds` lie between TERM and KILL.
    """

    seconds: float = 3600.0
    memory_megabytes: int = 4096
    processes: int = 512
    output_megabytes: int = 64
    grace_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """A file or folder that the program sees, read-only unless `writable`.

    `target` is the path inside; empty for the same path as outside. The lesser level cannot rename.
    """

    source: Path
    target: str = ""
    writable: bool = False

    @property
    def inside(self) -> str:
        """The absolute path at which the program finds it."""
        return self.target or str(self.source.absolute())


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What a program gets beyond its environment and its folder: nothing, unless it is named here.

    `secrets` maps a variable's name to its value; values never stand on a command line.

    Raises:
        Refused: a secret's name would change how programs start (PATH, LD_PRELOAD, PYTHONPATH).
    """

    network: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    binds: tuple[Bind, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that would reach beyond the program that they are for."""
        for name in self.secrets:
            if name in RESERVED_NAMES or name.startswith(RESERVED) or not name or "=" in name:
                raise Refused(f"secret {name!r}: this variable steers how programs start, pick another name")
