"""Makes any text harmless in a report: in HTML, in SVG, and in Markdown as GitHub reads it."""

from __future__ import annotations

import html
import re
import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
JOINER = "\u2060"
# What CommonMark and GitHub's extensions give a meaning within a line, or at its start.
SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
STARTS = re.compile(r"^([#+=>-]|\d{1,9}[.)])")
# GitHub links these in what is left after Markdown, so no backslash helps: an unseen joiner parts them.
LINKED = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=:)(?=[\w+-]+:)|(?<=[wW]{3})(?=\.)|(?<=[gG][hH]-)(?=\d)")


def seen(text: str, longest: int = 2000) -> str:
    """Return `text` on one line, cut, and without signs that are unseen or turn the line around."""
    line = " ".join(text.split())
    cut = line if len(line) <= longest else line[: longest - 1] + "…"
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in HIDDEN else c for c in cut)


def in_html(text: str, longest: int = 2000) -> str:
    """Return `text` for HTML and SVG, in an element or in quotes."""
    return html.escape(seen(text, longest))


def in_markdown(text: str, longest: int = 2000) -> str:
    """Return `text` for Markdown, as words: no markup, link, image, mention, reference or HTML comes of it."""
    escaped = SPECIAL.sub(r"\\\1", LINKED.sub(JOINER, seen(text, longest)))
    return STARTS.sub(lambda found: found[1][:-1] + "\\" + found[1][-1], escaped)


def in_code(text: str, longest: int = 200) -> str:
    """Return `text` for Markdown, as code: as it is, but for signs that would end it or a table's cell."""
    plain = seen(text, longest).replace("|", "¦")
    if not plain:
        return ""
    longest_run = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest_run + 1)
    space = " " if plain[0] in "` " or plain[-1] in "` " else ""
    return f"{fence}{space}{plain}{space}{fence}"
