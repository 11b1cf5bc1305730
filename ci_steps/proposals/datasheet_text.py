"""Writes datasheet.toml: what is known of the data, and a plain question for all that only people know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.proposals.settings import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE = {
    "name": "What is the source of this data called?",
    "url": "Where can it be looked up? Leave the line out where it cannot.",
    "collected": "When was it collected? A date such as 2026-01-31, or {from = 2026-01-01, to = 2026-01-31}.",
    "collected_by": "Who collected it?",
    "process": "How was it collected, and what was done to it since?",
}
OTHERS = {
    "terms": {
        "licence": "Under which licence may it be used? Or write agreement = the contract that allows it.",
        "purposes": 'For which purposes? A list such as ["research", "credit scoring"].',
        "territory": 'Where may it be used? A place such as "EU", or "worldwide".',
    },
    "use": {"purpose": "What is this model for?"},
    "personal": {"contains": "Does any row tell of a person? true or false, without quotes."},
    "retention": {
        "until": "Until when may it be kept? A date, or write days = so many from its collection;"
        " leave the line out where nothing limits it."
    },
}
PERSONAL_WORDS = frozenset(
    {
        "age", "sex", "gender", "race", "ethnicity", "religion", "nationality", "birth", "birthday", "dob", "name",
        "surname", "email", "phone", "address", "zip", "postcode", "ssn", "passport", "disability", "health",
        "pregnant", "marital", "foreign", "citizen",
    }
)  # fmt: skip


def datasheet_text(evidence: Sequence[tuple[str, str, str]], personal: Sequence[str]) -> str:
    """Return the text of datasheet.toml.

    `evidence` holds (file, SHA-256, how the training table was made from it, or nothing); `personal` the
    columns that sound as if they told of persons.
    """
    lines = [
        '# What people declare about the data. A value that starts with "?" is a question that waits for them.',
        "", "[source]", *_asked(SOURCE),
    ]  # fmt: skip
    for file, sha256, derivation in evidence:
        lines += ["", "[[source.evidence]]", f"file = {quoted(file)}", f"sha256 = {quoted(sha256)}"]
        lines += [f"derivation = {quoted(derivation)}"] if derivation else []
    for section, questions in OTHERS.items():
        lines += ["", f"[{section}]"]
        if section == "personal" and personal:
            lines.append(f"# These columns sound like it: {', '.join(quoted(name) for name in personal)}.")
        lines += _asked(questions)
    return "\n".join(lines) + "\n"


def datasheet_questions() -> tuple[str, ...]:
    """Return the questions of the file, each with its key."""
    sections = {"source": SOURCE, **OTHERS}
    return tuple(
        f"datasheet.toml: {section}.{key}: {question}"
        for section, questions in sections.items()
        for key, question in questions.items()
    )


def _asked(questions: dict[str, str]) -> list[str]:
    return [f"{key} = {quoted('? ' + question)}" for key, question in questions.items()]
