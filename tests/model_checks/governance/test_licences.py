from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.governance.licences import ALIKE, OPEN, licences_of, nearest


@pytest.mark.parametrize("name", [*OPEN, *ALIKE])
def test_every_listed_licence_is_known_in_any_case(name):
    [[licence]] = licences_of(name.upper())
    assert licence.name == name
    assert not licence.non_commercial
    assert not licence.no_derivatives
    assert licence.share_alike is (name in ALIKE)


@pytest.mark.parametrize(
    ("text", "withheld"),
    [
        ("CC-BY-4.0", ""), ("CC BY-NC 4.0", "n"), ("CC-BY-NC-ND-2.5", "nd"), ("CC-BY-SA-3.0-IGO", "s"),
        ("cc_by_nc_sa_2.0_fr", "ns"), ("CC-BY-ND", "d"),
    ],
)  # fmt: skip
def test_creative_commons_licences_are_known_by_their_parts(text, withheld):
    [[licence]] = licences_of(text)
    found = ("n" * licence.non_commercial) + ("d" * licence.no_derivatives) + ("s" * licence.share_alike)
    assert found == withheld


def test_an_expression_offers_ways_of_licences_that_bind_together():
    ways = licences_of("MIT OR Apache-2.0 AND CC-BY-4.0")
    assert [[one.name for one in way] for way in ways] == [["MIT"], ["Apache-2.0", "CC-BY-4.0"]]


@pytest.mark.parametrize("text", ["", "proprietary", "MIT OR mine", "(MIT)", "CC-NC", "CC-BY-NC-4"])
def test_what_is_not_known_is_not_guessed(text):
    assert licences_of(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("CC-BY-NC-4", "CC-BY-NC-4.0"), ("Apache2.0", "Apache-2.0"), ("ODBL", "ODbL-1.0"), ("xyz", ""), ("", "")],
)
def test_the_nearest_identifier_is_offered(text, meant):
    assert nearest(text) == meant


@given(st.text())
def test_any_text_is_known_or_not_and_never_raises(text):
    ways = licences_of(text)
    assert ways is None or all(way for way in ways)
    assert isinstance(nearest(text), str)
