"""The recipe of a check, a step or a provider: known before anything is computed, and the cache's key.

It is the digest of the code, of the options, and of the inputs' recipes. The kit's own code counts as a
whole: a mended statistic must not leave an old verdict standing.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.leaves import digest_of
from ci_steps.state import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PACKAGES = ("ci_steps", "model_checks")
SOURCES = frozenset({".py", ".toml", ".txt"})  # locks and lists of words decide as code does


@functools.cache
def kit_digest() -> str:
    """Return the digest of the kit's own source, its locks and lists included."""
    root = Path(__file__).parent.parent
    whole = hashlib.sha256()
    for package in PACKAGES:
        for file in sorted(f for f in (root / package).rglob("*") if f.suffix in SOURCES):
            whole.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return whole.hexdigest()


def recipe_of(
    name: str, function: Callable[..., object], options: Mapping[str, Any], inputs: Mapping[str, str | None]
) -> str | None:
    """Return the recipe, or None where one of `inputs` (their recipes by name) has none."""
    if None in inputs.values():
        return None
    return digest_of([name, _source(function), dict(options), dict(inputs)])


def _source(function: Callable[..., object]) -> str:
    if function.__module__.partition(".")[0] in PACKAGES:
        return kit_digest()
    return kit_digest() + sha256_of(Path(inspect.getfile(function)))
