from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.checks import PROFILES
from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import rows
from model_checks.dataset import Dataset
from model_checks.findings import Finding, Level, NotAudited
from model_checks.governance.gv004_rows_obey_contract import gv004
from tests.examples.GV004.fails.make import make as fails
from tests.examples.GV004.holds.make import make as holds

SHARED = Path(__file__).parents[4] / "shared" / "data"
PERSON = {"type": "string", "maxLength": 3, "x-personal": True}


def contract(properties: dict[str, Any], **more: Any) -> Contract:
    return Contract.parse({"type": "object", "properties": properties, "required": list(properties)} | more)


def judged(path: Path, text: str, rules: Contract) -> list[Finding]:
    path.write_text(text, "utf-8")
    return list(gv004(Dataset.from_file(path, rules, name="train", target=None), rules))


@pytest.mark.parametrize(("make", "ok"), [(holds, True), (fails, False)])
def test_examples_hold_and_fail(tmp_path: Path, make: Any, ok: bool) -> None:
    made = make(tmp_path)
    rules = Contract.load(made["contract"])
    findings = list(gv004(Dataset.from_file(made["train"], rules, name="train", target=None), rules))
    assert [finding.ok for finding in findings] == [ok]
    assert all(finding.rule and (finding.ok or finding.fix) for finding in findings)


def test_it_blocks_in_every_profile() -> None:
    assert [gv004.level(profile) for profile in PROFILES] == [Level.BLOCK] * 3


def test_a_broken_rule_tells_count_share_rows_and_cells(tmp_path: Path) -> None:
    rules = contract({"age": {"type": "integer", "minimum": 18, "maximum": 120}})
    text = "age\n" + "18\n" * 6 + "17\n" * 3 + "-1\n" + "120\n" * 2 + "121\n" + "x\n" * 2
    low, high, kind = sorted(
        judged(tmp_path / "train.csv", text, rules), key=lambda f: ["minimum", "maximum", "type"].index(f.rule)
    )
    assert low.where == "train.csv: column age"
    expected = "4 rows (26.7 %) break `minimum`: the value must be 18 or more; found '17' in row 7, 8, 9, 10"
    assert low.message == expected
    assert (low.measured, high.measured, kind.measured) == (4, 1, 2)
    assert "found 'x' in row 14, 15" in kind.message


def test_limits_are_inclusive(tmp_path: Path) -> None:
    rules = contract({"age": {"type": "number", "minimum": 18, "maximum": 120}})
    (finding,) = judged(tmp_path / "train.csv", "age\n18\n120\n", rules)
    assert (finding.ok, finding.measured) == (True, 2)


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf", "", "1_000"])
def test_nan_infinity_and_empty_are_no_numbers(tmp_path: Path, cell: str) -> None:
    rules = contract({"a": {"type": "number"}, "b": {"type": "string"}})
    (finding,) = judged(tmp_path / "train.csv", f"a,b\n{cell},x\n", rules)
    assert (finding.ok, finding.rule, finding.measured) == (False, "type", 1)


def test_nan_in_parquet_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(f"COPY (SELECT 'nan'::DOUBLE a, 5 b) TO '{path}' (FORMAT parquet)")
    rules = contract({"a": {"type": ["number", "null"]}, "b": {"type": "string"}})
    number, text = gv004(Dataset.from_file(path, rules, name="t", target=None), rules)
    assert (number.ok, number.rule) == (False, "type")
    assert "found '5' stored as INTEGER in row 1" in text.message


def test_personal_cells_show_their_first_character_alone(tmp_path: Path) -> None:
    (finding,) = judged(tmp_path / "t.csv", "a,b\nSmith,1\n", contract({"a": PERSON}))[1:]
    assert "'S***'" in finding.message
    assert "mith" not in finding.message + finding.fix


def test_columns_absent_and_unknown_are_found(tmp_path: Path) -> None:
    strict = contract({"a": {"type": "integer"}, "b": {"type": "integer"}}, additionalProperties=False)
    findings = judged(tmp_path / "t.csv", "a,c\n1,2\n", strict)
    assert [(f.ok, f.rule, f.where) for f in findings] == [
        (False, "required", "t.csv: column b"),
        (False, "additionalProperties", "t.csv: column c"),
    ]
    note, verdict = judged(
        tmp_path / "t.csv", "a,b,c\n1,2,3\n", contract({"a": {"type": "integer"}, "b": {"type": "integer"}})
    )
    assert (note.note, verdict.ok) == (True, True)
    assert "c" in note.message


