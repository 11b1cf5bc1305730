from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.governance.territories import EEA, EU, WORLD, outside, places_of


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("EU", ("eu",)), ("Germany, France and UK", ("de", "fr", "gb")), ("  European  Union ", ("eu",)),
        ("anywhere", (WORLD,)), (["DE", "de", "Germany"], ("de",)), ("", ()), ("New Zealand; US-CA", ("nz", "us-ca")),
    ],
)  # fmt: skip
def test_places_are_known_by_name_and_code(text, places):
    assert places_of(text) == places


def test_the_unions_hold_their_members_alone():
    assert outside(EU, ["eu"]) == ()
    assert outside(EEA, ["eea"]) == ()
    assert set(outside(EEA, ["eu"])) == {"is", "li", "no"}
    assert len(EU) == 27
    assert outside(["gb", "ch"], ["eu", "eea"]) == ("gb", "ch")


@given(st.lists(st.text(min_size=1)))
def test_every_place_lies_in_itself_and_in_the_world(places):
    assert outside(places, places) == ()
    assert outside(places, [WORLD]) == ()
