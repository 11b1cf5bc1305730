"""What `docker login` stored: in Docker's config.json, or with the credential helper that it names.

Source: Docker CLI reference, docker login, "Credential stores" and "Credential helpers".
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.steps import Infrastructure, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

HUB_SERVER = "https://index.docker.io/v1/"
TOKEN_USER = "<token>"  # noqa: S105 - what helpers call the user of an identity token
HELPER_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user with a password; or an identity `token`, which a token server changes for short-lived ones."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Show who, never what proves it."""
        return f"Login({self.user or 'token'})"


def stored_login(registry: str, environment: Mapping[str, str] = os.environ) -> Login | None:
    """Return the login that Docker's configuration holds for `registry`, or None.

    Raises:
        Refused: the configuration is there and cannot be read.
        Infrastructure: the credential helper failed.
    """
    path = _path(environment)
    if not path.is_file():
        return None
    names = _names(registry)
    try:
        config = json.loads(path.read_text("utf-8"))
        helper = _helper(config, names)
        auths = config.get("auths") or {}
        login = _decoded(next((auths[name] for name in names if auths.get(name)), {}))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Refused(f"{path}: cannot be read ({error}); log in anew: docker login {registry}") from None
    return login or (_from_helper(helper, names, environment) if helper else None)


def missing_helper(registry: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the credential helper that is configured for `registry` and not installed; empty where none is."""
    try:
        helper = _helper(json.loads(_path(environment).read_text("utf-8")), _names(registry))
    except (OSError, ValueError, AttributeError):
        return ""
    return helper if helper and shutil.which(helper, path=environment.get("PATH")) is None else ""


def _path(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"


def _decoded(entry: Mapping[str, Any]) -> Login | None:
    user, _, password = base64.b64decode(entry.get("auth") or "", validate=True).decode().partition(":")
    if token := entry.get("identitytoken"):
        return Login(user=user, token=str(token))
    return Login(user=user, password=password) if user else None


def _helper(config: Mapping[str, Any], names: tuple[str, ...]) -> str:
    own = config.get("credHelpers") or {}
    suffix = next((own[name] for name in names if own.get(name)), None) or config.get("credsStore")
    return f"docker-credential-{suffix}" if suffix else ""


def _from_helper(helper: str, names: tuple[str, ...], environment: Mapping[str, str]) -> Login | None:
    program = shutil.which(helper, path=environment.get("PATH"))
    if program is None:
        return None
    for server in names:
        try:
            ended = subprocess.run(
                [program, "get"], input=server, capture_output=True, text=True, check=False,
                timeout=HELPER_SECONDS, env=dict(environment),
            )  # fmt: skip
            found = json.loads(ended.stdout) if ended.returncode == 0 else {}
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise Infrastructure(f"{helper} failed for {server}: {type(error).__name__}") from None
        user, secret = str(found.get("Username", "")), str(found.get("Secret", ""))
        if secret:
            return Login(token=secret) if user == TOKEN_USER else Login(user=user, password=secret)
    return None


def _names(registry: str) -> tuple[str, ...]:
    hub = (HUB_SERVER,) if registry.endswith("docker.io") else ()
    return (*hub, registry, f"https://{registry}", f"https://{registry}/v1/")
