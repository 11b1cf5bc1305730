"""The starter, and five bad variants of it, each a repository of its own with the same commit wherever it is made."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STARTER = Path(__file__).parents[2] / "templates" / "starter"
WHEN = "2026-01-02T03:04:05+00:00"
AUTHOR = {
    "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_AUTHOR_DATE": WHEN,
    "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_COMMITTER_DATE": WHEN,
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is changed in the starter, the phase whose gate that closes, and the check that closes it."""

    change: Callable[[Path], None]
    phase: str = ""
    closed_by: tuple[str, ...] = ()


def nothing(_: Path) -> None:
    pass


def a_secret(folder: Path) -> None:
    (folder / "notes.py").write_text(f'key = "AKIA{"QWERTYUIOPASDFGH"}"\n', "utf-8")


def a_row_against_the_contract(folder: Path) -> None:
    path = folder / "data" / "test.csv"
    header, row, rest = path.read_text("utf-8").split("\n", 2)
    path.write_text("\n".join([header, "-1.0," + row.partition(",")[2], rest]), "utf-8")


def a_model_that_guesses(folder: Path) -> None:
    _replaced(folder / "train.py", "train[TARGET])", "train[TARGET].sample(frac=1, random_state=1).to_numpy())")


def a_model_file_that_runs_code(folder: Path) -> None:
    text = (
        "\nclass Hostile:\n    def __reduce__(self):\n        import os\n        return os.system, ('true',)\n\n"
    )
    _replaced(folder / "train.py", "joblib.dump(model, MODEL)", f"{text}joblib.dump(Hostile(), MODEL)")


def an_image_over_its_budget(folder: Path) -> None:
    _replaced(folder / "iddr.toml", "budget = 130 ", 'budget = 13\nlevel = "block" ')


VARIANTS = {
    "good": Variant(change=nothing),
    "secret": Variant(change=a_secret, phase="integration", closed_by=("SC003",)),
    "row": Variant(change=a_row_against_the_contract, phase="integration", closed_by=("GV004",)),
    "guess": Variant(change=a_model_that_guesses, phase="integration", closed_by=("MQ001", "MQ009")),
    "hostile": Variant(change=a_model_file_that_runs_code, phase="integration", closed_by=("SC001",)),
    "large": Variant(change=an_image_over_its_budget, phase="delivery", closed_by=("SV001",)),
}


def repository(folder: Path, name: str) -> Path:
    """Make the variant `name` as the one commit of a repository on the branch main, and return its folder."""
    shutil.copytree(STARTER, folder, ignore=shutil.ignore_patterns(".iddr", "build", "__pycache__"))
    VARIANTS[name].change(folder)
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run(["git", "-C", folder, *command], check=True, env=os.environ | AUTHOR)
    return folder


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), "utf-8")
