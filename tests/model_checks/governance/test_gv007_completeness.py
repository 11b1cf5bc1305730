from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.governance.gv007_completeness import DECLARED, FINITE, ROW, SHARE, TARGET, VALUES, gv007
from tests.model_checks.made_profiles import numbers, profile, texts


def failures(*columns, target=None, **options):
    return [f for f in gv007(profile(*columns, target=target), **options) if f.ok is False]


def test_a_complete_table_holds_and_says_which_column_lacks_most():
    [finding] = gv007(profile(numbers("a", [1, 2, None, 4]), numbers("b", [1, 2, 3, 4])))
    assert (finding.ok, finding.measured) == (True, 0.25)
    assert finding.message == "2 columns have their values; a lacks most, 25.0%"


def test_a_column_without_a_value_fails():
    [finding] = failures(numbers("a", [None] * 4), numbers("b", [1, 2, 3, 4]))
    assert (finding.rule, finding.where) == (VALUES, "train.csv: a")


@pytest.mark.parametrize(("missing", "ok"), [(5, True), (6, False)])
def test_the_share_that_may_be_missing_is_inclusive(missing, ok):
    found = failures(numbers("a", [None] * missing + [1] * (10 - missing)))
    assert (found == []) is ok
    assert all(f.rule == SHARE and f.limit == 0.5 for f in found)
    assert failures(numbers("a", [None] * missing + [1] * (10 - missing)), most_missing=0.6) == []


def test_rows_without_a_target_fail():
    [finding] = failures(texts("y", {"a": 9}, missing=1), target="y")
    assert (finding.rule, finding.measured) == (TARGET, 1)


def test_infinite_numbers_fail():
    [finding] = failures(numbers("a", [1, 2, 3], infinite=2, unread=2))
    assert (finding.rule, finding.measured) == (FINITE, 2)


@pytest.mark.parametrize("text", ["?", "-", "n/a", "nan", "#n/a", "", "null", "."])
def test_a_word_for_nothing_among_texts_fails(text):
    [finding] = failures(texts("job", {"nurse": 8, text: 2}, placeholders=((text, 2),)))
    assert (finding.rule, finding.measured) == (DECLARED, 2)
    assert repr(text) in finding.message


@pytest.mark.parametrize("text", ["none", "missing", "not applicable"])
def test_a_word_that_may_be_a_category_fails_among_numbers_alone(text):
    place = ((text, 2),)
    assert failures(texts("debtors", {"guarantor": 8, text: 2}, placeholders=place)) == []
    [finding] = failures(texts("age", {"31": 8, text: 2}, placeholders=place, numeric=8))
    assert finding.rule == DECLARED
    [finding] = failures(numbers("age", [31] * 8, unread=2, placeholders=place))
    assert finding.rule == DECLARED


def test_na_is_a_country_among_codes_of_two_letters():
    codes = {"BE": 5, "NL": 3, "NA": 2}
    assert failures(texts("country", codes, placeholders=(("na", 2),))) == []
    assert len(failures(texts("country", codes | {"Ghana": 1}, placeholders=(("na", 2),)))) == 1


@pytest.mark.parametrize("number", [-999, -99, 9999])
def test_a_number_that_stands_apart_from_all_others_fails(number):
    column = numbers("age", [20, 31, 45, number, 60] * 4, placeholders=((str(number), 4),))
    [finding] = failures(column)
    assert repr(str(number)) in finding.message


def test_a_number_stands_apart_even_where_most_rows_hold_it():
    column = numbers("days since", [float(n) for n in range(1, 21)] + [999.0] * 480, placeholders=(("999", 480),))
    assert [f.measured for f in failures(column)] == [480]


def test_two_numbers_that_stand_apart_are_told_together():
    column = numbers("age", [20, 31, 45, -999, 9999] * 4, placeholders=(("-999", 4), ("9999", 4)))
    [finding] = failures(column)
    assert finding.measured == 8


