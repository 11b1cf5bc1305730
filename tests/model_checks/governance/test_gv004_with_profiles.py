"""GV004 comes to the same findings whether profiles spare it a look or not."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.governance.gv004_rows_obey_contract import gv004
from model_checks.loading import load_inputs
from model_checks.profiling.scanning import profile_of
from tests.model_checks.contract.conditions import documents, rows_near
from tests.model_checks.contract.files import csv_of, parquet_of
from tests.model_checks.contract.schemas import LETTERS, cells_near, contracts, values_near

if TYPE_CHECKING:
    from model_checks.findings import Finding

SLOW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
PYTHON = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": bool, "VARCHAR": str}
TYPED = {
    "BIGINT": st.integers(-(2**63), 2**63 - 1), "DOUBLE": st.floats(), "BOOLEAN": st.booleans(),
    "VARCHAR": st.text(LETTERS, max_size=8),
}  # fmt: skip
OWN = {"number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "string": "VARCHAR"}


def agreed(path: Path, contract: Contract) -> list[Finding]:
    """Return what GV004 finds, which is the same with and without the profile."""
    table = Dataset.from_file(path, contract, name="t", target=None)
    without = list(gv004(table, contract))
    assert list(gv004(table, contract, train_profile=profile_of(table))) == without
    return without


def some_columns(data: st.DataObject, contract: Contract) -> list[str]:
    return data.draw(st.lists(st.sampled_from(list(contract.columns)), min_size=1, unique=True))


@SLOW
@given(st.data())
def test_a_csv_is_judged_alike(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    names = some_columns(data, contract)
    row = st.fixed_dictionaries({name: cells_near(contract, name) for name in names})
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        agreed(csv_of(Path(folder) / "t.csv", names, rows), contract)


@SLOW
@given(st.data())
def test_a_parquet_file_is_judged_alike(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    names = some_columns(data, contract)
    stored = {n: data.draw(st.sampled_from([OWN[contract.columns[n].type]] * 4 + sorted(TYPED))) for n in names}
    row = st.fixed_dictionaries({name: _cells(contract, name, stored[name]) for name in names})
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        agreed(parquet_of(Path(folder) / "t.parquet", stored, rows), contract)


def _cells(contract: Contract, name: str, stored: str) -> st.SearchStrategy[Any]:
    near = values_near(contract, name).filter(
        lambda value: type(value) is PYTHON[stored] and (stored != "BIGINT" or -(2**63) <= value < 2**63)
    )
    return st.none() | TYPED[stored] | near | near


@SLOW
@given(st.data())
def test_conditions_are_judged_alike(data: st.DataObject) -> None:
    document = json.loads(json.dumps(data.draw(documents())))
    contract = Contract.parse(document)
    names = list(contract.columns)
    rows = data.draw(st.lists(rows_near(document["properties"]), min_size=1, max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        agreed(
            csv_of(Path(folder) / "t.csv", names, [{n: _text(row.get(n)) for n in names} for row in rows]),
            contract,
        )


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


AGE = Contract.parse({"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}})


class Counted:
    """A table that counts what it is asked."""

    def __init__(self, table: Dataset) -> None:
        self._table, self.asked = table, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def query(self, statement: str) -> Any:
        self.asked += 1
        return self._table.query(statement)


def counted(path: Path, text: str) -> Counted:
    path.write_text(text, "utf-8")
    return Counted(Dataset.from_file(path, AGE, name="t", target=None))


def test_a_table_whose_profile_proves_all_is_not_looked_at_again(tmp_path: Path) -> None:
    table = counted(tmp_path / "t.csv", "age\n18\n19\n")
    profile = profile_of(table)  # type: ignore[arg-type] - it answers as a table does
    table.asked = 0
    (finding,) = gv004(table, AGE, train_profile=profile)  # type: ignore[arg-type]
    assert (finding.ok, finding.measured, table.asked) == (True, 2, 0)


def test_a_profile_of_other_rows_proves_nothing(tmp_path: Path) -> None:
    good = counted(tmp_path / "good.csv", "age\n18\n")
    bad = counted(tmp_path / "bad.csv", "age\n17\n")
    profile = profile_of(good)  # type: ignore[arg-type]
    (finding,) = gv004(bad, AGE, train_profile=profile)  # type: ignore[arg-type]
    assert (finding.ok, finding.rule) == (False, "minimum")


def test_each_table_is_judged_with_its_own_profile(tmp_path: Path) -> None:
    good, bad = (
        Dataset.from_file(csv_of(tmp_path / f"{age}.csv", ["age"], [{"age": age}]), AGE, name=age, target=None)
        for age in ("18", "17")
    )
    found = list(gv004(good, AGE, bad, profile_of(good), profile_of(bad)))
    assert found == list(gv004(good, AGE, bad))
    assert [(f.ok, f.where) for f in found] == [(True, "18.csv"), (False, "17.csv: column age")]


def test_a_profile_by_another_contract_proves_nothing(tmp_path: Path) -> None:
    other = Contract.parse(AGE.document | {"x-null-tokens": ["17"]})
    path = tmp_path / "t.csv"
    path.write_text("age\n18\n17\n", "utf-8")
    table = Dataset.from_file(path, other, name="t", target=None)
    profile = profile_of(table)
    (finding,) = gv004(table, AGE, train_profile=profile)
    assert (finding.ok, finding.rule) == (False, "minimum")


def test_no_profile_is_made_for_it_alone(tmp_path: Path) -> None:
    data, rules = tmp_path / "t.csv", tmp_path / "rules.json"
    data.write_text("age\n18\n", "utf-8")
    rules.write_text(json.dumps(AGE.document), "utf-8")
    files = {"train": data, "test": data, "contract": rules}
    alone = {i.name: i.optional for i in gv004.inputs}
    assert set(load_inputs(alone, files)) == {"train", "test", "contract"}
    assert set(load_inputs(alone | {"train_profile": False}, files)) == {
        "train",
        "test",
        "contract",
        "train_profile",
    }
    assert "test_profile" in load_inputs({"train_profile": False, "test_profile": True}, files)
