from __future__ import annotations

import datetime as dt
import io

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_steps.serving.request_log.parquet import ParquetWriter
from ci_steps.serving.request_log.thrift import varint

WHOLE, REAL = st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)
VALUES = {
    "string": st.text(max_size=20), "number": REAL, "integer": WHOLE, "boolean": st.booleans(),
    "time": st.integers(0, 4_000_000_000_000),
}  # fmt: skip
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@st.composite
def tables(draw):
    """Draw the kinds of some columns, and row groups of them."""
    kinds = draw(st.dictionaries(NAMES, st.sampled_from(sorted(VALUES)), min_size=1, max_size=20))
    groups = []
    for _ in range(draw(st.integers(0, 3))):
        rows = draw(st.integers(1, 70))
        groups.append((rows, {n: draw(_column(VALUES[k], rows)) for n, k in kinds.items()}))
    return kinds, groups


def _column(values, rows):
    """Return columns of a few different values, since drawing each alone would take too long."""
    few = st.lists(st.none() | values, min_size=1, max_size=9)
    return few.map(lambda drawn: [drawn[i % len(drawn)] for i in range(rows)])


def written(kinds, groups, notes=None):
    file = io.BytesIO()
    writer = ParquetWriter(file, kinds, notes or {})
    for rows, values in groups:
        writer.write(values, rows)
    writer.close()
    return file.getvalue()


@settings(max_examples=100, deadline=None)
@given(tables())
def test_pyarrow_reads_every_value(table):
    kinds, groups = table
    read = pq.read_table(io.BytesIO(written(kinds, groups)))
    types = {
        "string": "string",
        "number": "double",
        "integer": "int64",
        "boolean": "bool",
        "time": "timestamp[ms, tz=UTC]",
    }
    assert [(f.name, str(f.type)) for f in read.schema] == [(name, types[kind]) for name, kind in kinds.items()]
    for place, (name, kind) in enumerate(kinds.items()):
        expected = [value for _, values in groups for value in values[name]]
        found = read.column(place).cast("int64").to_pylist() if kind == "time" else read.column(place).to_pylist()
        assert found == expected


def test_duckdb_reads_every_value_and_the_notes(tmp_path):
    kinds = {"a": "integer", "b/c d": "string", "n": "number", "ok": "boolean", "at": "time"}
    rows = 3000
    values = {
        "a": [None if i % 7 == 0 else i - 5 for i in range(rows)],
        "b/c d": [None if i % 11 == 0 else f"é {i}" for i in range(rows)],
        "n": [i / 3 for i in range(rows)],
        "ok": [[True, False, None][i % 3] for i in range(rows)],
        "at": [1_764_000_000_000 + i for i in range(rows)],
    }
    path = tmp_path / "x.parquet"
    path.write_bytes(written(kinds, [(rows, values), (rows, values)], {"iddr.model": "credit é"}))
    found = duckdb.read_parquet(str(path)).fetchall()
    assert [row[:4] for row in found] == list(
        zip(*(values[n] for n in ("a", "b/c d", "n", "ok")), strict=True)
    ) * 2
    assert found[0][4].astimezone(dt.UTC) == dt.datetime.fromtimestamp(1_764_000_000, dt.UTC)
    notes = duckdb.execute("SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    assert notes == [("iddr.model", "credit é")]


@pytest.mark.parametrize(
    ("number", "expected"), [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")]
)
def test_whole_numbers_are_written_in_sevens_of_bits(number, expected):
    assert varint(number) == expected
