from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.profiling.documents import ProfileError, document_of, json_of, profile_from, read_profile
from tests.model_checks.profiled import profiled

DRAW = np.random.default_rng(1)
PROFILE = profiled(
    "train.csv", target="y", personal=("town",),
    x=DRAW.normal(0, 1, 400), w=np.repeat(["a", "é"], 200), b=np.repeat([True, False], 200),
    town=np.repeat(["Smithtown", "N/A"], 200), name=np.array([f"Jane Doe {n}" for n in range(400)]),
    y=np.repeat([0, 1], 200),
)  # fmt: skip


def test_a_profile_survives_json_but_for_personal_texts(tmp_path):
    path = tmp_path / "profile.json"
    path.write_text(json_of(PROFILE), "utf-8")
    town = replace(PROFILE.columns["town"], top=(), other=400, placeholders=())
    assert read_profile(path) == replace(PROFILE, columns=dict(PROFILE.columns) | {"town": town})


def test_no_personal_text_and_no_identifier_is_written_down():
    text = json_of(PROFILE)
    assert "Smithtown" not in text
    assert "Jane" not in text
    assert '"é"' in text


def test_no_value_of_a_column_of_numbers_is_an_edge():
    values = set(np.random.default_rng(1).normal(0, 1, 400).tolist())
    assert not values & set(document_of(PROFILE)["columns"][0]["edges"])


def test_what_lies_between_is_plain_json():
    assert profile_from(json.loads(json.dumps(document_of(PROFILE)))) == profile_from(document_of(PROFILE))


def changed(**members):
    return document_of(PROFILE) | members


def with_column(**members):
    document = document_of(PROFILE)
    document["columns"] = [document["columns"][0] | members, *document["columns"][1:]]
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "expected an object"),
        (changed(version=2), "version: found 2, expected 1"),
        (changed(version=None), "version: found None"),
        ({k: v for k, v in changed().items() if k != "rows"}, "found no member 'rows'"),
        (changed(extra=1), "found the member 'extra'"),
        (changed(rows=-1), "rows: found -1, expected a count"),
        (changed(rows=True), "rows: found true, expected a count"),
        (changed(columns={}), "columns: found {}, expected a list"),
        (changed(columns=[1]), r"columns\[0\]: found 1, expected an object"),
        (changed(columns=document_of(PROFILE)["columns"][:1] * 2), "one name twice"),
        (with_column(kind="text"), "kind: found text, expected one of"),
        (with_column(mean="much"), "mean: found much, expected a number"),
        (with_column(edges=[2, 1], counts=[1, 2, 397]), "ascending"),
        (with_column(edges=[1.0]), "one more than edges"),
        (with_column(edges=[1.0], counts=[1, 2]), "a sum of 3, expected 400"),
        (with_column(top=[["a"]]), "expected a text and its count"),
        (with_column(top=[["a", "b"]]), "expected a count"),
        (with_column(missing=401), "more than its rows"),
        (with_column(known=1), "expected true or false"),
        (with_column(nothing=1), "found the member 'nothing'"),
    ],
)
def test_what_is_no_profile_is_told_with_its_place(document, words):
    with pytest.raises(ProfileError, match=words):
        profile_from(document)


@pytest.mark.parametrize(
    ("text", "words"), [("{", "no JSON"), ('{"version": NaN}', "no JSON number"), ("é", "no JSON")]
)
def test_what_is_no_json_is_told(tmp_path, text, words):
    path = tmp_path / "p.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError, match=words):
        read_profile(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ProfileError, match=r"gone\.json"):
        read_profile(tmp_path / "gone.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(document_of(PROFILE)["columns"][0])), JSON)
def test_any_other_value_gives_a_profile_or_is_told(member, value):
    try:
        profile_from(with_column(**{member: value}))
    except ProfileError as error:
        told = str(error)
    else:
        return
    assert "columns[0]" in told or "one name twice" in told
