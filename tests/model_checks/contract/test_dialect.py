from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks import contract as package
from model_checks.contract.dialect import CastError, Contract, ContractError, cast

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = [
    "type",
    "enum",
    "const",
    "minimum",
    "multipleOf",
    "pattern",
    "minLength",
    "format",
    "x-personal",
    "title",
]


def one(schema: dict[str, object], **top: object) -> Contract:
    return Contract.parse({"type": "object", "properties": {"a": schema}, **top})


def rules(contract: Contract, value: object) -> list[str]:
    return [fault.rule for fault in contract.faults({"a": value})]


def problem_paths(document: object) -> list[str]:
    with pytest.raises(ContractError) as caught:
        Contract.parse(document)
    return [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "number"}, [1, 1.5, -0.0, 2**53 + 1], [None, True, "1", math.nan, math.inf, 10**400, [1], {}]),
        ({"type": "integer"}, [3, 3.0, 2**63 - 1, -(2**63)], [None, 3.5, False, "3", 2**63, 9.3e18, math.nan]),
        ({"type": "boolean"}, [True, False], [0, 1, "true", None]),
        ({"type": "string"}, ["", "é", "00123"], [None, 1, "\ud800", True]),
        ({"type": ["string", "null"]}, ["", None], [0]),
    ],
)
def test_type_decides_first(schema: dict[str, object], good: list[object], bad: list[object]) -> None:
    contract = one(schema)
    assert [rules(contract, value) for value in good] == [[]] * len(good)
    assert [rules(contract, value) for value in bad] == [["type"]] * len(bad)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "number", "minimum": 1.5}, [1.5, 2], [1.4999]),
        ({"type": "number", "exclusiveMaximum": 2}, [1.999], [2, 2.0]),
        ({"type": "integer", "minimum": 0.5}, [1], [0]),
        ({"type": "integer", "exclusiveMinimum": 0.5}, [1], [0]),
        ({"type": "integer", "exclusiveMaximum": 3}, [2], [3]),
        ({"type": "integer", "maximum": 2**53}, [2**53], [2**53 + 1]),
        ({"type": "number", "multipleOf": 0.01}, [0.07, 0.29, 1, 1e300, -4.35], [0.071, 1e-9]),
        ({"type": "integer", "multipleOf": 2.5}, [5, 0, -10], [2, 3]),
        ({"type": "number", "multipleOf": 7}, [7, 0, -14.0], [7.5, 8]),
        ({"type": "string", "maxLength": 2}, ["éé", "👍👍"], ["abc"]),
        ({"type": "string", "minLength": 1}, ["\u0301"], [""]),
        ({"type": "number", "enum": [1, 2.5]}, [1.0, 2.5], [2]),
        ({"type": ["string", "null"], "enum": ["a", None]}, ["a", None], ["A"]),
        ({"type": "boolean", "const": True}, [True], [False]),
        (
            {"type": "string", "format": "date"},
            ["2024-02-29", "2000-02-29"],
            ["1900-02-29", "2024-2-1", "0000-01-01"],
        ),
        (
            {"type": "string", "format": "date-time"},
            ["2024-01-31T23:59:59.1+01:00"],
            ["2024-01-31T24:00:00Z", "2024-01-31"],
        ),
        ({"type": "string", "format": "ipv4"}, ["0.255.10.1"], ["256.1.1.1", "01.1.1.1", "1.1.1.1\n"]),
        ({"type": "string", "format": "email"}, ["a.b+c@d-e.f"], ["a@", "a b@c", "a@-b"]),
        ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    ],
)
def test_rules_are_inclusive_where_they_say_so(
    schema: dict[str, object], good: list[object], bad: list[object]
) -> None:
    contract = one(schema)
    keyword = next(key for key in schema if key != "type")
    assert [rules(contract, value) for value in good] == [[]] * len(good)
    assert [rules(contract, value) for value in bad] == [[keyword]] * len(bad)


def test_a_row_tells_all_its_faults_by_json_pointer() -> None:
    properties = {
        "a/b": {"type": "integer", "minimum": 2, "multipleOf": 2},
        "c~": {"type": "string"},
        "d": {"type": "string"},
    }
    document = {"type": "object", "properties": properties, "required": ["c~"], "additionalProperties": False}
    faults = Contract.parse(document).faults({"a/b": 1, "e": 5})
    assert [(fault.path, fault.rule) for fault in faults] == [
        ("/a~1b", "minimum"), ("/a~1b", "multipleOf"), ("/c~0", "required"), ("/e", "additionalProperties"),
    ]  # fmt: skip
    assert faults[0].message == "must be 2 or more"


def test_absent_is_not_null() -> None:
    contract = one({"type": "integer"})
    assert contract.faults({}) == []
    assert rules(contract, None) == ["type"]
    assert contract.columns["a"].nullable
    assert not one({"type": "integer"}, required=["a"]).columns["a"].nullable


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "00123", "00123"), ("string", "yes", "yes"), ("string", " a ", " a "), ("string", "NaN", "NaN"),
        ("integer", "3.0", 3), ("integer", "007", 7), ("integer", "+1e3", 1000), ("integer", " 5 ", 5),
        ("integer", "9223372036854775807", 2**63 - 1), ("integer", "0" * 5000 + "7", 7), ("integer", "-0.0", 0),
        ("number", ".5", 0.5), ("number", "1e-400", 0.0), ("number", "-5.", -5.0), ("boolean", "TRUE", True), ("boolean", "false", False),
    ],
)  # fmt: skip
def test_texts_are_cast_by_the_contract(kind: str, text: str, value: object) -> None:
    found = cast(one({"type": kind}).columns["a"], text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1_000"), ("integer", "3.5"), ("integer", "9223372036854775808"), ("integer", "9" * 5000),
        ("integer", "0x10"), ("number", "nan"), ("number", "inf"), ("number", "1,5"), ("number", "1e400"), ("number", "+-5"),
        ("number", "\u0661"), ("number", "5\n"), ("boolean", "yes"), ("boolean", "1"), ("boolean", "tRue"), ("string", ""), ("number", ""),
    ],
)  # fmt: skip
def test_texts_of_another_type_are_refused(kind: str, text: str) -> None:
    with pytest.raises(CastError) as caught:
        cast(one({"type": kind}).columns["a"], text)
    assert caught.value.fault.rule == "type"


