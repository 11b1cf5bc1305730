from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.reports.badge import render
from ci_steps.results import Status
from tests.ci_steps.reports.made_runs import a_result, a_run, troubled
from tests.ci_steps.reports.test_texts import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("run", "word", "colour"),
    [
        (a_run(a_result()), "open", "#1b7f4d"),
        (troubled(), "closed", "#c2312c"),
        (a_run(a_result(status=Status.NOT_APPLICABLE)), "no verdict", "#8a5a00"),
    ],
)
def test_the_badge_says_model_and_verdict(run, word, colour):
    svg = render(run)
    assert texts(svg) == ["credit-risk", word]
    assert ET.fromstring(svg).find(f"{SVG}path").get("fill") == colour
    assert ET.fromstring(svg).get("aria-label") == f"credit-risk: {word}"


@given(HOSTILE | st.text(max_size=200))
def test_no_name_breaks_the_badge(name):
    root = ET.fromstring(render(a_run(a_result(), model=name)))
    assert [element.tag.removeprefix(SVG) for element in root.iter()] == [
        "svg",
        "title",
        "rect",
        "path",
        "g",
        "text",
        "text",
    ]
    assert {key for element in root.iter() for key in element.attrib} <= {
        "width", "height", "role", "aria-label", "rx", "fill", "d", "font-family", "font-size", "x", "y", "textLength",
        "lengthAdjust",
    }  # fmt: skip
    assert int(root.get("width")) < 600
