"""What a licence lets people do, from its SPDX identifier."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

CREATIVE_COMMONS = re.compile(r"cc-by((?:-(?:nc|nd|sa))*)(?:-\d\.\d)?(?:-(?:igo|[a-z]{2,3}))?")
VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
TERMS = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
# Those that data, and the code that it comes with, are published under; all of them let anybody use it for
# anything. Whoever shares what they made from it shares alike under the second group.
OPEN = (
    "CC0-1.0", "CC-PDDC", "PDDL-1.0", "ODC-By-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0",
    "O-UDA-1.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "OGL-Canada-2.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0",
    "etalab-2.0", "NLOD-1.0", "NLOD-2.0", "IODL-2.0", "TU-Berlin-2.0", "MIT", "MIT-0", "Apache-2.0",
    "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Unlicense", "WTFPL", "Zlib", "Artistic-2.0",
)  # fmt: skip
ALIKE = (
    "ODbL-1.0", "CDLA-Sharing-1.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
    "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only",
    "AGPL-3.0-or-later", "MPL-2.0", "EUPL-1.2", "GFDL-1.3-only", "GFDL-1.3-or-later",
)  # fmt: skip
CLOSE = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One licence, and what it withholds; all of them may be used anywhere in the world."""

    name: str
    non_commercial: bool = False
    no_derivatives: bool = False
    share_alike: bool = False


def licences_of(text: str) -> tuple[tuple[Licence, ...], ...] | None:
    """Return the ways to be licensed that an SPDX expression offers, each with the licences that bind together.

    None where the text is no expression of licences that are known here. Names are compared without regard
    to case; the version of a Creative Commons licence may be left out, and blanks may stand for hyphens.

    Source: SPDX specification 3.0, annex B (licence expressions); the licences' own texts.
    """
    if "(" in text:
        return None
    ways = [re.split(r"\s+AND\s+", way.strip()) for way in re.split(r"\s+OR\s+", text.strip())]
    known = [[_licence(name) for name in way] for way in ways]
    if any(licence is None for way in known for licence in way):
        return None
    return tuple(tuple(licence for licence in way if licence is not None) for way in known)


def nearest(text: str) -> str:
    """Return the SPDX identifier that `text` was probably meant for; empty where none is close."""
    names = [*OPEN, *ALIKE, *(f"CC-{terms}-{version}" for terms in TERMS for version in VERSIONS)]
    folded = {name.lower(): name for name in reversed(names)}
    # A name without its version is meant for the first one listed.
    stems = {short.rpartition("-")[0]: name.lower() for short, name in reversed(folded.items()) if "-" in short}
    if stem := stems.get(_folded(text)):
        return folded[stem]
    found = difflib.get_close_matches(_folded(text), folded, n=1, cutoff=CLOSE)
    return folded[found[0]] if found else ""


def _licence(text: str) -> Licence | None:
    folded = _folded(text)
    if match := CREATIVE_COMMONS.fullmatch(folded):
        terms = match[1].split("-")
        return Licence(
            name=folded.upper(), non_commercial="nc" in terms, no_derivatives="nd" in terms,
            share_alike="sa" in terms,
        )  # fmt: skip
    for name in (*OPEN, *ALIKE):
        if name.lower() == folded:
            return Licence(name=name, share_alike=name in ALIKE)
    return None


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.strip()).lower()
