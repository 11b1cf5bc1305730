from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract import literals
from model_checks.contract.formats import FORMATS
from model_checks.contract.patterns import read

ATOMS = st.sampled_from(
    [*"abz 09_-", ".", r"\d", r"\W", r"\s", r"\S", r"\.", r"\t", "[a-z]", "[^a]", r"[\d_-]", r"[^\s]", "^", "$"]
)
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"])
PIECES = st.tuples(ATOMS, REPEATS).map(lambda pair: pair[0] + (pair[1] if pair[0] not in "^$" else ""))
SOURCES = st.recursive(
    st.lists(PIECES, max_size=4).map("".join),
    lambda inner: (
        st.tuples(inner, inner, REPEATS).map(lambda t: f"({t[0]}|{t[1]}){t[2]}")
        | st.tuples(inner, inner).map("".join)
    ),
    max_leaves=4,
)
TEXTS = st.lists(st.text(st.sampled_from("abzé٣ \t\n\x0b\r_09-.\x00👍"), max_size=6), min_size=1, max_size=20)


@given(SOURCES, TEXTS)
@settings(max_examples=150, deadline=None)
def test_python_and_the_engine_find_the_same(source: str, texts: list[str]) -> None:
    pattern = read(source)
    asked = ", ".join(f"regexp_matches({literals.text(text)}, {literals.text(pattern.re2)})" for text in texts)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {asked}").fetchone()
    assert found == tuple(pattern.found_in(text) for text in texts)


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        (r"^\d+$", "123", "12٣"), (r"^a$", "a", "a\n"), (r"^.$", "é", "\n"), (r"\s", "\x0b", "\u00a0"), (r"[a\-z]", "-", "b"),
        (r"[a-]", "-", "b"), (r"^(?:ab|c){2}$", "abc", "ab"), (r"^\w{2,}$", "a_", "é_"), (r"a b#c", "a b#c", "abc"), (r"^[^^]$", "a", "^"),
    ],
)  # fmt: skip
def test_patterns_mean_what_the_dialect_says(source: str, good: str, bad: str) -> None:
    pattern = read(source)
    assert (pattern.found_in(good), pattern.found_in(bad)) == (True, False)


@pytest.mark.parametrize(
    "source",
    ["(?=a)", "(?i)a", r"(a)\1", r"\bword", r"\p{L}", r"\x41", "é", "a*?", "a++", "*a", "(", ")", "a{3,1}", "a{1001}", "(a{100}){100}",
     "a{", "]", "[", "[]", "[z-a]", r"[\d-z]", r"[a-\d]", "[[:alpha:]]", "^*", "|*", "x" * 1001, "\\", "(?P<n>a)", r"[\D]", "[a[b]"],
)  # fmt: skip
def test_what_engines_read_differently_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(source)


@given(st.dates())
def test_every_date_is_a_date(day: object) -> None:
    assert FORMATS["date"].found_in(str(day))


@given(st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\Z", alphabet="0123456789-"))
def test_only_days_of_the_calendar_are_dates(text: str) -> None:
    from datetime import date

    try:
        expected = bool(date.fromisoformat(text))
    except ValueError:
        expected = False
    assert FORMATS["date"].found_in(text) is expected
    assert re.fullmatch(FORMATS["date"].python, text + "\n") is None
