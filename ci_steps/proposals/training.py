"""Finds what trains the model, and where the model goes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.proposals.guess import Guess, one_of
from ci_steps.proposals.script import read_script

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.proposals.script import Script

USUAL_NAMES = ("train", "training", "fit", "train_model", "model_training")
MODEL_FILES = (".joblib", ".pkl", ".pickle", ".skops")
MODEL_WORDS = ("model", "pipeline", "classifier", "regressor", "clf")


def choose_script(root: Path, scripts: list[str]) -> tuple[Script | None, Guess]:
    """Return the script that trains, and the guess of its path; no script and a question where unclear."""
    read = [s for path in scripts if (s := read_script(root, path)) is not None]
    ranked = sorted(((_likeness(s), s.path, s) for s in read if _likeness(s)), key=lambda r: (-r[0], r[1]))
    if not ranked:
        return None, one_of("command: which script trains the model", [], "")
    best = [s for likeness, _, s in ranked if likeness == ranked[0][0]]
    guess = one_of("command: which script trains the model", [s.path for s in best], _reasons(best[0]))
    return (best[0] if guess.value else None), guess


def _likeness(script: Script) -> int:
    named = PurePosixPath(script.path).stem in USUAL_NAMES
    return 4 * script.fits + 2 * bool(script.saved) + named if script.fits or script.saved else 0


def _reasons(script: Script) -> str:
    does = [words for words, true in (("fits", script.fits), ("saves a model", script.saved)) if true]
    return f"guessed: {script.path} {' and '.join(does)}"


def command_of(script: Script | None, guess: Guess) -> Guess:
    """Return the command that runs the script."""
    if guess.value is None:
        return guess
    asked = ""
    if script is not None and script.takes_arguments:
        asked = f"command: {script.path} reads arguments; which ones does it need?"
    return Guess(value=f"python {guess.value}", why=guess.why, question=asked)


def guess_artifact(script: Script | None, files: tuple[str, ...]) -> Guess:
    """Return where the script saves the model; without a script, a model file that is here already."""
    what = "artifact: which file does training leave behind"
    if script is None:
        found = [f for f in files if f.lower().endswith(MODEL_FILES)]
        return one_of("artifact: which file is the model", found, "guessed: the only model file here")
    inside = [p for p in script.saved if not PurePosixPath(p).is_absolute() and ".." not in PurePosixPath(p).parts]
    models = [p for p in inside if any(word in PurePosixPath(p).name.lower() for word in MODEL_WORDS)]
    candidates = models if len(models) == 1 else inside
    if not candidates and script.saved:
        outside = ", ".join(script.saved)
        return Guess(question=f"{what}? {script.path} saves to {outside}, outside this folder")
    return one_of(what, candidates, f"guessed from {script.path}, which saves it there")
