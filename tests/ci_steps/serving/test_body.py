from __future__ import annotations

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.serving.body import DEEPEST, decoded
from ci_steps.serving.refusals import Refused

TEXT = st.text(st.sampled_from('ab"\\/\n\u2028\u00e9\U0001f600:,{}'), max_size=4)
PLAIN = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
PAIRS = st.recursive(
    PLAIN | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(TEXT, inner), max_size=3).map(tuple),
    max_leaves=12,
)


def written(value, *, ascii_only):
    """Write a value as JSON, where a tuple of pairs is an object that may name a key twice."""
    if isinstance(value, tuple):
        pairs = (
            f"{json.dumps(k, ensure_ascii=ascii_only)}: {written(v, ascii_only=ascii_only)}" for k, v in value
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(each, ascii_only=ascii_only) for each in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


def once(pairs):
    """Make an object of pairs, as the standard library reads it, or say that a key stands twice."""
    if len(dict(pairs)) < len(pairs):
        raise KeyError
    return dict(pairs)


@given(value=PAIRS, ascii_only=st.booleans())
def test_documents_decode_as_in_the_standard_library_unless_a_key_stands_twice(value, ascii_only):
    text = written(value, ascii_only=ascii_only)
    try:
        expected = json.loads(text, object_pairs_hook=once)
    except KeyError:
        with pytest.raises(Refused, match="same key twice"):
            decoded(text.encode())
    else:
        assert decoded(text.encode()) == expected


def test_nesting_up_to_the_limit_is_read():
    assert decoded(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(Refused, match="nested deeper"):
        decoded(b"[" * DEEPEST + b"1" + b"]" * DEEPEST)


@given(junk=st.binary(max_size=30))
def test_any_bytes_are_read_or_refused(junk):
    with suppress(Refused):
        json.loads(msgspec.json.encode(decoded(junk)))
