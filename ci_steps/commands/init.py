"""`iddr init`: proposes iddr.toml, the contract and the datasheet for a repository of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="the repository (default: here)")
    parser.add_argument("--target", default="", help="the column that the model predicts")
    parser.add_argument("--dry-run", action="store_true", help="show the files, write none")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return 0 and what was written; no existing file is touched."""
    from ci_steps.proposal import propose
    from ci_steps.steps import Refused

    root = chosen.folder.absolute()
    if not root.is_dir():
        raise Refused(f"{root}: there is no such folder")
    answers = {"target": chosen.target} if chosen.target else {}
    proposal = propose(root, answers)
    lines = []
    for name, text in proposal.files.items():
        if chosen.dry_run:
            lines += [f"== {name}", text]
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        lines.append(f"wrote {name}")
    lines += [f"question: {question}" for question in proposal.questions]
    return 0, "\n".join([*lines, "next: iddr validate, then iddr run --dry-run"]) + "\n"
