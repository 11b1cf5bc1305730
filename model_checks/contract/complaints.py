"""Says what the engine complains about as place, found, expected and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model_checks.contract.opening import Opened

# The engine repeats the line that it complains about, which may say anything: the last match is the engine's.
CELLS = re.compile(r"^Expected Number of Columns: (\d+) Found: (\d+)", re.MULTILINE)
LINE, FILE = re.compile(r"CSV Error on Line: (\d+)"), re.compile(r"^\s*file = (.*)$", re.MULTILINE)
WORDS = {
    "Maximum line size of": "found a record that is too long, expected less than 2,000,000 bytes; mend the cell "
    "that is too long or the quote that is not closed, or take the column out",
    "Value with unterminated quote found": 'found a quote that is not closed or not doubled, expected "" inside '
    "quotes and less than 2,000,000 bytes; mend the line",
    "Invalid unicode": "found bytes that are not UTF-8, expected UTF-8 text; save the file as UTF-8",
    "full read on this file": "found a record that is too long, expected less than 2,000,000 bytes; mend the cell "
    "that is too long",
    "state machine": "found line ends of different kinds, expected one kind; save the file again",
    "Out of Memory Error": "the engine has too little memory for this question; give the process more",
}


def unreadable(name: str, error: str, files: Sequence[Opened]) -> str:
    """Say the engine's complaint about the table `name`, which consists of `files`."""
    place = _place(name, error, files)
    if counted := CELLS.findall(error):
        expected, found = counted[-1]
        return f"{place}: found {found} cells, expected {expected} as in the header; mend the line"
    begins = {text: re.compile(rf"^[^\n]*{re.escape(text)}", re.MULTILINE) for text in WORDS}
    told = [(found[-1], text) for text, pattern in begins.items() if (found := _starts(pattern, error))]
    if told:
        return f"{place}: {WORDS[max(told)[1]]}"
    return f"{place}: cannot be read: {error.partition(chr(10))[0]}; write it again"


def _place(name: str, error: str, files: Sequence[Opened]) -> str:
    about = [f for path in FILE.findall(error) for f in files if str(f.path) == path]
    about = about or [f for f in files if str(f.path) in error.partition("\n")[0]]
    line = LINE.search(error)
    if not about:
        return name + (f": line {line[1]}" if line else "")
    return about[-1].part.label + (f": line {about[-1].line_of(int(line[1]))}" if line else "")


def _starts(pattern: re.Pattern[str], error: str) -> list[int]:
    return [match.start() for match in pattern.finditer(error)]
