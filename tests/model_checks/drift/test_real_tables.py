"""DR001 on tables as they are: random halves are left in peace, two years are told apart."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from model_checks.contract.inference import infer
from model_checks.running import run

SHARED = Path(__file__).parents[4] / "shared" / "data"
TABLES = {
    "german_credit_codes_or_labels": "Target", "wine_quality_white": "quality", "drug200": "Drug",
    "online_shoppers_intention": "Revenue", "penguins": "species", "hr_attrition_3class": "status",
    "bike_sharing_hour": "cnt", "diabetes": "Y",
}  # fmt: skip


def lines_of(name):
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    header, *rows = (SHARED / f"{name}.csv").read_text("utf-8").splitlines()
    return header, rows


def judged(folder, name, train, test):
    """Return the findings on rows of one table, whose contract is inferred from all of it."""
    header, _ = lines_of(name)
    for file, rows in (("train", train), ("test", test)):
        (folder / f"{file}.csv").write_text("\n".join([header, *rows, ""]), "utf-8")
    rules, target = folder / "contract.schema.json", TABLES[name]
    rules.write_text(json.dumps(infer(SHARED / f"{name}.csv", target=target)), "utf-8")
    return run("DR001", train=folder / "train.csv", test=folder / "test.csv", contract=rules, target=target)


@pytest.mark.parametrize("name", TABLES)
def test_a_random_split_is_no_drift(tmp_path, name):
    _, rows = lines_of(name)
    random.Random(1).shuffle(rows)  # noqa: S311 - a split, no secret
    cut = len(rows) * 7 // 10
    assert [f for f in judged(tmp_path, name, rows[:cut], rows[cut:]) if f.ok is False] == []


def test_two_years_of_one_table_are_told_apart(tmp_path):
    _, rows = lines_of("bike_sharing_hour")
    first = [row for row in rows if row.split(",")[1] < "2012"]
    found = judged(tmp_path, "bike_sharing_hour", first, rows[len(first) :])
    shifted = {f.where.partition(": ")[2] for f in found if f.ok is False}
    assert {"yr", "instant", "casual", "registered"} <= shifted
    assert not {"hr", "weekday", "workingday"} & shifted
