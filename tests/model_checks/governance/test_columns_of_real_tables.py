"""GV007 and GV009 on tables as they are: profiles made by a scan, findings as a person would read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model_checks.contract.inference import infer
from model_checks.running import run

SHARED = Path(__file__).parents[4] / "shared" / "data"


def judged(folder, table, target=None, contract=None):
    rules = folder / "contract.schema.json"
    rules.write_text(json.dumps(contract or infer(table, target=target)), "utf-8")
    given = {"train": table, "contract": rules, "target": target}
    found = [*run("GV007", **given), *run("GV009", **given)]
    return {(f.where.partition(": ")[2], f.rule) for f in found if f.ok is False}


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("wine_quality_white", "quality", set()),
        ("online_shoppers_intention", "Revenue", set()),
        ("german_credit_codes_or_labels", "Target", set()),
        ("penguins", "species", set()),
        ("diabetes", "Y", set()),
        ("drug200", "Drug", {("Drug", "categories are written in one way")}),
        ("hr_attrition_3class", "status", {("Unnamed: 0", "index is no feature")}),
        ("bike_sharing_hour", "cnt", {("instant", "index is no feature")}),
    ],
)
def test_real_tables_are_judged_as_people_would(tmp_path, name, target, expected):
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    assert judged(tmp_path, SHARED / f"{name}.csv", target) == expected


def contract(**kinds):
    return {
        "type": "object",
        "properties": {name: {"type": [kind, "null"]} for name, kind in kinds.items()},
    }


def test_what_is_wrong_in_a_table_is_found_column_by_column(tmp_path):
    table = tmp_path / "train.csv"
    rows = ["n,age,job,day,sex,empty,size,income,same"]
    for n in range(300):
        age = -999 if n % 30 == 0 else 20 + n % 50
        job = "?" if n % 25 == 0 else ("nurse", "smith", "cook")[n % 3]
        day = f"2024-0{1 + n % 9}-{10 + n % 18}" if n % 2 else f"{13 + n % 15}.0{1 + n % 9}.2024"
        size = "12 kg" if n == 7 else n % 90
        income = 10**9 if n == 5 else 1000 + 7 * n
        rows.append(f"{n},{age},{job},{day},{('male', 'Male', 'female')[n % 3]},,{size},{income},1")
    table.write_text("\n".join([*rows, ""]), "utf-8")
    kinds = {"n": "integer", "age": "integer", "job": "string", "day": "string", "sex": "string"}
    rules = contract(**kinds, empty="string", size="string", income="number", same="integer")
    assert judged(tmp_path, table, contract=rules) == {
        ("n", "index is no feature"), ("age", "missing values are declared"), ("job", "missing values are declared"),
        ("day", "one date format"), ("sex", "categories are written in one way"), ("empty", "column has values"),
        ("size", "one type"), ("income", "values are plausible"), ("same", "column varies"),
    }  # fmt: skip


def test_what_the_contract_calls_null_is_openly_missing(tmp_path):
    table = tmp_path / "train.csv"
    table.write_text("sex,age\n" + "male,31\nfemale,-999\nNA,40\n" * 10, "utf-8")
    rules = contract(sex="string", age="integer")
    assert judged(tmp_path, table, contract=rules) == {
        ("sex", "missing values are declared"), ("age", "missing values are declared"),
    }  # fmt: skip
    assert judged(tmp_path, table, contract=rules | {"x-null-tokens": ["NA", "-999"]}) == set()
