from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.contract.served import served_contract

NAMES = st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=5, unique=True)


def contract(names, required=()):
    return Contract.parse({
        "type": "object", "properties": {name: {"type": "number"} for name in names}, "required": list(required)
    })  # fmt: skip


@given(NAMES)
def test_it_is_the_judged_contract_without_the_target_in_the_same_order(names):
    served = json.loads(served_contract(contract(names, names), names[0]))
    assert list(served["properties"]) == served["required"] == names[1:]


def test_it_is_a_contract_of_the_dialect_itself():
    served = Contract.parse(json.loads(served_contract(contract(["a", "ä", "y"]), "y")))
    assert list(served.columns) == ["a", "ä"]


def test_the_same_contract_gives_the_same_bytes_whatever_its_spacing(tmp_path):
    for name, indent in (("one", None), ("two", 4)):
        (tmp_path / name).write_text(json.dumps(contract(["a", "y"]).document, indent=indent))
    one, two = (served_contract(Contract.load(tmp_path / name), "y") for name in ("one", "two"))
    assert one == two


def test_a_target_that_is_no_column_is_said():
    with pytest.raises(ValueError, match="column 'z' is not in the contract"):
        served_contract(contract(["a", "y"]), "z")