def test_both_tables_are_judged_and_named_apart(tmp_path: Path) -> None:
    rules = contract({"a": {"type": "integer"}})
    tables = []
    for folder, cell in (("train", "1"), ("test", "x")):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "data.csv"
        path.write_text(f"a\n{cell}\n", "utf-8")
        tables.append(Dataset.from_file(path, rules, name=folder, target=None))
    findings = list(gv004(tables[0], rules, tables[1]))
    assert [(f.ok, f.where) for f in findings] == [(True, "train/data.csv"), (False, "test/data.csv: column a")]


def test_a_table_that_is_gone_is_not_audited(tmp_path: Path) -> None:
    path, rules = tmp_path / "t.csv", contract({"a": {"type": "integer"}})
    path.write_text("a\n1\n", "utf-8")
    data = Dataset.from_file(path, rules, name="t", target=None)
    path.unlink()
    with pytest.raises(NotAudited, match=r"t\.csv"):
        list(gv004(data, rules))


RULES = contract(
    {
        "n": {"type": ["integer", "null"], "minimum": -5, "multipleOf": 5},
        "t": {"type": "string", "pattern": "^[a-z]+$"},
    }
)


@given(st.lists(rows(RULES), min_size=1, max_size=8), st.integers(0, 7), st.booleans())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bad_row_among_good_ones_is_found_where_it_is(
    tmp_path: Path, good: list[dict[str, Any]], at: int, spoil: bool
) -> None:
    cells = [("" if row["n"] is None else str(row["n"]), row["t"]) for row in good]
    at = min(at, len(cells))
    if spoil:
        cells.insert(at, ("7", "abc"))
    text = "n,t\n" + "".join(f"{number},{word}\n" for number, word in cells)
    (finding,) = judged(tmp_path / "t.csv", text, RULES)
    assert finding.ok is not spoil
    if spoil:
        assert finding.rule == "multipleOf"
        assert finding.message.endswith(f"found '7' in row {at + 1}")


