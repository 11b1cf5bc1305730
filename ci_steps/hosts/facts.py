"""The facts of a run, from the host that it runs on, and from the include that drives it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from ci_steps.hosts import github, jenkins, local
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Read = Callable[[Mapping[str, str], Path], dict[str, str] | None]

HOSTS: tuple[Read, ...] = (github.read, jenkins.read, local.read)
NAMES = (
    "host", "event", "revision", "branch", "base", "pull_request", "fork", "run_url", "actor",
)  # fmt: skip
APPROVAL = {"IDDR_APPROVED_BY": "approved_by", "IDDR_APPROVED_DIGEST": "approved"}


def facts_of(env: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return every fact of the first host that knows this environment; what it does not say is empty.

    Raises:
        Refused: the include that drives this run is of another version than the kit.
    """
    _same_version(env)
    found = next(facts for read in HOSTS if (facts := read(env, root)) is not None)
    facts = {name: found.get(name, "") for name in NAMES} | {"repository": local.repository(root)}
    return facts | {fact: env[name] for name, fact in APPROVAL.items() if env.get(name)}


def _same_version(env: Mapping[str, str]) -> None:
    include, kit = env.get("IDDR_INCLUDE", ""), version("iddr")
    if include and include != kit:
        raise Refused(
            f"the include is of version {include}, the installed kit of version {kit}: install iddr=={include}, "
            f"or take the include at v{kit}"
        )
