from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.counterexamples import (
    CounterExample,
    CounterExampleError,
    merged,
    read_counterexamples,
    text_of,
)

VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
EXAMPLES = st.builds(
    CounterExample, check=st.just("MQ010"), rule=st.text(), row=st.dictionaries(st.text(), VALUES, max_size=4)
)


@given(st.lists(EXAMPLES, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory, examples):
    path = tmp_path_factory.mktemp("kept") / "counterexamples.json"
    path.write_text(text_of(examples), "utf-8")
    assert read_counterexamples(path) == tuple(examples)
    assert json.loads(path.read_text("utf-8"))["schema"] == 1


@given(st.lists(EXAMPLES, max_size=5), st.lists(EXAMPLES, max_size=5))
def test_each_row_is_kept_once_in_the_order_in_which_it_came(one, two):
    both = merged(one, two, one)
    assert merged(both, two) == both == merged(merged(one), merged(two))
    assert all(each in (*one, *two) for each in both)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"rows": 1}', '{"rows": [{"row": {}}]}', '{"rows": [{"check": "A", "rule": "b", "row": 1}]}',
     '{"rows": [{"check": "A", "rule": "b", "row": {"x": [1]}}]}'],
)  # fmt: skip
def test_a_file_of_another_form_is_told(tmp_path, text):
    path = tmp_path / "counterexamples.json"
    path.write_text(text)
    with pytest.raises(CounterExampleError, match=r"counterexamples.json.*expected \{\"schema\": 1, \"rows\""):
        read_counterexamples(path)


def test_a_file_that_is_absent_is_told(tmp_path):
    with pytest.raises(CounterExampleError, match="cannot be read"):
        read_counterexamples(tmp_path / "no.json")
