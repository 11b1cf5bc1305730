"""Bodies of requests near what a contract allows, as text, so that also what no JSON library writes is drawn."""

from __future__ import annotations

import json

from hypothesis import strategies as st

# Spellings of a number, of a text and of nothing at all.
ODD_VALUES = [
    "0", "-0", "1", "1.0", "-0.0", "3.00", "1e0", "10e-1", "2.5", "0.07", "9223372036854775807",
    "9223372036854775808", "9223372036854775807.0", "-9223372036854775808", "-9223372036854775809", "1e300", "1e309",
    "-1e999", "9" * 400, "9" * 25, "9007199254740993", "5e-324", "1E+2", "01", "+1", ".5", "1.", "0x1",
    "NaN", "Infinity", "-Infinity", "null", "true", "false", "True", "[]", "{}", "[1]", '{"a":1}',
    '""', '"a"', '"\\u0061"', '"\\u00e9"', '"é"', '"e\\u0301"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\udc00\\ud800"',
    '"\\""', '"\\\\"', '"a\\nb"', '"\\u0000"', '"\n"', '"2024-02-29"', '"1.2.3.4"', "'a'", "",
]  # fmt: skip

FRAMES = [
    ' {"\\u0072ows" :[%s]}\n', '{"rows": [%s], "rows": []}', '{"rows": [%s], "x": 1}', "[%s]", '{"rows": {"a": [%s]}}',
    '{"rows": [%s]}}', '{"rows": [%s', '{"rows": [%s, 1]}', '{"rows": []}',
]  # fmt: skip


@st.composite
def bodies(draw, properties, rows):
    """Draw a body of one to three rows, whose members may be written oddly, twice, or be of no column."""
    drawn = draw(st.lists(rows, min_size=1, max_size=draw(st.sampled_from([0, 1, 1, 1, 1, 3])) or 1))
    written = ", ".join(draw(_row(properties, row)) for row in drawn)
    frame = draw(st.sampled_from(['{"rows": [%s]}'] * 5 + FRAMES))
    return (frame.replace("%s", written)).encode("utf-8", "surrogatepass")


@st.composite
def _row(draw, properties, row):
    members = [(name, json.dumps(value, ensure_ascii=draw(st.booleans()))) for name, value in row.items()]
    if draw(st.integers(0, 2)) == 0:
        names = st.sampled_from([*sorted(properties), "other", ""])
        members += draw(st.lists(st.tuples(names, st.sampled_from(ODD_VALUES)), min_size=1, max_size=2))
        if not draw(st.booleans()):
            members = list(dict(members).items())  # each name once: what is odd are the values
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in members) + "}"
