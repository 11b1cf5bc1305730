from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings

from model_checks.contract.patterns import read
from tests.model_checks.contract.test_patterns import SOURCES, TEXTS


@given(SOURCES, TEXTS)
@settings(max_examples=300, deadline=None)
def test_it_finds_what_python_finds(source: str, texts: list[str]) -> None:
    pattern = read(source)
    assert [pattern.found_in(text) for text in texts] == [
        re.search(pattern.python, text) is not None for text in texts
    ]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("", "", True), ("^$", "", True), ("^$", "a", False), ("$^", "", True), ("$^", "a", False), ("a$b", "ab", False), ("(a*)*b", "aab", True),
        ("^(a|ab)(c|bcd)$", "abcd", True), ("^a{2,3}$", "a", False), ("^a{2,3}$", "aaa", True), ("^a{2,3}$", "aaaa", False),
        ("^(?:a{2}){2,}$", "aaaaa", False), ("^(?:a{2}){2,}$", "aaaaaa", True), ("b|^a$", "ca", False), ("a{0}", "", True), ("^a{0}$", "a", False),
    ],
)  # fmt: skip
def test_ends_and_repeats(source: str, text: str, found: bool) -> None:
    assert read(source).found_in(text) is found


@pytest.mark.parametrize("source", ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "a*a*a*a*b", "[0-9a]+$", "(a?){50}a{50}$"])
def test_time_grows_with_the_text_alone(source: str) -> None:
    pattern, text = read(source), "a" * 100_000 + "!"
    started = time.process_time()
    assert not pattern.found_in(text)
    assert time.process_time() - started < 5  # Python's re would need from a minute to for ever


def test_many_different_characters_do_not_fill_the_memory() -> None:
    pattern = read("^[^a]*$")
    assert pattern.found_in("".join(chr(0x4E00 + i) for i in range(5000)))
    steps = pattern._automaton._known
    assert max(map(len, steps.values())) <= 1000
