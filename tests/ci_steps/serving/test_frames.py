from __future__ import annotations

import math

from ci_steps.serving.frames import frame_of
from model_checks.contract.dialect import Contract

PROPERTIES = {
    "i": {"type": "integer"},
    "i0": {"type": ["integer", "null"]},
    "n": {"type": "number"},
    "b": {"type": "boolean"},
    "b0": {"type": ["boolean", "null"]},
    "s": {"type": "string"},
    "late": {"type": "integer"},
}
CONTRACT = Contract.parse(
    {"type": "object", "properties": PROPERTIES, "required": [name for name in PROPERTIES if name != "late"]}
)


def table_of(rows):
    return frame_of({n: [row.get(n) for row in rows] for n in CONTRACT.columns}, CONTRACT.columns, len(rows))


ROW = {"s": "x", "i": 2.0, "i0": 3, "n": 4, "b": True, "b0": False, "late": 5, "other": 1}


def test_types_and_order_come_from_the_contract_alone():
    table = table_of([ROW])
    assert list(table.columns) == list(PROPERTIES)
    assert [str(each) for each in table.dtypes] == [
        "int64", "float64", "float64", "bool", "object", "object", "float64"
    ]  # fmt: skip
    assert table.loc[0].to_list() == [2, 3.0, 4.0, True, False, "x", 5.0]


def test_null_and_absent_lack_a_value():
    table = table_of([{**ROW, "i0": None, "b0": None, "late": None}, ROW])
    assert math.isnan(table.loc[0, "i0"])
    assert math.isnan(table.loc[0, "late"])
    assert math.isnan(table.loc[0, "b0"])
    absent = {name: value for name, value in ROW.items() if name != "late"}
    assert math.isnan(table_of([absent]).loc[0, "late"])


def test_whole_numbers_of_64_bits_keep_every_digit():
    assert table_of([ROW | {"i": 2**63 - 1}]).loc[0, "i"] == 2**63 - 1


def test_the_table_is_what_the_judged_models_process_builds():
    import numpy as np

    from ci_steps.model_host.child import features, pack

    rows = [ROW | {"late": 1}, ROW | {"i0": None, "b0": None, "late": 1}]
    about, data = [], b""
    for name, column in CONTRACT.columns.items():
        values = [row[name] for row in rows]
        missing = np.array([value is None for value in values])
        blank = {"integer": 0, "boolean": False, "number": 0.0, "string": ""}[column.type]
        kind = {"integer": "int64", "boolean": "bool", "number": "float64", "string": object}[column.type]
        packed = np.array([blank if value is None else value for value in values], dtype=kind)
        described, more = pack(packed, missing if missing.any() else None)
        about.append({**described, "name": name, "type": column.type, "nullable": column.nullable})
        data += more
    judged = features(about, memoryview(data))
    served = table_of(rows)
    assert judged.dtypes.to_list() == served.dtypes.to_list()
    assert [[repr(v) for v in r] for r in judged.to_numpy(object)] == [
        [repr(v) for v in r] for r in served.to_numpy(object)
    ]
