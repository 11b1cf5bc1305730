from __future__ import annotations

import hashlib
import random

import pytest

from model_checks.personal_data.sightings import look_at
from tests.model_checks.fake_table import table


def only(**columns):
    [seen] = look_at([table(**columns)], distinct=1000).sightings
    return seen


def test_every_column_of_every_table_is_seen():
    seen = look_at([table(a=["1"], b=["2"]), table("test.csv", a=["1", "2"])], distinct=10)
    assert [(s.table, s.column) for s in seen.sightings] == [
        ("train.csv", "a"),
        ("train.csv", "b"),
        ("test.csv", "a"),
    ]
    assert seen.rows == 3
    assert seen.columns == {"a", "b"}


@pytest.mark.parametrize("rows", [49_999, 60_000])
def test_draw_from_many_rows_does_not_depend_on_their_order(rows):
    values = [f"person{i}@example.org" if i % 2 else str(i) for i in range(rows)]
    shuffled = random.Random(1).sample(values, rows)  # noqa: S311 - a test needs no secret
    assert only(x=values) == only(x=shuffled)
    assert only(x=values).found.kind


def test_large_column_of_few_values_is_drawn_in_full():
    seen = only(x=["Catholic", "Muslim", "Hindu"] * 20_000)
    assert seen.held == "religion"


def test_rare_values_among_many_missing_ones_are_seen():
    assert only(mail=[None] * 60_000 + ["ann@example.org"]).found.kind == "e-mail address"


@pytest.mark.parametrize("digest", [hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512])
def test_digests_look_hashed(digest):
    assert only(mail=[digest(bytes([n])).hexdigest() for n in range(20)]).looks == "hashed"


@pytest.mark.parametrize(
    "values", [["****1234", "****9876"], ["a***@example.org"], ["[REDACTED]", "[NAME]"], ["xxx-xx-1234"]]
)
def test_masked_values_look_masked(values):
    assert only(x=values).looks == "masked"


def test_plain_values_look_like_nothing_special():
    seen = only(x=["a", "b"])
    assert (seen.looks, seen.named, seen.held, seen.found.kind) == ("", "", "", "")
