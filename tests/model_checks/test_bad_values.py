"""Values that no contract allows are told by row and cell, in CSV and in Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from model_checks.contract.dialect import Contract
from model_checks.discovery import load_check
from model_checks.running import run_check

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.findings import Finding


def findings(path: Path, **columns: Any) -> dict[str, Finding]:
    contract = Contract.parse({"type": "object", "properties": columns, "required": list(columns)})
    found = run_check(load_check("GV004"), {"train": path, "contract": contract}, {})
    assert all(f.ok is False for f in found), found
    return {f.where.rpartition(" ")[2]: f for f in found}


def test_three_formats_of_dates_in_one_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("d\n2024-02-29\n29.02.2024\n02/29/2024\n2023-02-29\n")
    (found,) = findings(path, d={"type": "string", "format": "date"}).values()
    assert (found.rule, found.measured) == ("format", 3)
    for shown in ("'29.02.2024'", "'02/29/2024'", "'2023-02-29'", "row 2, 3, 4"):
        assert shown in found.message


def test_integers_beyond_64_bits_and_numbers_beyond_float64(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    huge = "1" * 400
    path.write_text(
        f"i,n\n9223372036854775807,1e308\n9223372036854775808,1e999\n{huge},{huge}\n1,inf\n2,-Infinity\n3,nan\n"
    )
    found = findings(path, i={"type": "integer"}, n={"type": "number"})
    assert found["i"].message.endswith(f"found '9223372036854775808', '{huge[:40]}...' in row 2, 3")
    assert (found["n"].rule, found["n"].measured) == ("type", 5)
    assert "in row 2, 3, 4, 5, 6" in found["n"].message


def test_infinities_nan_and_wide_integers_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    rows = "(1.5::DOUBLE, 1::UBIGINT, 1::DECIMAL(38, 0)), ('inf', 18446744073709551615, 99999999999999999999), ('nan', 2, 2)"
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {rows}) t(n, u, w)) TO '{path}' (FORMAT parquet)")  # noqa: S608
    found = findings(path, n={"type": "number"}, u={"type": "integer"}, w={"type": "integer"})
    assert {name: f.measured for name, f in found.items()} == {"n": 2, "u": 1, "w": 1}
    assert "'inf', 'nan' stored as DOUBLE in row 2, 3" in found["n"].message


def test_a_parquet_column_of_another_type_is_told_for_every_row(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(f"COPY (SELECT [1] AS a, '5' AS b FROM range(2)) TO '{path}' (FORMAT parquet)")  # noqa: S608
    found = findings(path, a={"type": "integer"}, b={"type": "integer"})
    assert {name: (f.rule, f.measured) for name, f in found.items()} == {"a": ("type", 2), "b": ("type", 2)}
    assert "stored as VARCHAR" in found["b"].message
