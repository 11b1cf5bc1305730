from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from model_checks.contract.dialect import Contract
from model_checks.contract.files import TableError
from model_checks.dataset import Dataset

if TYPE_CHECKING:
    from pathlib import Path


def contract(**types: Any) -> Contract:
    return Contract.parse(
        {"type": "object", "properties": {n: {"type": t} for n, t in types.items()}, "required": list(types)}
    )


AB = contract(a="integer", b="string")


def opened(path: Path, text: str | bytes, *, target: str | None = None, rules: Contract = AB) -> Dataset:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Dataset.from_file(path, rules, name="train", target=target)


def test_a_csv_is_text_until_the_contract_types_it(tmp_path: Path) -> None:
    data = opened(tmp_path / "t.csv", 'b,a,x\nyes,1,00123\n"q""u,o\nte",3.0,\n', target="a")
    assert (data.name, data.rows, data.columns, data.target) == ("train", 2, ("b", "a", "x"), "a")
    assert data.query("SELECT * FROM raw") == [("yes", "1", "00123"), ('q"u,o\nte', "3.0", "")]
    assert data.query("SELECT * FROM typed") == [(1, "yes"), (3, 'q"u,o\nte')]
    assert list(data.frame.columns) == ["a", "b"]
    assert list(data.features.columns) == ["b"]
    assert (str(data.labels.dtype), data.labels.tolist()) == ("int64", [1, 3])
    assert data.frame is data.frame
    assert data.digest == hashlib.sha256(data.path.read_bytes()).hexdigest()
    assert data.parts == {"t.csv": data.digest}


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n",
        "a;b\n1;x\n",
        "a\tb\n1\tx\n",
        "\ufeffa,b\n1,x",
        "a,b\r\n1,x\r\n",
        '"a","b"\n"1","x"\n',
        "a;b\n1;x\n\n",
    ],
)
def test_separators_and_line_ends_are_found_without_guessing(tmp_path: Path, text: str) -> None:
    assert opened(tmp_path / "t.csv", text).query("SELECT * FROM typed") == [(1, "x")]


def test_a_cell_that_cannot_be_cast_lacks_its_value(tmp_path: Path) -> None:
    data = opened(tmp_path / "t.csv", "a,b\n1_0,x\n2,y\n")
    assert data.query("SELECT a FROM typed") == [(None,), (2,)]
    assert (str(data.frame["a"].dtype), data.frame["a"].isna().tolist()) == ("float64", [True, False])


def test_a_column_that_the_file_lacks_lacks_every_value(tmp_path: Path) -> None:
    data = opened(tmp_path / "t.csv", "a\n1\n")
    assert data.frame["b"].isna().all()
    assert list(data.frame.columns) == ["a", "b"]


def test_names_of_columns_and_files_are_never_sql(tmp_path: Path) -> None:
    names = ['say "hi"', "it's", "a b", "v0", "c0", "x]*?"]
    path = tmp_path / "it's [1] *.csv"
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    data = opened(path, f"{header}\n1,2,3,4,5,6\n", rules=contract(**dict.fromkeys(names, "integer")))
    assert data.frame.to_numpy().tolist() == [[1, 2, 3, 4, 5, 6]]


def test_a_nameless_column_is_called_as_pandas_calls_it(tmp_path: Path) -> None:
    assert opened(tmp_path / "t.csv", ",a,b\n1,2,x\n").columns == ("Unnamed: 0", "a", "b")


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    values = "(1.0::DOUBLE, 'x', 7), (2.5, NULL, 8)"
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) t(a, b, c)) TO '{path}' (FORMAT parquet)")  # noqa: S608
    data = Dataset.from_file(path, contract(a="integer", b=["string", "null"], c="string"), name="t", target="c")
    assert data.query("SELECT * FROM typed") == [(1, "x", None), (None, None, None)]
    assert data.query("SELECT c FROM raw") == [(7,), (8,)]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.csv", "", "the file is empty"),
        ("t.csv", "a,b\n", "columns and no rows"),
        ("t.csv", "\n1,2\n", "no names of columns"),
        ("t.csv", "a,b\n1,x\n2\n", "line 3: found 1 cells, expected 2"),
        ("t.csv", "a,b\n1,x,y\n", "line 2: found 3 cells, expected 2"),
        ("t.csv", 'a,b\n1,"x\n', "line 2: found a quote that is not closed"),
        ("t.csv", "a,b\n1,x\r\n2,y\n", "line ends of different kinds"),
        ("t.csv", b"a,b\n1,\xe9t\xe9\n", "line 2, column 'b': found the byte 0xe9, which is not UTF-8"),
        ("t.csv", "a,b,A\n1,x,2\n", "'a' and 'A'"),
        ("t.csv", "a,b,b\n1,x,2\n", "'b' and 'b'"),
        ("t.csv", "a,c\n1,x\n", "target column 'b' is not there, found a, c"),
        ("t.parquet", "a,b\n1,x\n", "no Parquet file"),
        ("t.xlsx", "a,b\n1,x\n", r"found the ending '\.xlsx', expected \.csv"),
    ],
)
def test_bad_files_are_told_in_words(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    with pytest.raises(TableError, match=words) as caught:
        opened(tmp_path / name, text, target="b")
    assert name in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="there is no such file"):
        Dataset.from_file(tmp_path / "gone.csv", AB, name="t", target=None)


def test_a_target_must_be_in_the_contract_too(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the contract: the target column 'x'"):
        opened(tmp_path / "t.csv", "a,b,x\n1,x,2\n", target="x")


def test_labels_need_a_target(tmp_path: Path) -> None:
    data = opened(tmp_path / "t.csv", "a,b\n1,x\n")
    assert list(data.features.columns) == ["a", "b"]
    with pytest.raises(TableError, match="has no target"):
        _ = data.labels


def test_a_slow_query_draws_nothing_into_the_answer(tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    code = (
        "from pathlib import Path; from model_checks.contract.tables import open_table; "
        "query = 'SELECT value FROM duckdb_settings() WHERE name = \\'enable_progress_bar\\''; "
        "print(open_table(Path('t.csv')).query(query))"
    )
    command = [sys.executable, "-c", code]  # DuckDB takes a program without a file for an interactive one
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ended.stdout == "[('false',)]\n"


def test_another_contract_that_types_alike_shares_the_frame(tmp_path: Path) -> None:
    data = opened(
        tmp_path / "t.csv",
        "a,b,y\n1,u,0\n2,v,1\n",
        target="y",
        rules=contract(a="integer", b="string", y="integer"),
    )
    alike = data.read_by(contract(b="string", a="integer"))
    assert (alike.target, list(alike.frame)) == (None, ["b", "a"])
    data.close()  # so that nothing more can be read
    assert alike.features["a"].tolist() == [1, 2]


def test_another_contract_that_types_otherwise_reads_the_table_again(tmp_path: Path) -> None:
    data = opened(tmp_path / "t.csv", "a,b\n1,u\n2,v\n")
    assert data.frame["a"].tolist() == [1, 2]
    assert data.read_by(contract(a="string")).frame["a"].tolist() == ["1", "2"]
    optional = Contract.parse({"type": "object", "properties": {"a": {"type": "integer"}}})
    assert data.read_by(optional).frame["a"].dtype == "float64"
