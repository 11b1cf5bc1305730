"""Tables in every form that they may have: written otherwise, compressed, in several files."""

# ruff: noqa: S608 - names and paths are the tests' own

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import re
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.cells import CSV_TEXT
from model_checks.contract.csv_format import CsvFormat
from model_checks.contract.dialect import Contract
from model_checks.contract.files import TableError
from model_checks.contract.table_files import Part, TableFiles, declared_table, table_files
from model_checks.contract.tables import open_table
from model_checks.dataset import Dataset
from tests.needs import missing

TEXT = "a,b\n1,é\n2,y\n"
ROWS = [("1", "é"), ("2", "y")]


def rows(source: Path | TableFiles, form: CsvFormat | None = None) -> list[tuple[Any, ...]]:
    return open_table(source, form).query("SELECT * FROM raw")


def written(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(path: Path, select: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


@pytest.mark.parametrize(
    ("name", "pack"), [("t.csv.gz", gzip.compress), ("t.csv.bz2", bz2.compress), ("t.TXT.XZ", lzma.compress)]
)
def test_compressed_files_are_unpacked(tmp_path: Path, name: str, pack: Any) -> None:
    path = written(tmp_path / name, pack(TEXT.encode()))
    assert rows(path) == ROWS
    assert open_table(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_zstd_is_unpacked_by_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.zst"
    duckdb.execute(f"COPY (SELECT 1 AS a, 'é;x' AS b) TO '{path}' (FORMAT csv, COMPRESSION zstd, DELIMITER ';')")
    assert rows(path) == [("1", "é;x")]
    with pytest.raises(TableError, match=r"t\.csv\.zst: is compressed with zstd and declared as cp1252"):
        open_table(path, CsvFormat(encoding="cp1252"))


def test_one_file_in_an_archive_is_unpacked_and_said(tmp_path: Path) -> None:
    table = open_table(zipped(tmp_path / "t.zip", t_csv=TEXT.encode()))
    assert table.query("SELECT * FROM raw") == ROWS
    assert "unpacked 't.csv'" in table.notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-16-le", "utf-32"])
def test_declared_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "t.csv", TEXT.encode(encoding))
    assert rows(path, CsvFormat(encoding=encoding)) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_enough_and_is_said(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "t.csv", TEXT.encode(encoding))
    table = open_table(path)
    assert table.query("SELECT * FROM raw") == ROWS
    assert f"{encoding.removesuffix('-sig').upper()}, as its byte order mark shows" in table.notes


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "§", " ", "\x01"])
def test_any_character_may_separate(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path / "t.csv", TEXT.replace(",", separator))
    assert rows(path, CsvFormat(separator=separator)) == ROWS
    if separator in ",;\t|":
        table = open_table(path)
        assert table.query("SELECT * FROM raw") == ROWS
        assert table.notes == (f"separated by {separator!r}, as the header shows",)


