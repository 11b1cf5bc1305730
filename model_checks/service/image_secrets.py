"""Finds secrets in an image: its configuration, its history, and the text files of every layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from model_checks.security.secret_search import find_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.inputs import Image, ImageFiles

CREDENTIALS = re.compile(
    r"/(?:\.netrc|\.pypirc|\.git-credentials|\.docker/config\.json|\.aws/credentials|\.kaggle/kaggle\.json"
    r"|\.config/gcloud/application_default_credentials\.json|\.ssh/id_[a-z0-9]+)$"
)


def secrets_in(image: Image, image_files: ImageFiles) -> Iterator[tuple[str, str, str]]:
    """Yield place, kind and a short digest of every secret; the secret itself is in none of them."""
    for place, name, text in (*_configuration(image.config), *_history(image.config)):
        seen = {(s.kind, s.masked, s.identity) for s in find_secrets(name, text)}
        yield from ((place, f"{kind} {masked}", identity) for kind, masked, identity in sorted(seen))
    for place, text in image_files.texts.items():
        if CREDENTIALS.search(place) and text.strip():
            yield place, "a file of stored credentials", "credentials"
            continue
        for secret in find_secrets(place.partition(": ")[2], text):
            if not secret.allowed:
                yield place, f"{secret.kind} {secret.masked}", secret.identity


def _configuration(config: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield place, a file name that says how to read it, and text, of what a container is started with."""
    settings = config.get("config") or {}
    yield "environment", ".env", "\n".join(map(str, settings.get("Env") or ()))
    labels = settings.get("Labels") or {}
    yield "labels", ".env", "\n".join(f"{name}={value}" for name, value in sorted(labels.items()))
    commands = [*(settings.get("Entrypoint") or ()), *(settings.get("Cmd") or ())]
    yield "command", "run.sh", " ".join(map(str, commands))


def _history(config: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for number, entry in enumerate(config.get("history") or (), 1):
        how = str(entry.get("created_by", ""))
        # Build arguments stand in front of a command, separated by blanks: each on a line of its own is a setting.
        yield f"history, step {number}", "Dockerfile", "\n".join([how, *how.split()])
