"""Where the templates are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path


def template_folder(name: str) -> Path:
    """Return the folder or file `name` of the templates.

    Raises:
        FileNotFoundError: this installation has no such template.
    """
    here = Path(__file__).parent
    for root in (here / "_templates", here.parent / "templates"):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"the template {name!r} is missing from this installation; install iddr again")
