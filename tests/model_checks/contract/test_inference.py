from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from model_checks.contract.dialect import Contract
from model_checks.contract.files import TableError
from model_checks.contract.inference import infer
from model_checks.dataset import Dataset
from model_checks.governance.gv004_rows_obey_contract import gv004

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED = Path(__file__).parents[4] / "shared" / "data"


def proposed(folder: Path, cells: Sequence[str], *, target: str | None = None) -> dict[str, Any]:
    path = folder / "t.csv"
    path.write_text("a,b\n" + "".join(f"{cell},x\n" for cell in cells), "utf-8")
    document = infer(path, target=target)
    contract = Contract.parse(document)
    assert all(f.ok for f in gv004(Dataset.from_file(path, contract, name="t", target=target), contract))
    found: dict[str, Any] = document["properties"]["a"]
    return found


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["yes", "no"] * 3, {"type": "string", "enum": ["no", "yes"]}),
        (["00123", "99999"], {"type": "string"}),
        (["true", "FALSE"], {"type": "boolean"}),
        (["1", "2", "2"], {"type": "integer", "minimum": 1, "maximum": 2}),
        (["20", "60"], {"type": "integer", "minimum": 0, "maximum": 80}),
        (["-100", "100"], {"type": "integer", "minimum": -200, "maximum": 200}),
        (["1.0", "3.0"], {"type": "number", "minimum": 0.0, "maximum": 4.0}),
        (["0.1", "0.9"], {"type": "number", "minimum": 0.0, "maximum": 1.0}),
        (["1", "", "NA"], {"type": ["integer", "null"], "minimum": 1, "maximum": 1}),
        (["u", "u", "", "u"], {"type": ["string", "null"], "enum": ["u", None]}),
        (["2024-02-29", "2024-03-01"], {"type": "string", "format": "date"}),
        (["", ""], {"type": ["string", "null"]}),
        (["1", "2", "x"], {"type": "string"}),
        (["nan", "nan", "1.5"], {"type": ["number", "null"], "minimum": 0.7, "maximum": 2.3}),
        (["9e300", "-9e300"], {"type": "number"}),
    ],
)
def test_proposals_fit_what_was_seen(tmp_path: Path, cells: list[str], expected: dict[str, Any]) -> None:
    found = proposed(tmp_path, cells)
    assert {key: value for key, value in found.items() if key != "x-notes"} == expected


def test_a_target_keeps_its_labels_and_range(tmp_path: Path) -> None:
    assert proposed(tmp_path, ["a", "b", "c"], target="a")["enum"] == ["a", "b", "c"]
    assert proposed(tmp_path, ["20", "60"], target="a")["maximum"] == 60


def test_guesses_are_noted(tmp_path: Path) -> None:
    assert "leading zeros" in proposed(tmp_path, ["00123"])["x-notes"]
    assert "1 of 2 rows lack it" in proposed(tmp_path, ["5", ""])["x-notes"]
    assert "1 cells are no numbers" in proposed(tmp_path, ["5", "6", "7", "?"])["x-notes"]


def test_parquet_types_are_kept_and_lists_left_out(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(
        "COPY (SELECT 1::SMALLINT i, 1.5::FLOAT f, DATE '2024-02-29' d, TIMESTAMP '2024-02-29 10:00:00' s, [1] l, "
        f"true b, NULL::INTEGER n, 1.25::DECIMAL(9,2) m) TO '{path}' (FORMAT parquet)"
    )
    document = infer(path, target=None)
    types = {name: schema["type"] for name, schema in document["properties"].items()}
    assert types == {
        "i": "integer", "f": "number", "d": "string", "s": "string", "b": "boolean", "n": ["string", "null"], "m": "number",
    }  # fmt: skip
    assert "left out" in document["x-notes"]
    contract = Contract.parse(document)
    data = Dataset.from_file(path, contract, name="t", target=None)
    assert all(f.ok for f in gv004(data, contract))
    assert data.query("SELECT d, s FROM typed") == [("2024-02-29", "2024-02-29T10:00:00")]


def test_a_target_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="'z' is not there, found a, b"):
        proposed(tmp_path, ["1"], target="z")


@pytest.mark.parametrize(
    "name", ["german_credit_codes_or_labels", "penguins", "online_shoppers_intention", "hr_attrition_3class"]
)
def test_real_tables_obey_what_is_proposed_for_them(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared tables are not beside this repository")
    path = SHARED / f"{name}.csv"
    contract = Contract.parse(infer(path, target=None))
    assert [f.ok for f in gv004(Dataset.from_file(path, contract, name=name, target=None), contract)] == [True]
