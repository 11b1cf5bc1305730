from __future__ import annotations

import time

import pytest

from model_checks.personal_data.classification import classify
from model_checks.personal_data.column import column_of
from model_checks.personal_data.hints import words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("first_name", ("first", "name")),
        ("firstName", ("first", "name")),
        ("First-Name 2", ("first", "name", "2")),
        ("IPAddress", ("ip", "address")),
        ("Straße", ("strasse",)),
        ("Téléphone", ("telephone",)),
        ("", ()),
    ],
)
def test_name_is_cut_into_its_words(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize("name", ["first_name", "firstname", "customer_first_name"])
def test_hint_of_two_words_is_found_apart_and_joined(name):
    assert column_of(name, []).says("name")


def test_hint_within_a_word_says_nothing():
    assert not column_of("hotel_rating", []).says("phone")


def test_values_are_distinct_trimmed_and_not_empty():
    assert column_of("x", [" b", "a", "b ", "", "a"]).values == ("b", "a")


def test_share_of_no_values_is_zero():
    assert column_of("x", []).share(bool) == 0


def test_gigantic_value_is_cut():
    [value] = column_of("x", ["a" * 10**7]).values
    assert len(value) == 1000


@pytest.mark.parametrize("sign", ["a", "1", " ", "a ", "1 ", "a1 ", "@", "a@", "a.", "é ", "Ab ", "- ", "+4 9"])
def test_gigantic_values_take_no_time(sign):
    classify("x", ["the lists are read once", "+49 30 901820"])
    begun = time.process_time()
    classify("x", [f"{n}{sign * 10**5}" for n in range(100)])
    assert time.process_time() - begun < 5
