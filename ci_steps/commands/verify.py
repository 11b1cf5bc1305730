"""`iddr verify`: checks every recorded digest of the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.commands.arguments import add_config

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    add_config(parser)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 where everything is as recorded, else 1 and what is not."""
    from ci_steps.evidence.manifest import problems_of
    from ci_steps.state import FOLDER

    root = chosen.config if chosen.config.is_dir() else chosen.config.parent
    problems = problems_of(root / FOLDER)
    if problems:
        return 1, "\n".join(problems) + "\n"
    return 0, f"{root / FOLDER}: every file is as the manifest records\n"
