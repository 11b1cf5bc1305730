"""Finds the base that the configuration names: made of packages, taken from a layout, or pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.oci.debian import debian_base
from ci_steps.oci.layouts import layout_base
from ci_steps.oci.registry_base import registry_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.oci.base_image import Base


def resolve_base(
    name: str, *, python: str, cache: Path, root: Path, say: Callable[[str], None], mirror: str = ""
) -> Base:
    """Return the base `name`: `debian`, `oci:<path of a layout or archive>`, or a registry reference.

    Registry references are asked of `mirror` first, where there is one.

    Raises:
        Refused: the base is not there, or its Python minor is not `python`.
        Infrastructure: a registry or a package server does not answer.
    """
    if name == "debian":
        return debian_base(python, cache=cache, say=say)
    if name.startswith("oci:"):
        return layout_base(root / name.removeprefix("oci:"), python, cache=cache)
    return registry_base(name, python, cache=cache, mirror=mirror, say=say)
