from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.governance.gv006_nobody_is_singled_out import gv006
from model_checks.inputs import Datasheet
from tests.model_checks.fake_table import table


def judged(train, quasi=("age", "sex"), sensitive=(), personal=None, **options):
    sections = {"personal": {"contains": True, "quasi_identifiers": list(quasi)} | (personal or {})}
    sheet = Datasheet(name="datasheet.toml", sections=sections, folder=Path())
    return list(gv006(train, sheet, sensitive, **options))


FIVE = table(age=["30"] * 5 + ["40"] * 5, sex=["f"] * 10, illness=list("abcde" * 2))


def test_groups_of_exactly_the_minimum_hold():
    [finding] = judged(FIVE)
    assert finding.ok is True
    assert "0 of 10 rows are in groups of fewer than 5" in finding.message
    assert "the smallest group has 5" in finding.message


def test_groups_below_the_minimum_fail_with_the_rows_that_are_alone():
    [finding] = judged(table(age=["30"] * 5 + ["91"], sex=["f"] * 6))
    assert finding.ok is False
    assert "1 of 6 rows are in groups of fewer than 5, 1 of them alone" in finding.message
    assert "91" not in finding.message + finding.fix


def test_column_that_narrows_most_is_to_be_generalised():
    rows = 40
    train = table(age=[str(i) for i in range(rows)], sex=["f", "m"] * (rows // 2), town=["a"] * rows)
    [finding] = judged(train, ("age", "sex", "town"))
    assert finding.fix.startswith("generalise age first: without it 0 of 40 rows would be in small groups")
    assert "age and sex alone put 40 rows" in finding.message


def test_one_quasi_identifier_is_judged_by_itself():
    [finding] = judged(table(age=["1", "1", "2"]), ("age",), minimum=2)
    assert finding.ok is False
    assert finding.fix.startswith("generalise age first; or")


def test_share_that_is_allowed_is_inclusive():
    train = table(age=["30"] * 9 + ["91"], sex=["f"] * 10)
    assert judged(train, allowed=0.1)[0].ok is True
    assert judged(train, allowed=0.09)[0].ok is False


def test_missing_value_is_a_value_of_its_own():
    [finding] = judged(table(age=[None] * 5 + ["30"] * 5, sex=["f"] * 10))
    assert finding.ok is True
    [finding] = judged(table(age=[None] + ["30"] * 5, sex=["f"] * 6))
    assert finding.ok is False


def test_option_takes_the_place_of_the_datasheet():
    [finding] = judged(FIVE, (), quasi_identifiers=("sex",))
    assert finding.where == "train.csv: sex"


def test_nothing_declared_decides_nothing_and_names_what_looks_like_it():
    [finding] = judged(table(age=["1"], amount=["2"], Zip=["3"]), ())
    assert finding.ok is None
    assert "such as age, Zip" in finding.fix


def test_declared_columns_that_are_not_there_decide_nothing():
    assert judged(table(amount=["1"]))[0].ok is None


def test_data_without_people_holds():
    [finding] = judged(table(age=["1"]), (), personal={"contains": False})
    assert finding.ok is True


def test_table_without_rows_decides_nothing():
    assert [f.ok for f in judged(table(age=[], sex=[]))] == [None]


def test_too_many_columns_cannot_be_looked_at():
    columns = {f"q{i}": ["1"] for i in range(13)}
    with pytest.raises(NotAudited, match="at most 12"):
        judged(table(**columns), tuple(columns))


def test_group_that_shares_one_sensitive_value_is_told_and_fails_where_it_must_not():
    train = table(age=["30"] * 5 + ["40"] * 5, sex=["f"] * 10, illness=["a"] * 5 + list("abcde"))
    told = judged(train, sensitive=("illness", "sex"))[1]
    assert told.ok is True
    assert "1 groups of several rows share one value" in told.message
    failed = judged(train, sensitive=("illness",), diversity=2)[1]
    assert (failed.ok, failed.measured, failed.where) == (False, 1, "train.csv: illness")
    assert judged(FIVE, sensitive=("illness",), diversity=5)[1].ok is True


def test_column_of_a_special_category_is_sensitive():
    columns = {"illness": {"kind": "health"}}
    assert [f.where for f in judged(FIVE, personal={"columns": columns})][1] == "train.csv: illness"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("12")), min_size=1),
    st.integers(1, 4),
)
def test_small_groups_are_those_that_counting_finds(rows, minimum):
    columns = dict(zip(("a", "b", "c"), map(list, zip(*rows, strict=True)), strict=True))
    finding = judged(table(**columns), ("a", "b", "c"), minimum=minimum)[0]
    sizes = Counter(rows).values()
    assert finding.measured == sum(s for s in sizes if s < minimum) / len(rows)
    assert f"{sum(s == 1 for s in sizes)} of them alone" in finding.message
    assert f"the smallest group has {min(sizes)}" in finding.message
