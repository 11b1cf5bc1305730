from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_checks.personal_data.masking import masked


def test_shape_stays_and_content_goes():
    assert masked("Ada-7 Łó@b.cd!") == "Xxx-9 Xx@x.xx·"


@given(st.text())
def test_only_the_shape_is_left(value):
    assert set(masked(value)) <= set("xX9 .,@+-_/:()'·")
    assert len(masked(value)) == min(len(value), 24)