@pytest.mark.parametrize(
    ("twin", "rule", "column"),
    [("bad_dist", "maximum", "AGE"), ("bad_schema", "required", "AGE"), ("missing_values", "type", "BMI")],
)
def test_the_bad_twins_of_a_real_table_are_refused(twin: str, rule: str, column: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    names = ["AGE", "SEX", "BMI", "BP", "S1", "S2", "S3", "S4", "S5", "S6"]
    rules = contract(
        {name: {"type": "number", "minimum": -1, "maximum": 1} for name in names} | {"Y": {"type": "number"}}
    )
    good = Dataset.from_file(SHARED / "diabetes.csv", rules, name="train", target="Y")
    bad = Dataset.from_file(SHARED / f"diabetes_{twin}.csv", rules, name="test", target="Y")
    findings = list(gv004(good, rules, bad))
    assert findings[0].ok is True
    assert (rule, f"diabetes_{twin}.csv: column {column}") in [
        (f.rule, f.where) for f in findings if f.ok is False
    ]


def test_every_finding_can_be_written_as_json(tmp_path: Path) -> None:
    (finding,) = judged(tmp_path / "t.csv", "a\nx\n", contract({"a": {"type": "integer"}}))
    assert json.dumps([finding.message, finding.measured, finding.limit])


OWN = {
    "title": "owners pay no rent",
    "if": {"properties": {"housing": {"const": "own"}}},
    "then": {"properties": {"rent": {"type": "null"}}},
}
HOME = {"housing": {"type": "string"}, "rent": {"type": ["number", "null"]}}


def test_a_condition_over_several_columns_tells_count_rows_and_cells(tmp_path: Path) -> None:
    text = "housing,rent\n" + "own,\n" * 6 + "rent,500\n" + "own,20\n" + "own,x\n" + "own,30\n"
    broken, kind = sorted(judged(tmp_path / "t.csv", text, contract(HOME, allOf=[OWN])), key=lambda f: f.rule)
    assert (broken.ok, broken.rule, broken.where, broken.measured) == (
        False,
        "allOf/0",
        "t.csv: columns housing, rent",
        2,
    )
    assert broken.message == (
        "2 rows (20.0 %) break `allOf/0`: a row must obey: owners pay no rent: where housing is 'own', rent is null; "
        "found housing 'own', rent '20'; housing 'own', rent '30' in row 8, 10"
    )
    assert broken.fix == "mend the rows; if they are right, change the condition at /allOf/0 of the contract"
    assert (kind.rule, kind.measured) == ("type", 1)
    (good,) = judged(tmp_path / "t.csv", "housing,rent\nown,\n", contract(HOME, allOf=[OWN]))
    assert good.message == "all 1 rows obey the contract's 2 columns and 1 condition over several"


def test_personal_cells_of_a_condition_are_masked(tmp_path: Path) -> None:
    secret = {"housing": HOME["housing"] | {"x-personal": True}, "rent": HOME["rent"]}
    (finding,) = judged(tmp_path / "t.csv", "housing,rent\nown,20\n", contract(secret, allOf=[OWN]))
    assert "found housing 'o***', rent '20' in row 1" in finding.message


def test_a_condition_that_needs_no_column_of_the_table_is_judged(tmp_path: Path) -> None:
    rules = contract({"a": {"type": "integer"}}).document | {
        "required": [],
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    }
    findings = judged(tmp_path / "t.csv", "a\n1\n", Contract.parse(rules | {"anyOf": [{"required": ["b"]}]}))
    assert [(f.ok, f.rule, f.measured) for f in findings] == [(False, "anyOf", 1)]


LOOKS = contract({"word": {"type": "string", "pattern": "^(?!x)"}})


def sampled(path: Path, text: str, rules: Contract, sample: int) -> list[Finding]:
    path.write_text(text, "utf-8")
    return list(gv004(Dataset.from_file(path, rules, name="t", target=None), rules, sample=sample))


def test_a_rule_that_is_not_compiled_is_judged_in_full_where_the_sample_holds_all_rows(tmp_path: Path) -> None:
    all_good, looked = sampled(tmp_path / "t.csv", "word\n" + "ax\n" * 50, LOOKS, 50)
    assert (all_good.ok, looked.ok, looked.rule) == (True, True, "pattern")
    assert "judged by jsonschema on 50 of 50 rows, because outside the patterns" in looked.message


def test_a_sample_without_a_fault_is_undecided_and_tells_what_it_can_miss(tmp_path: Path) -> None:
    _, looked = sampled(tmp_path / "t.csv", "word\n" + "ax\n" * 500, LOOKS, 300)
    assert (looked.ok, looked.measured, looked.limit) == (None, 300, 500)
    assert "up to 1.0 % of the rows could (95 %)" in looked.message  # the rule of three: 3 / 300
    assert "set `sample` in [checks.GV004] to 500 or more" in looked.fix


def test_a_fault_in_the_sample_is_a_fault(tmp_path: Path) -> None:
    rows_of = [sampled(tmp_path / "t.csv", "word\n" + "a\nxb\n" * 500, LOOKS, 100)[1] for _ in range(2)]
    assert rows_of[0] == rows_of[1]
    assert rows_of[0].ok is False
    assert 20 < (rows_of[0].measured or 0) < 80
    (first,) = [f for f in sampled(tmp_path / "t.csv", "word\na\nxb\nxb\n", LOOKS, 100) if not f.ok]
    assert "2 rows break `pattern`: found 'xb' in row 2, 3" in first.message


def test_conditions_and_formats_that_are_not_compiled_are_judged_by_jsonschema(tmp_path: Path) -> None:
    shape = {"a": {"type": "string", "format": "ipv6"}, "n": {"type": ["number", "null"]}}
    test = {
        "if": {"properties": {"a": {"pattern": "^(?=.*1)"}}},
        "then": {"properties": {"n": {"multipleOf": 0.01}}},
    }
    text = "a,n\n::1,0.07\n::2,0.071\nx,\n::1,0.071\n::1,wrong\n"
    found = {f.rule: f for f in sampled(tmp_path / "t.csv", text, contract(shape, allOf=[test]), 100)}
    assert {rule: (f.ok, f.measured) for rule, f in found.items()} == {
        "type": (False, 1), "format": (False, 1), "allOf/0": (False, 1),
    }  # fmt: skip
    assert "found a '::1', n '0.071' in row 4" in found["allOf/0"].message
    assert "judged by jsonschema on 4 of 4 rows" in found["allOf/0"].message


def test_patterns_that_could_be_searched_for_ever_are_not_searched(tmp_path: Path) -> None:
    endless = contract({"word": {"type": "string", "pattern": r"\b(a+)+$"}})
    _, looked = sampled(tmp_path / "t.csv", "word\n" + "a" * 60 + "!\n", endless, 100)
    assert (looked.ok, looked.measured) == (None, 0)
    assert "any share of the rows could" in looked.message
    assert "1 rows drawn have a text longer than the 0 characters" in looked.message
