"""SC003: no secret in the repository."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.files import shown
from model_checks.findings import Finding, NotAudited
from model_checks.security.secret_search import find_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from model_checks.inputs import Repository
    from model_checks.security.secret_search import Secret

LARGEST = 5_000_000
BINARY_WITHIN = 8192
NAMED = 5
FIX = (
    "revoke it where it was issued (it counts as known), issue a new one, keep that in the CI's credentials or an "
    "environment variable, and take the old one out of history (git filter-repo)"
)


@check("no secret in the repository", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def sc003(repository: Repository, *, allow: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Look for passwords, tokens and private keys in every text file that git tracks or would track.

    `allow` holds patterns of paths (`docs/*`) whose secrets are noted and not judged. A comment
    `iddr: allow-secret` does the same for its line. Earlier commits are not looked at.

    Why: a secret in a repository is known to everyone who ever cloned it, to every CI job and to every
        fork, and stays in history when the line goes.
    Fix: revoke and reissue it first, then keep it outside: the CI's credentials store, an environment
        variable, a vault. Take it out of history with git filter-repo.
    Source: CWE-798; OWASP, "Secrets Management Cheat Sheet"; the issuers' documented token formats.
    """
    if not repository.root.is_dir():
        raise NotAudited(f"{repository.root} is no folder: give the repository's root")
    skipped: list[str] = []
    unreadable: list[str] = []
    failed = False
    for file in repository.files:
        for finding in _judged(repository.root, file, allow, skipped, unreadable):
            failed = failed or finding.ok is False
            yield finding
    if skipped:
        yield Finding.said(f"not searched, because binary or over 5 MB: {_named(skipped)}")
    if unreadable:
        raise NotAudited(f"cannot be read: {_named(unreadable)}: give this user the right to read them")
    if not failed:
        searched = len(repository.files) - len(skipped)
        yield Finding(ok=True, rule="no secret", message=f"no secret in {searched} text files")


def _judged(
    root: Path, file: Path, allow: tuple[str, ...], skipped: list[str], unreadable: list[str]
) -> Iterator[Finding]:
    name = shown(file.as_posix())
    try:
        content = (root / file).read_bytes() if (root / file).stat().st_size <= LARGEST else b"\0"
    except OSError:
        unreadable.append(name)
        return
    if b"\0" in content[:BINARY_WITHIN]:
        skipped.append(name)
        return
    secrets = list(find_secrets(name, content.decode("utf-8", "replace")))
    excused = any(fnmatchcase(name, pattern) for pattern in allow)
    for secret in secrets:
        if excused or secret.allowed:
            by = "the option allow" if excused else "a comment"
            yield Finding.said(f"{secret.place}: {secret.kind} {secret.masked}, allowed by {by}", where=name)
    if not excused:
        yield from _failures(name, [s for s in secrets if not s.allowed])


def _failures(name: str, secrets: list[Secret]) -> Iterator[Finding]:
    places: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for secret in secrets:
        places[secret.kind, secret.identity, secret.masked].append(secret.place)
    for (kind, identity, masked), found in places.items():
        yield Finding(
            ok=False, where=name, rule=f"{kind} {identity}",
            message=f"{_named(found)}: {kind} {masked}, expected no secret in the repository", fix=FIX,
        )  # fmt: skip


def _named(names: list[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
