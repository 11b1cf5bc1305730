"""What an image stands on: a root file system with a Python, as layers and unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.oci.layers import Layer


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
