"""Files that are no tables, or damaged ones: each is told by file, line and column, and none hangs."""

# ruff: noqa: S608 - names and paths are the tests' own

from __future__ import annotations

import gc
import gzip
import os
import stat
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from model_checks.contract import files
from model_checks.contract.csv_format import CsvFormat
from model_checks.contract.files import TableError
from model_checks.contract.tables import open_table
from model_checks.contract.unpacking import FLOOR


def refusal(path: Path, csv: CsvFormat | None = None) -> str:
    """Open the table and read all of it; return the words in which it is refused."""
    with pytest.raises(TableError) as caught:
        open_table(path, csv).query("SELECT max(hash(COLUMNS(*))) FROM raw")
    return str(caught.value)


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(path: Path, select: str) -> Path:
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


TEXTS = {
    "utf-16 without its mark": ("a,b\n1,é\n".encode("utf-16-le"), "t.csv: line 1: found a NUL byte, expected text"),
    "two encodings": ("a,b\n1,é\n2,y\n3,".encode() + b"\xe9t\xe9\n", "t.csv: line 4, column 'b': found the byte 0xe9"),
    "latin-1 name": (b"a,\xe9t\xe9\n1,x\n", "t.csv: line 1: found the byte 0xe9, which is not UTF-8"),
    "too many cells": ("a,b\n1,x\n2,y,z\n", "t.csv: line 3: found 3 cells, expected 2"),
    "too few cells": ("a,b\n1,x\n2\n", "t.csv: line 3: found 1 cells, expected 2"),
    "after a cell of two lines": ('a,b\n"1\n1",x\n2\n', "t.csv: line 4: found 1 cells, expected 2"),
    "twins": ("a,b,a\n1,2,3\n", "t.csv: found the columns 'a' and 'a', expected names that differ"),
    "twins by case": ("a,b,A\n1,2,3\n", "t.csv: found the columns 'a' and 'A'"),
    "blank lines": ("\n\n\n", "t.csv: line 1: found no names of columns, expected a header"),
    "nul": (b"a,b\n1,x\n2,y\x00z\n", "t.csv: line 3, column 'b': found a NUL byte, expected text"),
    "unclosed quote": ('a,b\n1,x\n2,"y\n3,z\n', "t.csv: line 3: found a quote that is not closed"),
    "text after a quote": ('a,b\n1,"x"y\n', "t.csv: line 2: found a quote that is not closed or not doubled"),
    "mixed line ends": ("a,b\n1,x\r\n2,y\n", "t.csv: found line ends of different kinds"),
    "two separators": ("a;b,c\n1;2,3\n", "t.csv: line 1: ',' and ';' give 2 columns each, expected one separator"),
    "a lie about cells": (
        'a,b\n1,x\n"Expected Number of Columns: 9 Found: 8",y,z\n', "t.csv: line 3: found 3 cells, expected 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
def test_bad_text_is_told_by_line_and_column(tmp_path: Path, case: str) -> None:
    content, told = TEXTS[case]
    assert told in refusal(written(tmp_path / "t.csv", content))


def test_a_mark_against_the_declared_encoding_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "\ufeffa,b\n1,x\n")
    told = refusal(path, CsvFormat(encoding="cp1252"))
    assert "t.csv: found the byte order mark of UTF-8, declared is 'cp1252'" in told


def test_bytes_that_the_declared_encoding_does_not_know_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", b"a,b\n1,\x81\n")
    told = refusal(path, CsvFormat(encoding="cp1252"))
    assert "t.csv: line 2, column 'b': found the byte 0x81, which is not CP1252" in told
    assert "UTF-16-LE text" in refusal(
        written(tmp_path / "u.csv", b"a,b\n1,x\n2"), CsvFormat(encoding="utf-16-le")
    )


def test_the_line_is_right_far_into_a_file(tmp_path: Path) -> None:
    good = b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 200_000
    told = refusal(written(tmp_path / "t.csv", b"a,b\n" + good + b"2,\xff\n"))
    assert told.startswith("t.csv: line 200002, column 'b': found the byte 0xff")
    assert refusal(written(tmp_path / "u.csv", b"a,b\n" + good + b"2\n")).startswith("u.csv: line 200002: found 1")


@pytest.mark.parametrize("quoted", [False, True])
def test_a_gigantic_cell_is_told_in_little_memory(tmp_path: Path, *, quoted: bool) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b'a,b\n1,x\n2,"' if quoted else b"a,b\n1,x\n2,")
        for _ in range(200):
            file.write((b"y" * 99 + b"\n") * 10_000 if quoted else b"y" * 1_000_000)
        file.write(b'"\n3,z\n' if quoted else b"\n3,z\n")
    child = (
        "import resource, sys; from pathlib import Path\n"
        "from model_checks.contract.tables import open_table\n"
        "import duckdb; duckdb.connect().close()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: open_table(Path(sys.argv[1])).query('SELECT count(COLUMNS(*)) FROM raw')\n"
        "except ValueError as error: print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    import subprocess
    import sys

    ended = subprocess.run(
        [sys.executable, "-c", child, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    said, grown = ended.stdout.splitlines()
    assert "t.csv: line 3: found a " in said
    assert "less than 2,000,000 bytes" in said or "more than 2,000,000 bytes" in said
    assert int(grown) < 200


def test_an_unclosed_quote_in_a_large_file_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", b'a,b\n1,x\n2,"y\n' + b"3,z\n" * 2_000_000)
    assert refusal(path).startswith("t.csv: line 3: found a ")


def test_a_header_that_never_ends_is_told(tmp_path: Path) -> None:
    assert "t.csv: line 1: found more than" in refusal(written(tmp_path / "t.csv", b"a," * 1_000_000))


def test_parquet_twins_are_told_though_the_engine_renames_them(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", "SELECT 1 AS amount, 2 AS bmount, {'amount': 3} AS nested")
    content = path.read_bytes()
    for twin in (b"amount", b"AMOUNT"):
        written(path, content.replace(b"bmount", twin))
        assert "t.parquet: found the columns 'amount' and" in refusal(path)
    written(path, content)
    assert list(open_table(path).stored) == ["amount", "bmount", "nested"]


def test_a_parquet_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", "SELECT 1 AS amount")
    written(path, path.read_bytes().replace(b"amount", b"am\xff\xfent"))
    assert "t.parquet: found the name of a column that is not UTF-8" in refusal(path)


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    whole = parquet(tmp_path / "w.parquet", "SELECT i, 'x' || i AS s FROM range(100000) t(i)").read_bytes()
    for content in (b"a,b\n1,2\n", b"PAR1", whole[:-9], whole[: len(whole) // 2], whole[-500:]):
        assert "t.parquet: no Parquet file: " in refusal(written(tmp_path / "t.parquet", content))


def test_damaged_pages_are_told(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", "SELECT hash(i) AS i, 'x' || hash(i) AS s FROM range(200000) t(i)")
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    assert refusal(written(path, bytes(content))).startswith("t.parquet: cannot be read: ")


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("SELECT 'x' AS a, 2 AS b", "t-2.parquet: column 'a': is stored as VARCHAR, expected INTEGER as in t-1"),
        ("SELECT 1 AS a", "t-2.parquet: lacks 'b'; expected the columns of t-1.parquet, a, b"),
        ("SELECT 1 AS a, 2 AS b, 3 AS c", "t-2.parquet: has 'c' more"),
        ("SELECT 2 AS b, 1 AS a", "t-2.parquet: has the columns in another order"),
    ],
)
def test_parts_of_different_schemas_are_told(tmp_path: Path, second: str, told: str) -> None:
    parquet(tmp_path / "t-1.parquet", "SELECT 1 AS a, 2 AS b")
    parquet(tmp_path / "t-2.parquet", second)
    assert told in refusal(tmp_path / "t-*.parquet")


def test_parts_of_different_kinds_are_told(tmp_path: Path) -> None:
    written(tmp_path / "t-1.csv", "a,b\n1,2\n")
    written(tmp_path / "t-2.csv", "a;b\n1;2\n")
    assert "t-2.csv: is a CSV separated by ';', and t-1.csv is a CSV separated by ','" in refusal(
        tmp_path / "t-*.csv"
    )
    parquet(tmp_path / "t-3.parquet", "SELECT 1 AS a, 2 AS b")
    (tmp_path / "t-2.csv").unlink()
    assert "t-3.parquet: is Parquet, and t-1.csv is a CSV" in refusal(tmp_path / "t-*")


def test_a_bad_line_is_told_by_the_part_that_has_it(tmp_path: Path) -> None:
    written(tmp_path / "t-1.csv", "a,b\n1,2\n")
    written(tmp_path / "t-2.csv", "a,b\n1,2\n3\n")
    assert refusal(tmp_path / "t-*.csv").startswith("t-2.csv: line 3: found 1 cells")
    (tmp_path / "t-1.csv").unlink()
    written(tmp_path / "t-1.csv.gz", gzip.compress(b"a,b\n1,2,3\n"))
    assert refusal(tmp_path / "t-1.csv*").startswith("t-1.csv.gz: line 2: found 3 cells")


def test_side_by_side_files_of_other_lengths_are_told(tmp_path: Path) -> None:
    from model_checks.contract.table_files import declared_table

    written(tmp_path / "x.csv", "a\n1\n2\n")
    written(tmp_path / "y.csv", "b\n1\n")
    declared = declared_table(tmp_path, {"features": "x.csv", "target": "y.csv"}, CsvFormat())
    with pytest.raises(TableError, match=r"x\.csv\+y\.csv: found 2 rows of features and 1 of the target"):
        open_table(declared)
    written(tmp_path / "y.csv", "A\n1\n2\n")
    with pytest.raises(TableError, match="found the columns 'a' and 'A'"):
        open_table(declared)


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("_", "."), content)
    return path


def test_archives_of_none_or_several_files_are_told(tmp_path: Path) -> None:
    several = archive(tmp_path / "t.csv.zip", a_csv=b"a\n1\n", b_csv=b"a\n2\n")
    assert "t.csv.zip: found 2 files in it: 'a.csv', 'b.csv'; expected exactly one CSV" in refusal(several)
    assert "found 0 files in it; expected exactly one CSV" in refusal(archive(tmp_path / "e.zip"))
    assert "found 'a.exe' in it, expected a file that ends" in refusal(
        archive(tmp_path / "x.zip", a_exe=b"a\n1\n")
    )


def test_an_encrypted_archive_is_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "t.zip", a_csv=b"a\n1\n")
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    assert "t.zip: 'a.csv' in it is encrypted, expected plain content" in refusal(written(path, bytes(content)))


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.bz2", "t.csv.xz", "t.zip", "t.csv.zst"])
def test_damaged_archives_are_told(tmp_path: Path, name: str) -> None:
    import bz2
    import lzma

    text = ("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(50_000))).encode()
    path = tmp_path / name
    if name == "t.zip":
        archive(path, t_csv=text)
    elif name.endswith("zst"):
        duckdb.execute(
            f"COPY (SELECT i AS a, i * i AS b FROM range(50000) t(i)) TO '{path}' (FORMAT csv, COMPRESSION zstd)"
        )
    else:
        path.write_bytes({".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[path.suffix](text))
    whole = path.read_bytes()
    middle = bytearray(whole)
    middle[len(middle) // 2 : len(middle) // 2 + 40] = b"\xff" * 40
    for content in (whole[: len(whole) // 2], bytes(middle), b"a,b\n1,2\n"):
        told = refusal(written(path, content))
        assert told.startswith(name)
        assert "damaged" in told or "Data corruption" in told


@pytest.mark.parametrize("name", ["t.csv.gz", "t.zip"])
def test_an_archive_that_grows_beyond_measure_is_stopped(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "t.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("t.csv", "w") as member:
            member.write(b"a,b\n")
            for _ in range(300):
                member.write(b"0,0\n" * 250_000)
    else:
        with gzip.open(path, "wb", compresslevel=9) as member:
            member.write(b"a,b\n")
            for _ in range(300):
                member.write(b"0,0\n" * 250_000)
    table_folders = set(Path(tempfile.gettempdir()).glob("iddr-table-*"))
    assert f"{name}: unpacks to more than " in refusal(path)
    left = [f for f in set(Path(tempfile.gettempdir()).glob("iddr-table-*")) - table_folders if f.is_dir()]
    assert sum(f.stat().st_size for folder in left for f in folder.iterdir()) <= FLOOR * 2


def test_a_zstd_file_of_empty_promises_is_stopped(tmp_path: Path) -> None:
    frame = b"\x28\xb5\x2f\xfd\x00\x58" + (1 << 20 | 1 << 1).to_bytes(3, "little") + b"\n"
    blocks = (1 << 20 | 1 << 1).to_bytes(3, "little") + b"\n"
    path = written(
        tmp_path / "t.csv.zst", frame + blocks * 10_000 + (1 << 20 | 1 << 1 | 1).to_bytes(3, "little") + b"\n"
    )
    assert "t.csv.zst: may unpack to more than " in refusal(path)


def test_bad_content_in_zstd_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.zst"
    duckdb.execute(f"COPY (SELECT 1 AS a, 'x' || chr(0) AS b) TO '{path}' (FORMAT csv, COMPRESSION zstd)")
    assert "t.csv.zst: found NUL bytes in 1 rows" in refusal(path)
    duckdb.execute(f"COPY (SELECT 1 AS a, 'xyz' AS b) TO '{path}' (FORMAT csv, COMPRESSION zstd)")
    written(path, path.read_bytes().replace(b"xyz", b"x\xffz"))
    assert "t.csv.zst: line 2: found bytes that are not UTF-8" in refusal(path)


def test_pipes_devices_folders_and_link_loops_never_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    told = {name: refusal(tmp_path / f"{name}.csv") for name in ("pipe", "folder", "zero", "loop", "gone")}
    assert told["pipe"].startswith("pipe.csv: is a pipe, expected a file")
    assert told["folder"].startswith("folder.csv: is a folder, expected a file")
    assert told["zero"].startswith("zero.csv: is a device, expected a file")
    assert told["loop"].startswith("loop.csv: is a link that leads back to itself")
    assert told["gone"].startswith("gone.csv: there is no such file")
    assert "pipe.csv: is a pipe" in refusal(tmp_path / "pip*.csv")
    assert refusal(tmp_path / "t.csv" / "x.csv").startswith(f"{tmp_path}/t.csv/x.csv: there is no such file")


def test_a_pattern_that_matches_nothing_is_told(tmp_path: Path) -> None:
    assert f"x-*.csv: there is no such file in {tmp_path}" in refusal(tmp_path / "x-*.csv")


def test_a_pattern_that_is_none_or_goes_round_in_circles_ends(tmp_path: Path) -> None:
    assert "x**.csv: is no pattern: " in refusal(tmp_path / "x**.csv")
    (tmp_path / "again").symlink_to(tmp_path)
    written(tmp_path / "t.csv", "a\n1\n")
    assert open_table(tmp_path / "**" / "t.csv").query("SELECT a FROM raw") == [("1",)]
    assert len(open_table(tmp_path / "*" / "*" / "*" / "t.csv").files) == 1


def test_a_file_that_may_not_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = written(Path(folder) / "t.csv", "a\n1\n")
        path.chmod(0)
        user = os.geteuid()
        gc.collect()  # another user could not remove what earlier tables have left to remove
        if user == 0:
            os.seteuid(65534)
        try:
            assert "t.csv: the file may not be read by this user" in refusal(path)
        finally:
            os.seteuid(user)


def test_a_file_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(str(tmp_path)) + b"/t\xff.csv"))
    written(path, "a\n1\n")
    told = refusal(path)
    assert told.startswith("t\\xff.csv: the name of the file or of its folder is not UTF-8")
    assert told.encode()
    assert refusal(tmp_path / "t*.csv") == told


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a\n1\n")
    table = open_table(path)
    assert table.query("SELECT a FROM raw") == [("1",)]
    written(path, "a\n2\n3\n")
    with pytest.raises(TableError, match=r"t\.csv: the file changed while it was read"):
        table.query("SELECT a FROM raw")
    path.unlink()
    with pytest.raises(TableError, match=r"t\.csv: the file changed while it was read"):
        table.query("SELECT a FROM raw")


def test_a_file_that_grows_while_it_is_looked_at_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", b"a,b\n" + b"1,2\n" * 5_000_000)
    going = threading.Event()

    def grow() -> None:
        while not going.is_set():
            with path.open("ab") as file:
                file.write(b"1,2\n")
            time.sleep(0.005)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        assert refusal(path).startswith("t.csv: the file changed while it was read")
    finally:
        going.set()
        writer.join()


def test_no_room_for_temporary_files_is_told() -> None:
    import errno

    with pytest.raises(TableError, match="there is no room to unpack it"), files.told("t.csv.gz"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_temporary_files_are_for_this_user_alone(tmp_path: Path) -> None:
    table = open_table(written(tmp_path / "t.csv.gz", gzip.compress(b"a\n1\n")))
    assert stat.S_IMODE(table.engine.folder.stat().st_mode) == 0o700
