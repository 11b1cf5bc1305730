"""Writes iddr.toml with the reason for every guess, and every open question, beside the setting."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci_steps.proposals.guess import Guess

METRICS = {
    "binary-classification": "roc_auc",
    "multiclass-classification": "balanced_accuracy",
    "regression": "r2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of the file: a key with a guess; `plain` values stand as they are, others are quoted."""

    key: str
    guess: Guess
    plain: bool = False


def settings_text(sections: Mapping[str, Sequence[Setting]], task: str | None) -> str:
    """Return the text of iddr.toml."""
    lines = [
        "# Written by `iddr init`. Read each line: what was guessed says from what, and a question waits for an",
        '# answer wherever a comment or a value starts with "?".',
        "schema = 1",
        'profile = "starter"  # starter blocks only what is certainly wrong; then standard, then regulated',
    ]
    for name, settings in sections.items():
        lines += ["", f"[{name}]"]
        for setting in settings:
            lines += setting_lines(setting)
    return "\n".join([*lines, *_floor(task)]) + "\n"


def setting_lines(setting: Setting) -> list[str]:
    """Return the setting's line, with its question above it and its reason behind it."""
    guess = setting.guess
    asked = guess.question.partition(": ")[2] or guess.question
    if guess.value is None:
        return [f"{setting.key} = {quoted('? ' + asked)}"]
    value = guess.value if setting.plain else quoted(guess.value)
    reason = f"  # {guess.why}" if guess.why else ""
    comment = textwrap.wrap(asked, 110, initial_indent="# ? ", subsequent_indent="#   ", break_on_hyphens=False)
    return [*comment, f"{setting.key} = {value}{reason}"]


def _floor(task: str | None) -> list[str]:
    if task not in METRICS:
        return []
    return [
        "",
        "# ? What must the model reach on the test table? Until that is said: more than the best constant answer.",
        "# [checks.MQ001]", f"# metric = {quoted(METRICS[task])}", "# minimum = 0.8",
    ]  # fmt: skip


def quoted(text: str) -> str:
    """Return a TOML text. JSON's escapes are TOML's, once DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
