"""Finds the column to predict, what kind of task that makes, and the class that counts as positive."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ci_steps.proposals.guess import Guess, one_of
from ci_steps.proposals.table_text import counts_of

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.proposals.script import Script

TASKS = ("binary-classification", "multiclass-classification", "regression")
USUAL_NAMES = ("target", "label", "labels", "y", "class", "outcome", "response")
POSITIVE_WORDS = frozenset({"1", "true", "yes", "y", "t", "positive", "pos", "bad", "fraud", "malignant"})
NULLS = frozenset({"", "na", "nan", "null", "none"})
FEW_NUMBERS = 20
MOST_CLASSES = 1000


def guess_target(columns: list[str], script: Script | None) -> Guess:
    """Return the column that the script treats as the truth, else one with a usual name."""
    if script is not None:
        known = Counter({c: n for c, n in script.targets.items() if c in columns}).most_common()
        if known and (len(known) == 1 or known[0][1] > known[1][1]):
            why = f"guessed from {script.path}, which splits it off"
            return Guess(value=known[0][0], why=why)
        if known:
            likely = [c for c, n in known if n == known[0][1]]
            return one_of("target: which column does the model predict", likely, "")
    usual = [c for name in USUAL_NAMES for c in columns if c.lower() == name]
    if usual:
        return Guess(value=usual[0], why="guessed from its name")
    return one_of("target: which column does the model predict", columns, "guessed: the only column")


def values_of(path: Path, column: str) -> Counter[str]:
    """Return how often each value of the target occurs, as text; nulls are left out.

    Raises:
        Refused: the table cannot be read.
    """
    counts = counts_of(path, column)
    return Counter({value: n for value, n in counts.items() if value.strip().lower() not in NULLS})


def guess_task(values: Counter[str], kind: str, script: str) -> Guess:
    """Return the task from the target's values, and from the learner where numbers alone do not tell.

    `kind` is what the script's learner does: classification, regression, or empty.
    """
    count, numeric = len(values), all(map(_is_number, values))
    found = f"guessed from the target's {count} different values"
    if count < 2:  # noqa: PLR2004 - a class apart from the other
        return Guess(question=f"task: the target has {count} different values; what does the model predict?")
    if count == 2:  # noqa: PLR2004 - what binary means
        return Guess(value="binary-classification", why=found)
    if not numeric:
        if count > MOST_CLASSES:
            return Guess(question=f"task: the target has {count} different texts; are they all classes?")
        return Guess(value="multiclass-classification", why=found)
    return _task_of_numbers(values, kind, script)


def _task_of_numbers(values: Counter[str], kind: str, script: str) -> Guess:
    count, found = len(values), f"guessed from the target's {len(values)} different numbers"
    if kind == "regression":
        return Guess(value="regression", why=f"guessed from {script} and from {count} different numbers")
    whole = count <= FEW_NUMBERS and all(float(v).is_integer() for v in values)
    if not whole:
        return Guess(value="regression", why=found)
    asked = "" if kind else "task: are these few whole numbers classes, or amounts (regression)?"
    return Guess(value="multiclass-classification", why=f"{found}, all whole", question=asked)


def guess_positive(values: Counter[str]) -> Guess:
    """Return which of two classes a binary metric ranks by: by its word, else the rarer one, and asks."""
    words = [v for v in values if v.lower() in POSITIVE_WORDS]
    if len(words) == 1:
        return Guess(value=words[0], why="guessed from the word")
    rarer = min(sorted(values), key=lambda value: values[value])
    shown = " and ".join(sorted(values))
    return Guess(
        value=rarer, why="guessed: the rarer one", question=f"positive: which of {shown} is the one to find?"
    )


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False
