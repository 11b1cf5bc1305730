"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_config(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the option that names the configuration."""
    text = "the configuration, or its folder (default: iddr.toml here)"
    parser.add_argument("--config", type=Path, default=Path("iddr.toml"), metavar="PATH", help=text)


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Give `parser` the choice of the answer's format on standard output."""
    parser.add_argument("--format", choices=("text", *formats), default="text", help="of the answer on stdout")


def add_phases(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the choice of phases."""
    names = ("integration", "delivery", "deployment", "release")
    phases = parser.add_mutually_exclusive_group()
    phases.add_argument("--phase", choices=names, help="this phase alone, on the state of the earlier ones")
    until = "all phases up to this one (default: as far as the event goes)"
    phases.add_argument("--until", choices=names, default="", help=until)
    events = ("local", "pull_request", "push", "main", "release", "schedule")
    parser.add_argument("--event", choices=events, default="", help="as on this event (default: the host's)")
    parser.add_argument("--heavy", action="store_true", help="heavy checks too, as on the main branch")
