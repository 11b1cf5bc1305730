from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.erasure import ErasureList, spelled_as
from model_checks.governance.gv005_nobody_erased_is_in_the_data import gv005
from tests.model_checks.fake_table import table

KEY = b"secret"


def erased(*people, key=b"", columns=None, spelling="text"):
    def digest(text):
        plain = spelled_as(text, spelling).encode()
        return hmac.new(key, plain, "sha256").hexdigest() if key else hashlib.sha256(plain).hexdigest()

    return ErasureList(
        name="erased.txt", columns=columns or {"email": spelling}, digests=frozenset(map(digest, people)), key=key
    )


def judged(listed, *tables):
    return list(gv005(tables[0], listed, *tables[1:]))


@pytest.mark.parametrize("key", [b"", KEY, b"k" * 64, b"k" * 65])
def test_person_on_the_list_is_found_in_any_spelling(key):
    train = table(email=["cleo@example.org", " Ben@Example.org\t", None, "ben@example.org"])
    [finding] = judged(erased("ben@example.org", key=key), train)
    assert finding.ok is False
    assert finding.measured == 2
    assert finding.message == "2 rows are of people on the list: row 2, 4"
    assert "ben" not in str(finding).lower()


@pytest.mark.parametrize("key", [b"", KEY])
def test_identifier_beyond_ascii_is_found_as_well(key):
    train = table(email=["ann@example.org", "ZOË@example.org", "\uff22en@example.org"])
    [finding] = judged(erased("zoë@example.org", "ben@example.org", key=key), train)
    assert finding.message.endswith("row 2, 3")


def test_nobody_of_the_list_holds_and_says_how_many_were_looked_at():
    [finding] = judged(erased("ben@example.org", "dora@example.org"), table(email=["ann@example.org", None]))
    assert finding.ok is True
    assert finding.message == "none of 2 rows is of the 2 on the list"


def test_every_table_of_the_run_is_looked_at():
    ann, ben = table(email=["ann@example.org"]), table("b.csv", email=["ben@example.org"])
    assert [f.ok for f in judged(erased("ben@example.org"), ann, ben)] == [True, False]
    assert [f.where for f in judged(erased("ben@example.org"), ann, ann, ben) if not f.ok] == ["b.csv: email"]


@pytest.mark.parametrize(
    ("spelling", "cell", "person"),
    [("digits", "+49 (30) 90-18", "49309018"), ("exact", "A-17", "A-17")],
)
def test_other_spellings_are_found(spelling, cell, person):
    train = table(email=["1", cell])
    [finding] = judged(erased(person, spelling=spelling), train)
    assert finding.message == "1 row is of people on the list: row 2"


def test_cells_that_hold_digests_already_are_compared_as_they_are():
    digest = hashlib.sha256(b"ann@example.org").hexdigest()
    listed = ErasureList(name="e", columns={"person": "digest"}, digests=frozenset({digest}))
    [finding] = judged(listed, table(person=["0" * 64, digest.upper()]))
    assert finding.message.endswith("row 2")


def test_exact_spelling_keeps_case_and_blanks():
    [finding] = judged(erased("A-17", spelling="exact"), table(email=["a-17", "A-17 "]))
    assert finding.ok is True


def test_empty_cells_are_nobody():
    [finding] = judged(erased(""), table(email=["", " ", None]))
    assert finding.ok is True


def test_empty_list_and_empty_table_hold():
    assert [f.ok for f in judged(erased(), table(email=["ann@example.org"]))] == [True]
    assert [f.ok for f in judged(erased("ann@example.org"), table(email=[]))] == [True]


def test_tables_without_the_columns_decide_nothing():
    note, finding = judged(erased("ben@example.org"), table(amount=["1"]))
    assert note.note
    assert finding.ok is None


def test_numbers_are_compared_by_their_digits():
    [finding] = judged(erased("4711", spelling="exact"), table(email=[4711, 12]))
    assert finding.message.endswith("row 1")


def test_only_the_first_rows_are_numbered():
    [finding] = judged(erased("ann"), table(email=["ann"] * 9))
    assert finding.message == "9 rows are of people on the list: row 1, 2, 3, 4, 5 and others"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=6), st.data())
def test_what_the_engine_finds_is_what_the_list_holds(values, data):
    people = data.draw(st.lists(st.sampled_from(values or ["x"]), max_size=3))
    listed = erased(*people, key=data.draw(st.sampled_from([b"", KEY])))
    expected = sum(listed.holds(v, "text") for v in values)
    [finding] = judged(listed, table(email=values))
    assert (finding.measured or 0) == expected
