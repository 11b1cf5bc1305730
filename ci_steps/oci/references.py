"""Image references: registry, repository, tag, digest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ci_steps.steps import Refused

HUB = "registry-1.docker.io"
NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
TAG = re.compile(r"\w[\w.-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where an image is: `digest` (`sha256:...`) decides over `tag`; either may be empty."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def wanted(self) -> str:
        """What is asked of the registry: the digest, else the tag, else `latest`."""
        return self.digest or self.tag or "latest"

    @property
    def base_url(self) -> str:
        """The registry's address for this repository: plain HTTP on loopback alone."""
        scheme = "http" if is_loopback(self.registry) else "https"
        return f"{scheme}://{self.registry}/v2/{self.repository}"

    def __str__(self) -> str:
        """Return the reference as people write it."""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.registry}/{self.repository}{tag}{digest}"


def parse_reference(text: str) -> Reference:
    """Return the reference that `text` writes; without a registry it is Docker Hub's.

    Raises:
        Refused: it is no image reference.
    """
    rest, _, digest = text.partition("@")
    first, slash, after = rest.partition("/")
    has_registry = slash and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, after) if has_registry else (HUB, rest)
    repository, colon, tag = path.partition(":")
    if registry in {"docker.io", "index.docker.io"}:
        registry = HUB
    if registry == HUB and "/" not in repository:
        repository = f"library/{repository}"
    good = NAME.fullmatch(repository) and (not colon or TAG.fullmatch(tag))
    if not good or ("@" in text and not DIGEST.fullmatch(digest)):
        raise Refused(f"{text!r} is no image reference; expected registry/name:tag or registry/name@sha256:…")
    return Reference(registry=registry, repository=repository, tag=tag, digest=digest)


def is_loopback(registry: str) -> bool:
    """Tell whether `registry` (host, or host:port) is this machine."""
    return re.sub(r":\d+$", "", registry) in {"localhost", "127.0.0.1", "[::1]"}