def test_quotes_may_be_others_or_none(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a,b\n'1,5','it''s'\n")
    assert rows(path, CsvFormat(quote="'")) == [("1,5", "it's")]
    path = written(tmp_path / "n.csv", 'a,b\n"1,2"\n')
    assert rows(path, CsvFormat(quote="", separator=",")) == [('"1', '2"')]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_without_header_takes_declared_names(tmp_path: Path, mark: str) -> None:
    path = written(tmp_path / "t.csv", mark + "1;é\n2;y,z\n")
    table = open_table(path, CsvFormat(header=False, names=("a", "b")))
    assert tuple(table.stored) == ("a", "b")
    assert table.query("SELECT * FROM raw") == [("1", "é"), ("2", "y,z")]
    assert "separated by ';', which gives a cell for each name" in table.notes


NUMBERS = Contract.parse(
    {
        "type": "object",
        "properties": {"i": {"type": "integer"}, "n": {"type": ["number", "null"]}, "s": {"type": "string"}},
        "x-null-tokens": ["-999", ""],
    }
)


def typed(path: Path, text: str, csv: CsvFormat) -> list[tuple[Any, ...]]:
    data = Dataset.from_file(written(path, text), NUMBERS, name="t", target=None, csv=csv)
    return data.query("SELECT * FROM typed")


def test_numbers_with_a_decimal_comma_are_read_and_texts_stay(tmp_path: Path) -> None:
    csv = CsvFormat(decimal=",", thousands=".")
    text = "i;n;s\n1.234;-1.234,5;1,5\n7;,5e3;1.000\n+1.234.567; 0,25 ;x\n-999;-999;y\n"
    assert typed(tmp_path / "t.csv", text, csv) == [
        (1234, -1234.5, "1,5"), (7, 500.0, "1.000"), (1234567, 0.25, "x"), (None, None, "y"),
    ]  # fmt: skip
    data = open_table(tmp_path / "t.csv", csv)
    assert set(data.stored.values()) == {CSV_TEXT}


@pytest.mark.parametrize("cell", ["1.5", "12.34,5", "1.2345", "1,2,3", ".123", "1,5.000", "1 000"])
def test_a_number_with_other_signs_has_no_value(tmp_path: Path, cell: str) -> None:
    csv = CsvFormat(decimal=",", thousands=".")
    assert typed(tmp_path / "t.csv", f"i;n;s\n1;{cell};x\n", csv) == [(1, None, "x")]


@pytest.mark.parametrize("sign", ["", ".", " ", "'", "_", "\u00a0", "\u202f"])
@settings(deadline=None, max_examples=20)
@given(numbers=st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(0, 99)), min_size=1))
def test_every_number_comes_back(tmp_path_factory: Any, sign: str, numbers: list[tuple[int, int]]) -> None:
    shown = [(f"{number:,}".replace(",", sign), f"{cents:02}") for number, cents in numbers]
    text = "i;n;s\n" + "".join(f"{whole};{whole},{cents};x\n" for whole, cents in shown)
    path = tmp_path_factory.mktemp("n") / "t.csv"
    expected = [(number, float(f"{number}.{cents:02}"), "x") for number, cents in numbers]
    assert typed(path, text, CsvFormat(decimal=",", thousands=sign)) == expected


def test_parts_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("train-2", "train-10", "train-1"):
        parquet(tmp_path / f"{name}.parquet", f"SELECT '{name}' AS a, i FROM range(3) t(i)")
    written(tmp_path / ".train-0.parquet", "hidden")
    (tmp_path / "train-x.parquet").mkdir()
    table = open_table(tmp_path / "train-*.parquet")
    found = table.query("SELECT row_number() OVER () AS r, a, i FROM raw")
    names = ["train-1"] * 3 + ["train-10"] * 3 + ["train-2"] * 3
    assert found == [(r + 1, name, r % 3) for r, name in enumerate(names)]
    assert table.path.name == "train-*.parquet"
    assert table.notes == ("3 files in the order of their names, train-1.parquet to train-2.parquet",)


def test_parts_in_folders_and_compressed_ones_mix(tmp_path: Path) -> None:
    written(tmp_path / "2024/x.csv.gz", gzip.compress(b"a,b\n1,x\n"))
    written(tmp_path / "2025/x.csv", "a,b\n2,y\n")
    assert rows(tmp_path / "*/x.csv*") == [("1", "x"), ("2", "y")]


def test_a_name_of_a_folder_makes_no_column(tmp_path: Path) -> None:
    parquet(tmp_path / "year=2024/x.parquet", "SELECT 1 AS a")
    assert list(open_table(tmp_path / "year=2024/x.parquet").stored) == ["a"]


def test_an_existing_name_is_no_pattern(tmp_path: Path) -> None:
    path = written(tmp_path / "it's [1]*?.csv", TEXT)
    written(tmp_path / "it's 1x.csv", "a,b\n9,z\n")
    assert rows(path) == ROWS


