from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.governance.category_writing import spellings


@pytest.mark.parametrize(
    "categories",
    [
        ["male", " Male"], ["yes", "YES", "no"], ["Self-emp", "self emp"], ["new  car", "new car"],
        ["DrugY", "drugA", "drugX"], ["M", "male", "female"], ["Y", "no", "Yes"], ["true", "no", "yes"],
    ],
)  # fmt: skip
def test_one_thing_in_several_writings_is_found(categories):
    assert len(spellings(dict.fromkeys(categories, 5))) >= 1


@pytest.mark.parametrize(
    "categories",
    [
        ["Jan", "Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        ["a", "A", "b"], ["yes", "no", "none"], ["< 0 DM", "> 0 DM", "1 - 4 yrs"], ["true", "false"],
        ["Married-civ-spouse", "Never-married", "Married-AF-spouse"], ["HIGH", "LOW", "NORMAL"],
        ["Returning_Visitor", "New_Visitor", "Other"], ["1st-4th", "5th-6th"], ["-1", "1"], ["new car", "used car"],
        ["no", "none", "not known"], ["Product A", "Product B"], [], ["one"],
    ],
)  # fmt: skip
def test_different_things_are_left_alone(categories):
    assert spellings(dict.fromkeys(categories, 5)) == []


def test_a_rare_category_one_letter_from_a_frequent_one_is_a_slip():
    assert spellings({"Torgersen": 60, "Torgerson": 3, "Biscoe": 40}) == [
        "'Torgersen' (60 rows) and 'Torgerson' (3 rows) differ in one letter"
    ]


@pytest.mark.parametrize(
    ("rare", "usual"),
    [("Torgersem", "Torgersen"), ("Borgersen", "Torgersen"), ("class2a", "class3a"), ("unmarried", "married")],
)
def test_categories_that_differ_at_an_end_or_in_a_digit_are_no_slips(rare, usual):
    assert spellings({usual: 100, rare: 1}) == []


def test_frequent_categories_are_no_slips():
    assert spellings({"stationery": 40, "stationary": 20}) == []
    assert len(spellings({"stationery": 40, "stationary": 2})) == 1


def test_too_many_categories_are_not_compared():
    assert (
        spellings({f"Street{chr(65 + n % 26)}{chr(97 + n // 26)}x": 1 for n in range(201)} | {"streetAax": 1})
        == []
    )


@given(st.dictionaries(st.text(max_size=8), st.integers(1, 50), max_size=12))
def test_any_texts_can_be_compared_and_distinct_lower_case_words_fold_apart(counts):
    found = spellings(counts)
    assert all(isinstance(each, str) and each for each in found)
