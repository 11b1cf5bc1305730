"""Builds an image from a Dockerfile with a Docker engine: by BuildKit where the engine has it.

The docker SDK knows the classic builder alone; the engine's own BuildKit is reached by the same address, asked for
as version 2. What a step prints is plain text of the classic builder, and in messages of BuildKit's own format.
Source: Docker Engine API 1.41, "Build an image"; moby/buildkit, api/services/control/control.proto.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from ci_steps.steps import StepFailed
from model_checks.model_files.protobuf import fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BUILDKIT_SINCE = (1, 39)
SILENT_SECONDS = 1800  # a step may install for long without a word
TRACE, STATUS_LOGS, LOG_MESSAGE = "moby.buildkit.trace", 3, 4
SHOWN = 1500


def built(
    client: Any,
    context: Path,
    *,
    dockerfile: str,
    labels: Mapping[str, str],
    arguments: Mapping[str, str],
    log: Path,
) -> str:
    """Return the id of the image that is built from the tar `context`, in which `dockerfile` is.

    Raises:
        StepFailed: a step of the Dockerfile failed; the message holds the last that was said.
    """
    version = tuple(int(part) for part in client.api.api_version.split("."))
    query = {
        "dockerfile": dockerfile, "labels": json.dumps(dict(labels)), "buildargs": json.dumps(dict(arguments)),
        "rm": "true", "forcerm": "true",
    } | ({"version": "2"} if version >= BUILDKIT_SINCE else {})  # fmt: skip
    headers = {"Content-Type": "application/x-tar"}
    client.api._set_auth_headers(headers)  # noqa: SLF001 - the one way to the stored logins, as the SDK's own build
    image, last = "", ""
    with context.open("rb") as body, log.open("a", encoding="utf-8") as out:
        reply = client.api._post(  # noqa: SLF001 - its public build() cannot ask for BuildKit
            client.api._url("/build"),  # noqa: SLF001
            data=body, params=query, headers=headers, stream=True, timeout=SILENT_SECONDS,
        )  # fmt: skip
        client.api._raise_for_status(reply)  # noqa: SLF001
        for message in client.api._stream_helper(reply, decode=True):  # noqa: SLF001
            text = "".join(_said(message))
            out.write(text)
            last = (last + text)[-SHOWN:]
            image = _image(message) or image
            if error := message.get("error"):
                raise StepFailed(f"{dockerfile}: {error.strip()}; the last that was said:\n{last.strip()}")
    if not image:
        raise StepFailed(f"{dockerfile}: the engine built no image; the last that was said:\n{last.strip()}")
    return image


def _image(message: Mapping[str, Any]) -> str:
    about = message.get("aux")
    return str(about.get("ID", "")) if isinstance(about, dict) else ""


def _said(message: Mapping[str, Any]) -> Iterator[str]:
    yield str(message.get("stream", ""))
    if message.get("id") == TRACE and isinstance(message.get("aux"), str):
        status = base64.b64decode(message["aux"])
        for number, _, begin, end in fields(status, 0, len(status)):
            if number == STATUS_LOGS:
                parts = [(n, status[b:e]) for n, _, b, e in fields(status, begin, end)]
                yield from (text.decode("utf-8", "replace") for n, text in parts if n == LOG_MESSAGE)
