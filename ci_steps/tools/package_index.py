"""Where packages come from: what the machine has set for pip, said to uv, and no password in a log."""

from __future__ import annotations

import configparser
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# pip's setting -> uv's variable (docs.astral.sh/uv, "Environment variables"; pip.pypa.io, "Configuration").
SAID_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_OFFLINE",  # folders of wheels are read without a network
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
OLD_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}
PASSWORD = re.compile(r"(?<=://)[^/@\s]+@")


def settings(variables: Mapping[str, str], *, hashed: bool, files: list[Path] | None = None) -> dict[str, str]:
    """Return `variables` for uv, completed from pip's variables and files where uv's own say nothing.

    uv's configuration files are read by uv itself; a variable would override them, so pip's settings count
    only where the machine has no such file. pip looks at all indexes alike, uv at the first that knows the
    name, so that nobody can slip in a package from another: where every file is `hashed` that cannot happen.
    """
    completed = dict(variables)
    if _has_uv_files(variables):
        return completed
    for name, value in _pip_settings(variables, _pip_files(variables) if files is None else files).items():
        wanted = SAID_TO_UV[name]
        if wanted not in variables and OLD_NAMES.get(wanted, wanted) not in variables:
            completed[wanted] = ",".join(value.split()) if wanted == "UV_FIND_LINKS" else " ".join(value.split())
    if hashed and "UV_INDEX" in completed.keys() - variables.keys():
        completed.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return completed


def without_passwords(text: str) -> str:
    """Return `text` with the user and password of every address replaced."""
    return PASSWORD.sub("***@", text)


def _pip_settings(variables: Mapping[str, str], files: list[Path]) -> dict[str, str]:
    """Return pip's settings, a later file over an earlier one and variables over all."""
    known = dict[str, str]()
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                known |= {name: value for name, value in parser.items(section) if name in SAID_TO_UV}
    for name in SAID_TO_UV:
        if value := variables.get("PIP_" + name.replace("-", "_").upper()):
            known[name] = value
    return known


def _pip_files(variables: Mapping[str, str]) -> list[Path]:
    home = Path(variables.get("HOME", "/nonexistent"))
    user = Path(variables.get("XDG_CONFIG_HOME") or home / ".config", "pip/pip.conf")
    known = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf", user]
    named = variables.get("PIP_CONFIG_FILE")
    if named == os.devnull:  # pip's way to say: read none at all
        return []
    return [*known, Path(sys.prefix, "pip.conf"), *([Path(named)] if named else [])]


def _has_uv_files(variables: Mapping[str, str]) -> bool:
    home = Path(variables.get("HOME", "/nonexistent"))
    user = Path(variables.get("XDG_CONFIG_HOME") or home / ".config", "uv/uv.toml")
    return "UV_CONFIG_FILE" in variables or user.exists() or Path("/etc/uv/uv.toml").exists()
