"""Make train.csv and test.csv again from the copy of the data that scikit-learn ships.

The split is random and stratified: within each diagnosis, rows are ordered by the SHA-256 of their text, and
the first 60 % are for training. So it needs no seed, and no version of a library can change it.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

from sklearn.datasets import load_breast_cancer

TRAIN_SHARE = 0.6
TARGET = "diagnosis"


def rows_of_each_class() -> tuple[list[str], dict[str, list[list[str]]]]:
    """Return the column names, and the rows as text by diagnosis, in the order of the source."""
    bunch = load_breast_cancer()
    names = [name.replace(" ", "_") for name in bunch.feature_names]
    rows: dict[str, list[list[str]]] = {"malignant": [], "benign": []}
    for measured, label in zip(bunch.data.tolist(), bunch.target.tolist(), strict=True):
        diagnosis = str(bunch.target_names[label])
        rows[diagnosis].append([repr(number) for number in measured] + [diagnosis])
    return [*names, TARGET], rows


def by_digest(row: list[str]) -> str:
    """Return the sort key of a row: the SHA-256 of its text."""
    return hashlib.sha256(",".join(row).encode()).hexdigest()


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """Write one table, rows in the order of their digests, so that the classes are mixed."""
    with path.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows, key=by_digest))


def main(folder: Path) -> None:
    """Write both tables into `folder`."""
    header, classes = rows_of_each_class()
    train: list[list[str]] = []
    test: list[list[str]] = []
    for rows in classes.values():
        ordered = sorted(rows, key=by_digest)
        count = round(len(ordered) * TRAIN_SHARE)
        train += ordered[:count]
        test += ordered[count:]
    write(folder / "train.csv", header, train)
    write(folder / "test.csv", header, test)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