def test_null_tokens_mean_null_where_null_is_allowed() -> None:
    column = one({"type": ["number", "null"]}, **{"x-null-tokens": ["NA", "-999"]}).columns["a"]
    assert [cast(column, text) for text in ("NA", " -999 ", "-998")] == [None, None, -998.0]
    text = one({"type": ["string", "null"]}, **{"x-null-tokens": ["NA"]}).columns["a"]
    assert [cast(text, cell) for cell in ("NA", " NA", "")] == [None, " NA", ""]


def test_all_mistakes_are_told_at_once() -> None:
    document = {
        "type": "objct", "propertes": {}, "required": ["aa"], "additionalProperties": {}, "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {
            "a": {"typ": "string"},
            "b": {"type": "integer", "minimun": 1, "pattern": "x", "enum": [1, "a"]},
            "c": {"type": "string", "pattern": "(a", "format": "time", "minLength": -1},
            "d": {"type": ["string", "integer"]},
            "e": {"type": "number", "multipleOf": 0, "minimum": 5, "maximum": 3, "x-personal": "yes", "oneOf": []},
            "f": {"type": ["string", "null"], "enum": ["a"]},
            "g": 5,
        },
    }  # fmt: skip
    paths = problem_paths(document)
    assert set(paths) == {
        "/propertes", "/type", "/$schema", "/additionalProperties", "/required", "/properties/a/type", "/properties/b/minimun",
        "/properties/b/pattern", "/properties/b/enum", "/properties/c/pattern", "/properties/c/format", "/properties/c/minLength",
        "/properties/d/type", "/properties/e/multipleOf", "/properties/e/minimum", "/properties/e/x-personal", "/properties/e/oneOf",
        "/properties/f/enum", "/properties/g",
    }  # fmt: skip
    with pytest.raises(ContractError, match='did you mean "minimum"') as caught:
        Contract.parse(document)
    assert "a condition stands at the top of the contract" in str(caught.value)


@pytest.mark.parametrize(
    "document", [None, [], "x", 3, {}, {"type": "object"}, {"type": "object", "properties": {}}]
)
def test_what_is_no_schema_of_a_row_is_refused(document: object) -> None:
    assert problem_paths(document)


@given(JSON | st.fixed_dictionaries({"type": st.just("object"), "properties": st.fixed_dictionaries(
    {"a": st.dictionaries(st.sampled_from(KEYWORDS), JSON | st.just("string"), max_size=4)})}))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_no_document_breaks_the_reader(document: object) -> None:
    try:
        contract = Contract.parse(document)
    except ContractError as error:
        found = error
    else:
        assert Contract.parse(contract.document) == contract
        return
    assert found.problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "expected one JSON object"), ('{"type": "object", "type": "array"}', 'the member "type" twice'),
        ('{"minimum": NaN}', "NaN, which is no JSON number"), ("[" * 100_000, "nested too deep"),
    ],
)  # fmt: skip
def test_files_that_are_no_json_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "contract.schema.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=words):
        Contract.load(path)
    with pytest.raises(ContractError, match=r"gone\.json"):
        Contract.load(tmp_path / "gone.json")


def test_features_are_the_contract_without_the_target() -> None:
    document = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "y": {"type": "boolean"}},
        "required": ["a", "y"],
    }
    contract = Contract.parse(document)
    features = contract.without("y")
    assert (list(features.columns), features.required) == (["a"], ("a",))
    assert features == Contract.parse(features.document)
    assert list(contract.columns) == ["a", "y"]
    with pytest.raises(ValueError, match="'z' is not in the contract"):
        contract.without("z")


def test_digest_knows_the_order_of_columns_but_not_of_keywords() -> None:
    a, b = {"type": "integer", "minimum": 1}, {"type": "string"}
    first = Contract.parse({"type": "object", "properties": {"a": a, "b": b}})
    same = Contract.parse({"properties": {"a": dict(reversed(a.items())), "b": b}, "type": "object"})
    other = Contract.parse({"type": "object", "properties": {"b": b, "a": a}})
    assert first.digest == same.digest != other.digest


def test_the_dialect_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    for name in package.DIALECT_FILES:
        shutil.copy(Path(package.__file__).parent / name, folder)
    (tmp_path / "contract.json").write_text(
        json.dumps({"type": "object", "properties": {"a": {"type": "integer"}}}), "utf-8"
    )
    code = "from served.dialect import Contract; print([f.rule for f in Contract.load('contract.json').faults({'a': 1.5})])"
    for python in dict.fromkeys([sys.executable, shutil.which("python3.10") or sys.executable]):
        command = [python, "-S", "-I", "-c", "import sys; sys.path.insert(0, '.'); " + code]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ)
        if "pyenv: " not in run.stderr:  # a shim without its version is no interpreter
            assert (run.stdout.strip(), run.stderr) == ("['type']", "")
