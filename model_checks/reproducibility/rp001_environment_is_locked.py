"""RP001: the environment is locked, with hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Lock

COMMAND = "uv pip compile --generate-hashes requirements.in -o requirements.txt"
RULE = "pinned with a hash"


@check("the environment is locked, with hashes", phases=Phase.INTEGRATION, levels=(WARN, BLOCK, BLOCK))
def rp001(lock: Lock | None = None) -> Iterator[Finding]:
    """Hold every package to one version and to at least one SHA-256.

    Why: without a lock the same commit trains and serves with other packages next month, and a replaced
        package on an index goes in unseen.
    Fix: list what you import in requirements.in and run
        `uv pip compile --generate-hashes requirements.in -o requirements.txt`.
    Source: pip documentation, "Secure installs" (hash-checking mode).
    """
    if lock is None:
        yield Finding(
            ok=False, rule="lock", message="there is no lock, expected every package with version and hash",
            fix=f"run {COMMAND} and name the file in iddr.toml as environment.lock",
        )  # fmt: skip
        return
    if not lock.requirements and not lock.problems:
        yield Finding(
            ok=False, where=lock.name, rule="lock", message="names no package at all",
            fix=f"list what you import in requirements.in, then run {COMMAND}",
        )  # fmt: skip
        return
    failures = [*_unpinned(lock), *_unhashed(lock)]
    yield from failures
    if not failures:
        yield Finding(
            ok=True, where=lock.name, rule=RULE,
            message=f"all {len(lock.requirements)} packages have one version and a sha256 hash",
        )  # fmt: skip


def _unpinned(lock: Lock) -> Iterator[Finding]:
    for line, problem in lock.problems:
        entry, _, complaint = problem.partition(": ")
        yield _failure(lock, line, entry, complaint)


def _unhashed(lock: Lock) -> Iterator[Finding]:
    for entry in lock.requirements:
        if not any(h.startswith("sha256:") for h in entry.hashes):
            complaint = f"{entry.version} has no sha256 hash"
            yield _failure(lock, entry.line, entry.name, complaint)


def _failure(lock: Lock, line: int, entry: str, complaint: str) -> Finding:
    # The place holds no line: an accepted failure stays the same one when lines move.
    return Finding(
        ok=False, where=f"{lock.name}: {entry}", rule=RULE, message=f"line {line}: {complaint}",
        fix=f"run {COMMAND}",
    )  # fmt: skip
