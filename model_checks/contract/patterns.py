r"""Reads the subset of regular expressions that means the same everywhere.

ASCII only; literals, `.`, classes, groups, `|`, `^`, `$`, `* + ?`, `{n}`, `{n,}`, `{n,m}` and `\d \w \s`. It
is written out anew for Python and for RE2 (the engine's), which otherwise differ in `\d`, `\w`, `\s` and `$`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .automata import Automaton

SHORTHANDS = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0b\x0c\r\x20"}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}
LONGEST, HEAVIEST_REPEAT, HEAVIEST, DEEPEST = 1000, 1000, 10_000, 50

# A character: itself, an escaped punctuation mark, or \t \n \r.
ESCAPED = r"\\[tnr]|\\[^A-Za-z0-9]"
TOKEN = re.compile(
    rf"""(?P<shorthand>\\[dwsDWS]) | (?P<literal>{ESCAPED}|[^\\.^$|()\[\]{{}}*+?])
    | (?P<members>\[\^?(?:\\[dws]|{ESCAPED}|[^\\\[\]])+\]) | (?P<repeat>[*+?]|\{{[0-9]+(?:,[0-9]*)?\}})
    | (?P<open>\((?:\?:)?(?!\?)) | (?P<close>\)) | (?P<bar>\|) | (?P<dot>\.) | (?P<start>\^) | (?P<end>\$)""",
    re.VERBOSE,
)
MEMBER = re.compile(
    rf"(?P<shorthand>\\[dws])(?!-.)|(?P<low>{ESCAPED}|[^\\\-])-(?P<high>{ESCAPED}|[^\\\-])"
    rf"|(?P<one>{ESCAPED}|[^\\])(?!-\\[dws])"
)
SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
ATOMS = {"shorthand", "literal", "members", "dot", "close"}
FIXED = {"open": "(?:", "close": ")", "bar": "|", "dot": r"[^\n]", "start": r"\A"}


@dataclass(frozen=True)
class Pattern:
    """A pattern as it stands in the contract, and its two spellings, both with search semantics."""

    source: str
    python: str
    re2: str

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in `text`, in time that grows with the text alone."""
        return self._automaton.found_in(text)

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(_tree(_tokens(self.source)))


def read(source: str) -> Pattern:
    """Read a pattern of the subset.

    Raises:
        ValueError: what stands outside the subset, and where.
    """
    if not source.isascii() or len(source) > LONGEST:
        raise ValueError(f"a pattern of at most {LONGEST} ASCII characters")
    tokens = _tokens(source)
    _weigh(tokens)
    pieces = [(kind, _spelled(kind, text)) for kind, text in tokens]
    python = "".join(r"\Z" if kind == "end" else text for kind, text in pieces)
    re2 = "".join(r"\z" if kind == "end" else text for kind, text in pieces)
    return Pattern(source, python, re2)


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while place < len(source):
        match = TOKEN.match(source, place)
        if match is None:
            raise ValueError(
                "literals, classes, groups, '|', '^', '$', repeats and \\d \\w \\s alone (no look-around, no "
                f"back-reference, other signs escaped), not {source[place : place + 4]!r} at {place + 1}"
            )
        tokens.append((str(match.lastgroup), match.group()))
        place = match.end()
    return tokens


def _weigh(tokens: list[tuple[str, str]]) -> None:
    """Refuse what does not nest, repeats nothing, or grows too large when its repeats are written out."""
    frames, before, last = [0], "", 0
    for kind, text in tokens:
        if kind == "open":
            frames.append(0)
            if len(frames) > DEEPEST:
                raise ValueError(f"groups nested at most {DEEPEST} deep")
        elif kind == "repeat":
            if before not in ATOMS:
                raise ValueError(f"{text!r} must follow what it repeats (lazy repeats are not supported)")
            times = _times(text)
            frames[-1] += last * (times - 1)
            if times > 1 and last * times > HEAVIEST_REPEAT:
                raise ValueError(f"{text!r} repeats too much: at most {HEAVIEST_REPEAT} characters")
        else:
            if kind == "close" and len(frames) == 1:
                raise ValueError("a ')' without its '('")
            last = max(1, frames.pop()) if kind == "close" else 1
            frames[-1] += last
        before = kind
    if len(frames) > 1:
        raise ValueError("a '(' without its ')'")
    if frames[0] > HEAVIEST:
        raise ValueError(f"a pattern of at most {HEAVIEST} characters when its repeats are written out")


def _times(repeat: str) -> int:
    low, high = _bounds(repeat)
    if high is not None and high < low:
        raise ValueError(f"{repeat!r} has its bounds the wrong way round")
    return max(1, low, high or 0)


def _bounds(repeat: str) -> tuple[int, int | None]:
    if repeat in SIGNS:
        return SIGNS[repeat]
    low, comma, high = repeat.strip("{}").partition(",")
    return int(low), int(high) if high else None if comma else int(low)


def _tree(tokens: list[tuple[str, str]]) -> tuple[Any, ...]:
    """Return the tokens as the tree that an automaton is laid out from."""
    groups: list[list[list[tuple[Any, ...]]]] = [[[]]]
    for kind, text in tokens:
        if kind == "open":
            groups.append([[]])
        elif kind == "bar":
            groups[-1].append([])
        elif kind == "close":
            closed = groups.pop()
            groups[-1][-1].append(_choice(closed))
        elif kind == "repeat":
            groups[-1][-1].append(("repeat", groups[-1][-1].pop(), *_bounds(text)))
        else:
            groups[-1][-1].append((kind,) if kind in {"start", "end"} else ("one", _spelled(kind, text)))
    return _choice(groups[0])


def _choice(ways: list[list[tuple[Any, ...]]]) -> tuple[Any, ...]:
    return ("any", [("all", way) for way in ways])


def _spelled(kind: str, text: str) -> str:
    if kind == "literal":
        return _character(text)
    if kind == "shorthand":
        return f"[{'^' if text[1].isupper() else ''}{SHORTHANDS[text[1].lower()]}]"
    return _members(text) if kind == "members" else FIXED.get(kind, text)


def _character(text: str) -> str:
    plain = CONTROLS.get(text[1], text[1]) if len(text) > 1 else text
    return plain if plain.isalnum() else rf"\x{ord(plain):02x}"


def _members(text: str) -> str:
    negated = text.startswith("[^")
    body, place, spelled = text[2 if negated else 1 : -1], 0, ""
    while place < len(body):
        match = MEMBER.match(body, place)
        if match is None:
            raise ValueError(f"in {text}: a shorthand cannot begin or end a range")
        place, shorthand, one = match.end(), match["shorthand"], match["one"]
        if shorthand:
            spelled += SHORTHANDS[shorthand[1]]
        elif one:
            spelled += _character(one)
        else:
            spelled += _range(text, match["low"], match["high"])
    return f"[{'^' if negated else ''}{spelled}]"


def _range(text: str, low: str, high: str) -> str:
    first, last = (CONTROLS.get(end[-1], end[-1]) if len(end) > 1 else end for end in (low, high))
    if first > last:
        raise ValueError(f"in {text}: the range {low}-{high} is the wrong way round")
    return f"{_character(low)}-{_character(high)}"