def test_features_and_target_stand_side_by_side(tmp_path: Path) -> None:
    parquet(tmp_path / "x-1.parquet", "SELECT i AS a FROM range(200000) t(i)")
    parquet(tmp_path / "x-2.parquet", "SELECT i + 200000 AS a FROM range(200000) t(i)")
    written(tmp_path / "y.csv", "y\n" + "\n".join(str(-i) for i in range(400000)) + "\n")
    table = open_table(declared_table(tmp_path, {"features": "x-*.parquet", "target": "y.csv"}, CsvFormat()))
    assert table.stored == {"a": "BIGINT", "y": CSV_TEXT}
    numbered = "SELECT *, row_number() OVER () - 1 AS r FROM raw"
    assert table.query(f"SELECT count(*), bool_and(a = r AND CAST(y AS BIGINT) = -r) FROM ({numbered})") == [
        (400000, True)
    ]
    assert table.path.name == "x-*.parquet+y.csv"


def test_two_files_without_headers_share_the_names(tmp_path: Path) -> None:
    written(tmp_path / "x.csv", "1,2\n3,4\n")
    written(tmp_path / "y.csv", "0\n1\n")
    declared = {"features": "x.csv", "target": "y.csv"}
    csv = CsvFormat(header=False, names=("a", "b", "y"), separator=",")
    table = open_table(declared_table(tmp_path, declared, csv))
    assert (list(table.stored), table.query("SELECT y, b FROM raw")) == (["a", "b", "y"], [("0", "2"), ("1", "4")])
    for names, told in ((("a", "b"), "names for the target's file too"), (("a", "b", "c", "y"), "found 1 cells")):
        with pytest.raises(TableError, match=told):
            open_table(declared_table(tmp_path, declared, CsvFormat(header=False, names=names, separator=",")))
    with pytest.raises(TableError, match="a declared separator"):
        open_table(declared_table(tmp_path, declared, CsvFormat(header=False, names=("a", "b", "y"))))


def test_a_table_in_parts_travels_as_a_document(tmp_path: Path) -> None:
    for name, text in (("t-1.csv", "a;b\n1,5;x\n"), ("t-2.csv", "a;b\n2,5;y\n")):
        written(tmp_path / "data" / name, text)
    files = table_files(tmp_path / "data" / "t-*.csv", CsvFormat(decimal=","))
    here = open_table(files)
    digests = {part.path: hashlib.sha256(part.path.read_bytes()).hexdigest() for part in files.all}
    document = files.document(digests)
    assert here.digest == hashlib.sha256(document).hexdigest()
    assert str(tmp_path) not in document.decode()
    moved = tmp_path / "elsewhere/objects"
    for part in files.all:
        written(moved / digests[part.path] / part.path.name, part.path.read_bytes())
    path = written(moved / here.digest / "train_file.table.json", document)
    there = open_table(path)
    assert (there.digest, there.path.name) == (here.digest, "t-*.csv")
    assert there.query("SELECT * FROM raw") == here.query("SELECT * FROM raw")
    number = Contract.parse({"type": "object", "properties": {"a": {"type": "number"}}})
    assert Dataset.from_file(path, number, name="t", target=None).query("FROM typed") == [(1.5,), (2.5,)]
    for part in moved.glob("*/t-2.csv"):
        part.write_text("a;b\n3,5;y\n")
    with pytest.raises(TableError, match=r"t-2\.csv: was changed: found sha256"):
        open_table(path)


def test_a_digest_tells_how_the_file_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a;b\n1;2\n")
    digests = {open_table(path, csv).digest for csv in (None, CsvFormat(decimal=","), CsvFormat(separator=";"))}
    assert len(digests) == 3
    table = parquet(tmp_path / "t.parquet", "SELECT 1 AS a")
    assert open_table(table, CsvFormat(decimal=",")).digest == hashlib.sha256(table.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"parts": [{"name": "x", "sha256": "../.."}], "beside": []}']
)
def test_a_document_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(TableError, match="is no description of a table"):
        open_table(written(tmp_path / "x.table.json", content))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"seperator": ";"}, "seperator: unknown key"),
        ({"separator": ";;"}, "separator: found ';;'; expected one character"),
        ({"separator": "'", "quote": "'"}, 'separator: is "\'", as quote is'),
        ({"encoding": "rot13"}, "encoding: found 'rot13'; expected an encoding"),
        ({"encoding": "punycode"}, "encoding: found 'punycode'; expected an encoding"),
        ({"decimal": ",", "thousands": ","}, "thousands: is ',', as decimal is"),
        ({"decimal": ";"}, "decimal: found ';'; expected one of '.', ','"),
        ({"header": False}, "names: are missing"),
        ({"names": ["a"]}, "names: are for files without a header"),
        ({"header": "no"}, "header: found 'no'; expected true or false"),
        ({"names": "a"}, "names: found 'a'; expected a list of texts"),
    ],
)
def test_a_format_that_cannot_be_is_refused(declared: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"\w+: ") as caught:
        CsvFormat.of(declared)
    assert told in str(caught.value)


