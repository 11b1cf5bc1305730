"""`iddr verify`: checks every recorded digest of the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)
    text = "the SHA-256 that the manifest itself must have, as the run said it"
    parser.add_argument("--digest", default="", metavar="SHA256", help=text)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 where everything is as recorded, else 1 and what is not."""
    from ci_steps.evidence.manifest import FILE, problems_of
    from ci_steps.state import FOLDER

    root = chosen.config if chosen.config.is_dir() else chosen.config.parent
    problems = _other_manifest(root / FOLDER / FILE, chosen.digest) or problems_of(root / FOLDER)
    if problems:
        return 1, "\n".join(problems) + "\n"
    return 0, f"{root / FOLDER}: every file is as the manifest records\n"


def _other_manifest(path: Path, digest: str) -> list[str]:
    from ci_steps.state import sha256_of

    if not digest or not path.is_file() or (found := sha256_of(path)) == digest:
        return []
    return [f"{path}: is another run's: found sha256 {found[:12]}…, expected {digest[:12]}…"]
