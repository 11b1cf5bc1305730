"""Strategies for contracts, and for values and texts that lie near their limits."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from model_checks.contract.dialect import Contract, ContractError

LETTERS = st.characters(exclude_categories=["Cs"])
NAMES = st.text(st.sampled_from("abé \"'/~%;,.\t\n€"), max_size=4).map(lambda text: f"c{text}") | st.sampled_from(
    ["v0", "m0", "c0", "c1", "row_at", "raw", "typed", "nothing", "select"]
)
NUMBERS = st.sampled_from([0, 1, -1, 0.07, 0.1, 0.3, 2.5, 1e-9, 1e15, 1e300, -0.5, 3.0, 2**53 + 1]) | st.floats(
    allow_nan=False, allow_infinity=False
)
INTEGERS = st.sampled_from([0, 1, -1, 2**63 - 1, -(2**63), 2**63, 10**30, 9007199254740993, 12]) | st.integers(
    -20, 20
)
STEPS = st.sampled_from([1, 2, 3, 7, 0.01, 0.1, 0.25, 2.5, 0.03, 1e-6, 100, 1000.5, 2**53])
TEXTS = st.sampled_from(
    ["", " ", "a", "A", "é", "aé\n", "00123", "x\x00y", "true", "1", "'", '"', "a\n", "\u0661"]
) | st.text(LETTERS, max_size=6)
PATTERNS = st.sampled_from(
    [r"^a", r"a$", r"^\w+$", r"\d", r"\s", r"\W", r"\S$", r"^.$", r"^[^a]*$", r"a|é"[:1], r"(a|b)+[0-9]{2,}", r"^(?:x|y)?$",
     r"[\w.\-]", r"^$", r"\.", r"[\s'\"]", r"^a{0,2}$", r"\n", "\t", r"[^\n]$", r"(^a|b$)", r"[a-]", r"^\D*$"]
)  # fmt: skip
FORMATS = st.sampled_from(["date", "date-time", "email", "uuid", "ipv4"])
FORMATTED = st.sampled_from(
    ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "2024-13-01", "2024-04-31", "2024-1-01",
     "2024-02-29T10:00:00Z", "2024-02-29t23:59:59.5+01:00", "2024-02-29T24:00:00Z", "2024-02-29T10:00:00",
     "a@b", "a.b@c-d.e", "a@-b", "@b", "a b@c", "1.2.3.4", "1.2.3.256", "01.2.3.4", "1.2.3", "1.2.3.4\n",
     "123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"]
)  # fmt: skip
TOKENS = st.lists(
    st.sampled_from(["", " ", "NA", " NA ", "-999", "null", "é", "true", "a", "x\x00y", "1e3"]), max_size=3
)
VALUES = {"string": TEXTS | FORMATTED, "number": NUMBERS | INTEGERS, "integer": INTEGERS, "boolean": st.booleans()}
RULES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "string": {
        "pattern": PATTERNS,
        "format": FORMATS,
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(0, 6),
    },
    "number": dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS | INTEGERS)
    | {"multipleOf": STEPS},
    "boolean": {},
}
RULES["integer"] = RULES["number"]


@st.composite
def _columns(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(VALUES)))
    null = draw(st.booleans())
    schema: dict[str, Any] = {"type": [kind, "null"] if null else kind}
    wanted = draw(st.sets(st.sampled_from(sorted(RULES[kind])), max_size=2)) if RULES[kind] else set()
    schema |= {key: draw(RULES[kind][key]) for key in sorted(wanted)}
    listed = draw(st.sampled_from(["", "", "enum", "const"]))
    values = VALUES[kind] if kind != "integer" else st.integers(-3, 3) | st.just(2**63 - 1)
    if listed == "enum":
        schema["enum"] = draw(st.lists(values, min_size=1, max_size=4)) + [None] * null
    elif listed == "const":
        schema["const"] = None if null else draw(values)
    return schema


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Draw a contract of up to four columns with any of the rules."""
    properties = draw(st.dictionaries(NAMES, _columns(), min_size=1, max_size=4))
    document = {
        "type": "object",
        "properties": properties,
        "required": sorted(draw(st.sets(st.sampled_from(sorted(properties))))),
        "additionalProperties": draw(st.booleans()),
        "x-null-tokens": draw(TOKENS),
    }
    try:
        return Contract.parse(json.loads(json.dumps(document)))
    except ContractError:
        # Limits were drawn the wrong way round: such a contract is refused.
        for schema in properties.values():
            for key in ("minimum", "minLength"):
                schema.pop(key, None)
        return Contract.parse(json.loads(json.dumps(document)))


def values_near(contract: Contract, column: str) -> st.SearchStrategy[Any]:
    """Return values of every type, the column's own limits and its neighbours among them."""
    schema = contract.document["properties"][column]
    own = [
        schema[k] for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const") if k in schema
    ]
    own += list(schema.get("enum", []))
    steps = st.integers(-50, 50).map(lambda n: round(n * schema.get("multipleOf", 1), 9))
    return st.none() | st.sampled_from([*own, 1.5, True, "a", 0]) | steps | st.one_of(*VALUES.values())


CELLS = (
    st.sampled_from(
        ["", " ", "NA", " NA", "-999", " -999 ", "null", "true", " False", "TRUE", "tRue", "nan", "inf", "-inf", "1_000", "0x10",
         "1e3", "1E-3", "+5", "-.5", "5.", ".", "+", "-", "1e", "e5", "+-5", "3.0", "3.5", "1e400", "1e-400", "0" * 30 + "7",
         "9" * 5000, "9223372036854775807", "9223372036854775808", "9.3e18", "-9223372036854775808", "-9.223372036854775808e18",
         "1,5", "\t5", "5\n", "\u00a05", "\u0661", "0.07", "-0", "-0.0", "1e22", "9007199254740993", "x\x00y", "5 5"]
    )
    | NUMBERS.map(repr)
    | INTEGERS.map(str)
    | TEXTS
    | FORMATTED
)  # fmt: skip


def cells_near(contract: Contract, column: str) -> st.SearchStrategy[str]:
    """Return CSV texts of every kind but NUL, which no CSV may hold, those of the column's own limits among them."""
    near = values_near(contract, column).map(
        lambda value: "" if value is None else value if isinstance(value, str) else str(value)
    )
    return (CELLS | near | near.map(lambda text: f" {text} ")).filter(lambda text: "\0" not in text)
