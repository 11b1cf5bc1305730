from __future__ import annotations

import re
import time

import pytest

from model_checks.contract.backtracking import longest_text

HARMLESS = [
    r"^(?=.*[A-Z])(?=.*\d).{8,}$",
    r"\bword\b",
    "é",
    r"(?i)^abc$",
    "(?<=x)y",
    r"^\S+\s(?!x)",
    r"(\w)\1",
    "^é*$",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_patterns_with_few_ways_may_search_long_texts(source: str) -> None:
    assert longest_text(source) == 10_000


@pytest.mark.parametrize(
    "source",
    ["(a+)+$", "(?:a|a)*$", "(?=(a+)+$)b", "(?:a?){30}a{30}(?!b)", "a?" * 30 + "a" * 30, r"(?:(\w+)\1)+$"],
)
def test_patterns_whose_ways_have_no_bound_search_nothing(source: str) -> None:
    assert longest_text(source) == 0


@pytest.mark.parametrize(
    "source",
    [
        *HARMLESS,
        "a*a*a*a*a*!",
        "(?:(?=a*a*a*b)a)*c",
        "(?!a*a*b)(?!a*a*b)a*c",
        r"\b\w+@\w+\.\w+\b",
        "(?:ab)+$",
        "a++b",
        "(?:aa?){20}b(?!c)",
    ],
)
@pytest.mark.parametrize("letter", ["a", "ab", "a@", "é"])
def test_the_longest_text_allowed_is_searched_quickly(source: str, letter: str) -> None:
    text = (letter * 10_000)[: longest_text(source)]
    started = time.process_time()
    re.search(source, text)
    assert time.process_time() - started < 1