def test_a_format_survives_json() -> None:
    csv = CsvFormat(header=False, names=("a", "b"), decimal=",", thousands="\u202f", encoding="cp1252")
    assert CsvFormat.of(json.loads(json.dumps(csv.declared))) == csv
    assert CsvFormat().declared == {}


def test_files_and_connection_end_with_the_table(tmp_path: Path) -> None:
    table = open_table(written(tmp_path / "t.csv.gz", gzip.compress(TEXT.encode())))
    folder = table.engine.folder
    assert list(folder.iterdir())
    table.close()
    assert not folder.exists()
    table = open_table(tmp_path / "t.csv.gz")
    folder = table.engine.folder
    del table
    assert not folder.exists()


@pytest.mark.parametrize("stream", [False, True])
def test_arrow_files_are_read_batch_by_batch(tmp_path: Path, *, stream: bool) -> None:
    if util.find_spec("pyarrow") is None:
        missing("pyarrow")
    import pyarrow as pa

    batches = [pa.record_batch({"a": [1, 2], "b": pa.array(["x", None]).dictionary_encode()}) for _ in range(3)]
    path = tmp_path / ("t.arrow" if stream else "t.feather")
    with pa.OSFile(str(path), "wb") as sink:
        make = pa.ipc.new_stream if stream else pa.ipc.new_file
        with make(sink, batches[0].schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    table = open_table(path)
    assert table.stored == {"a": "BIGINT", "b": "VARCHAR"}
    assert table.query("SELECT * FROM raw") == [(1, "x"), (2, None)] * 3
    assert table.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    for damaged, told in ((path.read_bytes()[:-100], "no Arrow file"), (b"nothing of the kind", "no Arrow file")):
        with pytest.raises(TableError, match=told):
            open_table(written(tmp_path / "d.arrow", damaged)).query("SELECT * FROM raw")


def test_arrow_without_pyarrow_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.arrow", b"ARROW1")
    script = f"""
import pathlib, sys
sys.modules["pyarrow"] = None
from model_checks.contract.tables import open_table
open_table(pathlib.Path({str(path)!r}))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert re.search(r"t\.arrow: is an Arrow file, expected pyarrow .* pip install pyarrow", ended.stderr)


def test_a_part_may_be_named_by_hand(tmp_path: Path) -> None:
    parts = tuple(Part(path=written(tmp_path / f"{n}.csv", f"a\n{n}\n"), label=f"part {n}") for n in (2, 1))
    assert rows(TableFiles(name="both", parts=parts)) == [("2",), ("1",)]


CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@settings(deadline=None, max_examples=60)
@given(
    data=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5),
    separator=st.sampled_from([",", ";", "\t", "|", "^", "§"]),
    quote=st.sampled_from(['"', "'"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
    packed=st.booleans(),
)
def test_every_cell_comes_back(
    tmp_path_factory: Any, data: list[tuple[str, str]], separator: str, quote: str, encoding: str, *, packed: bool
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, quotechar=quote, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *data])
    content = stream.getvalue().encode(encoding)
    path = tmp_path_factory.mktemp("c") / ("t.csv.gz" if packed else "t.csv")
    form = CsvFormat(separator=separator, quote=quote, encoding=encoding)
    assert rows(written(path, gzip.compress(content) if packed else content), form) == data