def test_a_number_among_others_means_what_it_says():
    prices = numbers("price", [float(n) for n in range(0, 1000, 3)], placeholders=(("999", 1),))
    assert prices.maximum == 999
    assert failures(prices) == []
    cold = numbers("temperature", [float(n) for n in range(-99, 40)], placeholders=(("-99", 1),))
    assert failures(cold) == []


def test_a_number_in_a_column_of_nothing_else_is_no_disguise():
    assert failures(numbers("a", [999] * 5, placeholders=(("999", 5),))) == []


def test_negative_numbers_among_numeric_texts_fail_and_codes_do_not():
    place = (("-999", 2),)
    assert len(failures(texts("a", {"12": 8, "-999": 2}, placeholders=place, numeric=10))) == 1
    assert failures(texts("icd", {"250": 8, "999": 2}, placeholders=(("999", 2),), numeric=10)) == []


def test_a_date_far_more_frequent_than_others_fails():
    days = {f"2024-01-{day:02}": 2 for day in range(1, 29)}
    assert failures(texts("day", days | {"1900-01-01": 2}, dated=58)) == []
    [finding] = failures(texts("day", days | {"1900-01-01": 20}, dated=76))
    assert "'1900-01-01' in 20 of 76 rows" in finding.message


def test_what_is_meant_is_no_disguise():
    column = texts("grade", {"A": 8, "-": 2}, placeholders=(("-", 2),))
    assert len(failures(column)) == 1
    assert failures(column, meant=("-",)) == []


def test_personal_values_are_masked():
    dates = texts("born", {"1990-05-05": 1, "1900-01-01": 30}, dated=31, personal=True)
    column = texts("name", {"Ann": 8, "Nil": 2}, placeholders=(("n/a", 2),), personal=True)
    found = failures(dates, column)
    assert not any("1900" in f.message or "n/a" in f.message for f in found)


def test_columns_that_the_contract_does_not_know_are_not_judged():
    assert failures(numbers("a", [None] * 4, known=False)) == []


def test_both_tables_are_judged():
    good = numbers("a", [1, 2, 3, 4])
    found = list(gv007(profile(good), profile(numbers("a", [None] * 4), table="test.csv")))
    assert [(f.ok, f.where) for f in found] == [(True, "train.csv"), (False, "test.csv: a")]


def test_a_table_without_rows_cannot_be_judged():
    [finding] = gv007(profile(numbers("a", [])))
    assert finding.ok is None


RULES = Contract.parse({"type": "object", "properties": {c: {"type": ["number", "null"]} for c in "aby"}})


def opened(folder, text):
    (folder / "train.csv").write_text(text, "utf-8")
    return Dataset.from_file(folder / "train.csv", RULES, name="train.csv", target="y")


def test_rows_without_any_feature_fail_with_their_numbers(tmp_path):
    data = opened(tmp_path, "a,b,y\n1,,1\n,2,1\n,,1\n,,2\n3,4,1\n")
    columns = numbers("a", [1, None, None, None, 3]), numbers("b", [None, 2, None, None, 4])
    found = list(gv007(profile(*columns, numbers("y", [1, 1, 1, 2, 1]), target="y"), train=data, most_missing=0.6))
    [finding] = [f for f in found if f.ok is False]
    assert (finding.rule, finding.measured) == (ROW, 2)
    assert finding.message.endswith("such as row 3, 4")


def test_a_table_that_is_gone_is_not_audited(tmp_path):
    data = opened(tmp_path, "a,b,y\n,,1\n")
    data.path.unlink()
    columns = numbers("a", [None, 1]), numbers("b", [None, 1])
    with pytest.raises(NotAudited, match=r"train\.csv"):
        list(gv007(profile(*columns, target="y"), train=data))


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1), st.floats(0, 1))
def test_a_column_fails_exactly_where_it_lacks_more_than_it_may(values, most):
    share = values.count(None) / len(values)
    fails = any(f.ok is False for f in gv007(profile(numbers("a", values)), most_missing=most))
    assert fails is (share > most or share == 1)
