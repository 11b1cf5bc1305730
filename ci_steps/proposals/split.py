"""Splits one table in two by a hash of each row, so that a row is on one side only, today and next year."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.proposals.table_text import columns_of, text_rows
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TEST_SHARE = 0.3
LARGEST_BYTES = 100_000_000
LEAST_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The two tables as CSV, and how many rows each has."""

    train: str
    test: str
    train_rows: int
    test_rows: int


def split_table(path: Path) -> Split:
    """Return about 70 % of the rows for training and the others for testing.

    Equal rows have equal hashes: duplicates stay on one side. Each side keeps the order of the table.

    Raises:
        Refused: the table cannot be read or written as CSV, is too large to be copied, or too small.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise Refused(f"{path.name}: is larger than {LARGEST_BYTES // 10**6} MB")
    sides: dict[bool, list[str]] = {False: [], True: []}
    for row in text_rows(path):
        line = _line(row)
        sides[is_for_testing(line)].append(line)
    train, test = sides[False], sides[True]
    if len(train) + len(test) < LEAST_ROWS or not train or not test:
        raise Refused(f"{path.name}: has {len(train) + len(test)} rows, too few to be split")
    header = _line(columns_of(path))
    return Split(
        train=header + "".join(train),
        test=header + "".join(test),
        train_rows=len(train),
        test_rows=len(test),
    )


def is_for_testing(line: str) -> bool:
    """Tell the side of a row from the SHA-256 of its line."""
    return int(hashlib.sha256(line.encode()).hexdigest()[:8], 16) < TEST_SHARE * 2**32


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
