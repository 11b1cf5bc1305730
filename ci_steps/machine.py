"""What this machine can make an image from."""

from __future__ import annotations

import shutil
import subprocess
import sys

REGISTRY_BASE = "docker.io/library/python:{minor}-slim"


def offered_base() -> tuple[str, str]:
    """Return a base and its Python minor: the distribution's packages where there are any, else a registry's."""
    if all(map(shutil.which, ("apt-get", "dpkg-deb"))) and (minor := _distribution_minor()):
        return "debian", minor
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    return REGISTRY_BASE.format(minor=minor), minor


def _distribution_minor() -> str:
    """Return the minor of the distribution's own Python, or nothing where it is not installed."""
    script = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        ended = subprocess.run(
            ["/usr/bin/python3", "-I", "-c", script], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
