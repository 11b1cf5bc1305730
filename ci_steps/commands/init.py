"""`iddr init`: proposes iddr.toml, the contract and the datasheet for a repository of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ci_steps.proposal import Proposal

ANSWERS = {
    "target": "the column that the model predicts",
    "train": "the table that the model is trained on",
    "test": "the table that the model is judged on",
    "task": "binary-classification, multiclass-classification or regression",
    "positive": "the class that a binary metric ranks by",
    "split": "how the tables were parted: random, time or group",
    "command": "what trains the model",
    "artifact": "the model file that the command leaves behind",
    "name": "the model's name",
    "lock": "the locked requirements",
    "python": "the Python minor, such as 3.11",
    "base": "what the image stands on: debian, a registry reference, or oci:PATH",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="the repository (default: here)")
    parser.add_argument("--dry-run", action="store_true", help="show the files, write none")
    answers = parser.add_argument_group("answers", "what you know yourself; what is left out is guessed or asked")
    for key, text in ANSWERS.items():
        answers.add_argument(f"--{key}", dest=f"answer_{key}", metavar="VALUE", help=text)


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and what was written; no existing file is touched."""
    from ci_steps.proposal import propose
    from ci_steps.steps import Refused

    root = chosen.folder.absolute()
    if not root.is_dir():
        raise Refused(f"{root}: there is no such folder")
    given = {key: getattr(chosen, f"answer_{key}") for key in ANSWERS}
    proposal = propose(root, {key: value for key, value in given.items() if value is not None})
    shown = _shown(proposal) if chosen.dry_run else _written(root, proposal)
    return 0, "\n".join([*shown, *_told(proposal)]) + "\n"


def _shown(proposal: Proposal) -> Iterator[str]:
    for name, text in proposal.files.items():
        yield from (f"== {name}", text)


def _written(root: Path, proposal: Proposal) -> Iterator[str]:
    for name, text in proposal.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        yield f"wrote {name}"


def _told(proposal: Proposal) -> Iterator[str]:
    yield from (f"kept {name}: it was there already" for name in proposal.kept)
    yield from (f"note: {note}" for note in proposal.notes)
    yield from (f"question: {question}" for question in proposal.questions)
    yield "next: iddr validate, then iddr run --dry-run"
