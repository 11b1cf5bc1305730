"""`iddr image`: what is in an image: layers, packages, sizes, digests, labels."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.commands.arguments import add_config, add_format

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ci_steps.oci.installed import Installed
    from ci_steps.oci.reading import Contents

SHOWN = 25
SETTINGS = (
    "User",
    "WorkingDir",
    "Entrypoint",
    "Cmd",
    "ExposedPorts",
    "Env",
    "Healthcheck",
    "StopSignal",
    "Volumes",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    text = "an image archive, or a reference in a registry (default: the image of the last run)"
    parser.add_argument("image", nargs="?", default="", metavar="ARCHIVE|REFERENCE", help=text)
    parser.add_argument("--all", action="store_true", help=f"every package, not the {SHOWN} largest alone")
    add_config(parser)
    add_format(parser, "json")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and what the image holds."""
    from ci_steps.oci.installed import installed_in

    contents = _contents(chosen)
    packages = sorted(installed_in(contents), key=lambda p: (-p.size, p.kind, p.name))
    if chosen.format == "json":
        return 0, json.dumps(_document(contents, packages), indent=1) + "\n"
    shown = packages if chosen.all else packages[:SHOWN]
    return 0, "\n".join(_lines(contents, packages, shown)) + "\n"


def _contents(chosen: argparse.Namespace) -> Contents:
    from ci_steps.oci.pulling import pull_archive
    from ci_steps.oci.reading import read_contents
    from ci_steps.oci.references import parse_reference
    from ci_steps.screen import Screen
    from ci_steps.steps import Refused

    if not chosen.image:
        return read_contents(_of_last_run(chosen.config))
    if Path(chosen.image).is_file():
        return read_contents(Path(chosen.image))
    if chosen.image.startswith((".", "/")) or chosen.image.endswith(".tar"):
        raise Refused(
            f"{chosen.image}: is not there; expected an image archive, or a reference: registry/name:tag"
        )
    reference = parse_reference(chosen.image)
    screen = Screen()
    with tempfile.TemporaryDirectory(prefix="iddr-") as folder:
        archive = Path(folder) / "image.tar"
        try:
            pull_archive(reference, archive, work=Path(folder), say=screen.said)
        finally:
            screen.stop()
        return read_contents(archive)


def _of_last_run(config: Path) -> Path:
    from ci_steps.state import FOLDER, State
    from ci_steps.steps import Refused

    state = State((config if config.is_dir() else config.parent) / FOLDER)
    run = state.last_run()
    made = [a for r in run.results for a in r.artifacts if a.name == "image_file"] if run else []
    if not made:
        raise Refused("no run here has made an image; name an archive or a reference, or: iddr run")
    return state.path(made[-1])


def _lines(contents: Contents, packages: list[Installed], shown: list[Installed]) -> Iterator[str]:
    from ci_steps.oci.installed import distribution

    image, config = contents.image, contents.image.config
    settings = config.get("config") or {}
    unpacked = sum(layer.unpacked for layer in contents.layers)
    system = distribution(contents).get("PRETTY_NAME", "no distribution")
    yield f"digest  {image.digest}"
    yield f"config  {image.config_digest}"
    yield f"size    {image.size / 1e6:.1f} MB compressed, {unpacked / 1e6:.1f} MB unpacked"
    yield f"for     {config.get('os')}/{config.get('architecture')}, {system}"
    yield "\nlayers, compressed and unpacked"
    for number, layer in enumerate(contents.layers, 1):
        sizes = f"{layer.size / 1e6:7.1f} MB {layer.unpacked / 1e6:7.1f} MB"
        yield f"  {number:>2} {sizes}  {layer.digest[:19]}…  {layer.made_by[:60]}"
    yield f"\npackages: {len(packages)}, the largest first" if packages else "\nno package is on record"
    for package in shown:
        yield f"  {package.size / 1e6:7.1f} MB  {package.kind:<4}  {package.name} {package.version}"
    if len(shown) < len(packages):
        rest = sum(package.size for package in packages[len(shown) :])
        yield f"  {rest / 1e6:7.1f} MB  in {len(packages) - len(shown)} more: iddr image --all"
    yield "\nhow it starts"
    yield from (f"  {name}: {_words(settings[name])}" for name in SETTINGS if settings.get(name))
    yield "\nlabels"
    yield from (f"  {name}: {value}" for name, value in sorted((settings.get("Labels") or {}).items()))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(map(str, value.get("Test") or value))
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _document(contents: Contents, packages: list[Installed]) -> dict[str, Any]:
    from dataclasses import asdict

    image = contents.image
    return {
        "digest": image.digest,
        "config_digest": image.config_digest,
        "size": image.size,
        "layers": [asdict(layer) for layer in contents.layers],
        "packages": [asdict(package) for package in packages],
        "labels": (image.config.get("config") or {}).get("Labels") or {},
        "config": dict(image.config),
    }
