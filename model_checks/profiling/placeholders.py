"""Values that often stand for a missing one.

Source: D. Pyle, "Data Preparation for Data Mining" (1999), chapter 8; R. K. Pearson, "The problem of disguised
missing data", SIGKDD Explorations 8 (2006) 83-92.
"""

from __future__ import annotations

# Compared in lower case and without blanks around.
WORDS = (
    *(
        "",
        "?",
        "??",
        "???",
        "-",
        "--",
        "---",
        ".",
        "..",
        "*",
        "_",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "#na",
        "<na>",
        "nan",
    ),
    *(
        "-nan",
        "nat",
        "null",
        "(null)",
        "#null!",
        "none",
        "nil",
        "missing",
        "undefined",
        "unspecified",
        "not available",
    ),
    *("not applicable", "no data", "nodata", "n.d.", "#value!", "#ref!", "#div/0!", "inf", "-inf"),
)
NUMBERS = (-99, -999, -9999, -99999, -999999, -9999999, 999, 9999, 99999, 999999, 9999999, 99999999)
TEXTS = (*WORDS, *(str(number) for number in NUMBERS), *(f"{number}.0" for number in NUMBERS))
