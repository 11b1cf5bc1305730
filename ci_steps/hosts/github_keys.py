"""The keys under which GitHub keeps what a later run reuses: by model, branch and what it is made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EVENTS_OF_PULL_REQUESTS = ("pull_request",)


def made_from(lock: str, base: str, python: str, kit: str, now: datetime) -> str:
    """Return a digest of all that environments, base and layers are made from.

    `lock` is the lock's digest, `base` names the image's base, `kit` is the digest of the kit, whose rules and own
    locks count. A base that no digest pins moves while its name stays, so it counts as another one every week:
    what is kept under a key never changes, and every run would make the moved base again. No older key is asked
    for: what it holds would be kept on and on.
    """
    year, week, _ = now.isocalendar()
    pinned = "@sha256:" in base or base.startswith("oci:") or not base
    return _digest("\n".join([lock, base, python, kit, "" if pinned else f"{year}-{week}"]))


def cache_keys(model: str, inputs: str, facts: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a run of `model` whose environments and bases are `made_from` the digest `inputs`.

    Names of branches are anybody's text, so they go in as digests. A key ends with the run, because what is kept
    under a key never changes; the part before it finds the newest. `keep` is empty for a fork. The history is that
    of the branch which a run is compared with: a pull request, compared with its base, adds nothing to it. Of any
    branch is safe to ask for: GitHub shows a run the caches of its own branch, its base and the default branch.
    """
    machine = f"{env.get('RUNNER_OS', 'any')}-{env.get('RUNNER_ARCH', 'any')}"
    run = f"{env.get('GITHUB_RUN_ID', '0')}-{env.get('GITHUB_RUN_ATTEMPT', '1')}"
    branch = _digest(facts["branch"])
    base = _digest(facts["base"] or facts["branch"])
    pull_request = facts["event"] in EVENTS_OF_PULL_REQUESTS
    results, history = f"iddr-results-{machine}-{model}", f"iddr-history-{model}"
    keep = "" if facts["fork"] else "yes"
    return {
        "environments": f"iddr-environments-{machine}-{model}-{inputs}",
        "results": f"{results}-{branch}-{run}",
        "results-of-branch": f"{results}-{branch}-",
        "results-of-base": f"{results}-{base}-",
        "history": f"{history}-{base}-{run}",
        "history-of-base": f"{history}-{base}-",
        "history-of-any": f"{history}-",
        "keep": keep,
        "keep-history": "" if pull_request else keep,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
