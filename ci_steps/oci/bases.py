"""What an image stands on: a root file system with a Python, as layers and unpacked."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.oci.layers import Layer

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A base: `layers` go into the image, `rootfs` is them unpacked, `python` its interpreter inside.

    `reference` says what it is, pinned by digest; `settings` are those of the base image's own config.
    """

    layers: tuple[Layer, ...]
    rootfs: Path
    python: str
    minor: str
    reference: str
    settings: dict[str, Any]


def architecture() -> str:
    """Return this machine's architecture as images name it.

    Raises:
        Refused: images are not written for this architecture.
    """
    found = ARCHITECTURES.get(platform.machine())
    if found is None:
        raise Refused(f"images are written for amd64 and arm64; this machine is {platform.machine()}")
    return found


def resolve_base(name: str, *, python: str, cache: Path, root: Path, say: Callable[[str], None]) -> Base:
    """Return the base `name`: `debian`, `oci:<path of a layout or archive>`, or a registry reference.

    Raises:
        Refused: the base is not there, or its Python minor is not `python`.
        Infrastructure: a registry or a package server does not answer.
    """
    if name == "debian":
        from ci_steps.oci.debian import debian_base

        return debian_base(python, cache=cache, say=say)
    if name.startswith("oci:"):
        from ci_steps.oci.layouts import layout_base

        return layout_base(root / name.removeprefix("oci:"), python, cache=cache)
    from ci_steps.oci.registry_base import registry_base

    return registry_base(name, python, cache=cache, say=say)
