"""Recognises social security numbers of the United States.

Source: Social Security Administration, POMS RM 10201.030 and .035 (areas, groups and serials never given).
"""

from __future__ import annotations

import re

from model_checks.personal_data.column import Column, Likeness

HINTS = ("ssn", "social security", "social security number", "ssn number", "tax id", "taxpayer id")
DASHED = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
PLAIN = re.compile(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}")


def social_security(column: Column) -> Likeness | None:
    """Recognise the dashed form by itself, nine plain digits only where the column's name says so."""
    hinted = column.says(*HINTS)
    share = column.share(lambda v: _is_number(v, plain=hinted))
    if share < (0.3 if hinted else 0.8):
        return None
    reason = f"{share:.0%} of values are numbers that could have been given"
    return Likeness(
        kind="social security number", confidence=0.95 if hinted else 0.8,
        reason=reason + (", as the name says" if hinted else ""),
    )  # fmt: skip


def _is_number(value: str, *, plain: bool) -> bool:
    return DASHED.fullmatch(value) is not None or (plain and PLAIN.fullmatch(value) is not None)
