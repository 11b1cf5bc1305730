"""Pulls an image from a registry into an archive, every byte verified and none changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ci_steps.oci.layers import Layer
from ci_steps.oci.layouts import chosen_manifest
from ci_steps.oci.registry import RegistryClient
from ci_steps.oci.writing import Written, write_archive
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ci_steps.oci.references import Reference


def pull_archive(reference: Reference, archive: Path, *, work: Path, say: Callable[[str], None]) -> Written:
    """Write the image that `reference` names to `archive`; of several, the one for this machine's architecture.

    Raises:
        Refused: the registry refuses, has no such image, or one that is compressed otherwise than by gzip.
        Infrastructure: it does not answer, or sends wrong bytes.
    """
    client = RegistryClient(reference)
    try:
        content = client.manifest_bytes(reference.wanted)
        if "manifests" in (index := json.loads(content)):
            content = client.manifest_bytes(chosen_manifest(index, str(reference)))
        manifest = json.loads(content)
        if bad := [x["mediaType"] for x in manifest["layers"] if "gzip" not in str(x.get("mediaType", "gzip"))]:
            raise Refused(f"{reference}: has a layer of type {bad[0]}; expected gzip")
        config = work / "config.json"
        client.blob(manifest["config"]["digest"], config)
        diff_ids = json.loads(config.read_bytes())["rootfs"]["diff_ids"]
        layers = []
        for entry, diff_id in zip(manifest["layers"], diff_ids, strict=True):
            digest, size, path = entry["digest"], entry["size"], work / entry["digest"].replace(":", "-")
            say(f"pulling {digest[:19]}… ({size / 1e6:.1f} MB)")
            client.blob(digest, path)
            layers.append(Layer(diff_id=diff_id, digest=digest, size=size, path=path))
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(f"{reference}: is no image that can be read ({error!r})") from None
    finally:
        client.close()
    name = reference.repository.rpartition("/")[2]
    return write_archive(
        layers, config.read_bytes(), content, archive, reference=f"{name}:{reference.tag or 'pulled'}"
    )
