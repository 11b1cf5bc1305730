"""The keys under which GitHub keeps what a later run reuses: by model, lock and branch, and never of a fork."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS_OF_PULL_REQUESTS = ("pull_request",)


def cache_keys(model: str, lock: str, facts: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a run of `model` whose lock has the digest `lock`.

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
        "environments": f"iddr-environments-{machine}-{model}-{lock}",
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
