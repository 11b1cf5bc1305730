"""The command line: the only place that prints or exits."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

COMMANDS = {
    "demo": "copy the starter project into a new folder and take it through all four phases",
    "init": "propose iddr.toml, the contract and the datasheet for the repository here",
    "validate": "read the configuration and name all mistakes",
    "plan": "show what would run, and why",
    "run": "run the phases",
    "check": "run one check on given inputs, without a configuration",
    "image": "show what is in an image: layers, packages, sizes, digests, labels",
    "explain": "say what a check asks for, why, and how to mend it",
    "baseline": "accept today's failures, so that only new ones close a gate",
    "rollback": "make the version that the current one replaced serve again",
    "verify": "check every recorded digest of the last run",
    "github": "what the workflows ask for that only GitHub has",
    "doctor": "say what is missing on this machine, and how to mend it",
}
BROKEN_PIPE = 141
COLLECT_AFTER = 100_000  # objects; libraries make many that stay, and looking at them often is a tenth of a run


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code (`ci_steps.results.exit_code`)."""
    gc.set_threshold(COLLECT_AFTER)
    given = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        code, text = _answer(given)
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = BROKEN_PIPE
    sys.exit(code)


def _interrupted(_: int, __: FrameType | None) -> NoReturn:
    """End as Ctrl-C does: a CI host that aborts a build sends TERM, and what was started must be stopped."""
    raise KeyboardInterrupt


def _answer(given: list[str]) -> tuple[int, str]:
    from ci_steps.steps import Infrastructure, Refused

    chosen = _parser(given).parse_args(given)
    try:
        command = importlib.import_module(f"ci_steps.commands.{chosen.command}")
        code, text = command.answer(chosen)
    except Refused as error:
        return _refused(str(error), getattr(chosen, "config", None))
    except Infrastructure as error:
        return _told(4, f"{error}\ntry again; `iddr doctor` says what is missing on this machine")
    except KeyboardInterrupt:
        return _told(130, "interrupted; what had ended is kept, and the next run goes on from there")
    return code, text


def _refused(message: str, config: Path | None) -> tuple[int, str]:
    from ci_steps.commands.refused import refusal_lines

    for line in refusal_lines(message, config, os.environ):
        sys.stderr.write(f"{line}\n")
    return _told(2, message)


def _told(code: int, message: str) -> tuple[int, str]:
    sys.stderr.write(f"iddr: {message}\n")
    return code, ""


def _parser(given: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="iddr", description="From commit to a running Docker serving image.")
    parser.add_argument("--version", action="version", version=_version(given))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name in given:
            importlib.import_module(f"ci_steps.commands.{name}").add_arguments(command)
    return parser


def _version(given: list[str]) -> str:
    if "--version" not in given:
        return ""
    from importlib.metadata import version

    return version("iddr")
