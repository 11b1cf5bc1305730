"""Requests that are right, nearly right, or broken, by a seed; and what jsonschema and the standard library say of them.

The judge shares no code with the service. The contract keeps away from the few places where JSON Schema validators
read a contract otherwise than its dialect does, such as multiples in decimals and numbers beyond 2^53.
"""

from __future__ import annotations

import json
import random
import string
from typing import Any

from tests.ci_steps.serving.bodies import FRAMES, ODD_VALUES

MOST_ROWS, MOST_BYTES = 5, 2_000
CONTRACT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["x", "b", "e", "s"],
    "properties": {
        "x": {"type": "number", "minimum": -5, "exclusiveMaximum": 5},
        "i": {"type": ["integer", "null"], "minimum": 0, "maximum": 60, "multipleOf": 3},
        "b": {"type": "boolean"},
        "e": {"type": "string", "enum": ["é", "a", "2024-02-29", ""]},
        "s": {"type": "string", "minLength": 1, "maxLength": 3},
        "p": {"type": ["string", "null"], "pattern": "^[A-Z][0-9]+$"},
        "d": {"type": "string", "format": "date"},
        "k": {"type": "number", "enum": [1, 2.5, 0.07]},
    },
    "if": {"properties": {"e": {"const": "a"}}, "required": ["e"]},
    "then": {"required": ["d"]},
}
METHODS, PATHS = (
    ("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
    ("/", "/predict/", "/PREDICT", "/%00", "/metrics", "/x?y=1"),
)
KINDS = (
    "text/plain",
    "application/json; charset=latin-1",
    "multipart/form-data",
    "",
    "application/json;;",
    "\u00ff",
)


def drawn_row(draw: random.Random) -> dict[str, Any]:
    """Return a row that obeys the contract."""
    row: dict[str, Any] = {
        "x": draw.choice([-5, 0, 4.999, round(draw.uniform(-5, 4.9), 3)]),
        "b": draw.random() < 0.5,
        "e": draw.choice(["a", "é", "2024-02-29", ""]),
        "s": "".join(draw.choices(string.printable + "é😀\u2028", k=draw.randint(1, 3))),
        "d": f"{draw.randint(1900, 2100)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    }
    more = {
        "i": draw.choice([None, 0, 60, 33]),
        "p": draw.choice([None, "A1", "Z999"]),
        "k": draw.choice([1, 2.5, 0.07]),
    }
    row |= {name: value for name, value in more.items() if draw.random() < 0.5}
    if row["e"] != "a" and draw.random() < 0.5:
        del row["d"]
    return row


def body(draw: random.Random) -> bytes:
    """Return a body: about a third is right, a third is wrong in one place, and a third in several or as bytes."""
    rows = [
        written(drawn_row(draw), draw, wrong=draw.choice([0, 0, 1, 1, 2]))
        for _ in range(draw.choice([1, 1, 1, 2, MOST_ROWS + 1]))
    ]
    frame = draw.choice(FRAMES) if draw.random() < 0.1 else '{"rows": [%s]}'
    text = frame.replace("%s", ", ".join(rows)).encode("utf-8", "surrogatepass")
    return damaged(text, draw) if draw.random() < 0.15 else text


def written(row: dict[str, Any], draw: random.Random, *, wrong: int) -> str:
    """Write a row with `wrong` changes, most of which break the contract."""
    members = [
        (json.dumps(name), json.dumps(value, ensure_ascii=draw.random() < 0.5)) for name, value in row.items()
    ]
    draw.shuffle(members)
    for _ in range(wrong):
        change, place = draw.randint(0, 5), draw.randrange(len(members)) if members else 0
        if change <= 2 and members:
            members[place] = (members[place][0], draw.choice(ODD_VALUES))
        elif change == 3 and members:
            del members[place]
        elif change == 4:
            members.append((json.dumps(draw.choice([*CONTRACT["properties"]])), draw.choice(ODD_VALUES)))
        else:
            members.append(
                (
                    draw.choice(['"other"', '""', '"X"', '"x "', "x", '"__class__"', '"\\u0078"', '"a/b~"']),
                    draw.choice(ODD_VALUES),
                )
            )
    return (
        draw.choice(["[%s]", "null", "1", '"row"'])
        if draw.random() < 0.02
        else "{" + ",".join(f"{n}:{v}" for n, v in members) + "}"
    )


def damaged(text: bytes, draw: random.Random) -> bytes:
    """Return the bytes with a piece cut out, put in or doubled."""
    place, length = draw.randrange(len(text)), draw.randint(0, 4)
    put = draw.choice(
        [b"", draw.randbytes(2), text[place : place + length] * 2, b'"', b"\x00", b"\xed\xa0\x80", b"[" * 2000]
    )
    return text[:place] + put + text[place + length :]


class Judge:
    """Says what must be answered to a body, by jsonschema and the standard library."""

    def __init__(self) -> None:
        import jsonschema

        rows = {"type": "array", "items": CONTRACT, "minItems": 1}
        document = {
            "type": "object",
            "required": ["rows"],
            "additionalProperties": False,
            "properties": {"rows": rows},
        }
        self.validator = jsonschema.Draft202012Validator(
            document, format_checker=jsonschema.FormatChecker(["date"])
        )

    def statuses(self, text: bytes) -> set[int]:
        """Return the statuses that are right for `text`."""
        if len(text) > MOST_BYTES:
            return {413}
        try:
            document = json.loads(
                text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never, parse_float=_finite
            )
            json.dumps(document, ensure_ascii=False).encode("utf-8")  # a lone surrogate has no bytes
        except (ValueError, RecursionError):
            return {400}
        if not self.validator.is_valid(document):
            return {413, 422} if _too_many(document) else {422, 400} if b"9" * 400 in text else {422}
        return {413} if _too_many(document) else {200}


def _too_many(document: Any) -> bool:
    rows = document.get("rows") if isinstance(document, dict) else None
    return isinstance(rows, list) and len(rows) > MOST_ROWS


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _never(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return number
