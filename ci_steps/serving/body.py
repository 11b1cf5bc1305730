"""Turns a request's body into rows, or refuses it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ci_steps.serving.refusals import Refused, refusal

DEEPEST = 32
_ESCAPE = re.compile(rb"\\.", re.DOTALL)


def rows_in(body: bytes, *, max_rows: int) -> list[Any]:
    """Return the rows of a request `{"rows": [...]}`; what a row holds is judged by the contract.

    Raises:
        Refused: 400 where the body is not JSON of this world, 413 for too many rows, 422 for another shape.
    """
    document = decoded(body)
    if not isinstance(document, dict):
        raise refusal(422, "", "type", 'the body must be an object: {"rows": [{...}, ...]}')
    for name in document.keys() - {"rows"}:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")[:100]
        raise refusal(422, pointer, "additionalProperties", "the body may hold nothing but `rows`")
    if "rows" not in document:
        raise refusal(422, "", "required", "the body has no `rows`")
    rows = document["rows"]
    if not isinstance(rows, list):
        raise refusal(422, "/rows", "type", "`rows` must be a list of objects")
    if not rows:
        raise refusal(422, "/rows", "minItems", "`rows` is empty: send at least one row")
    if len(rows) > max_rows:
        words = f"{len(rows)} rows in one request, at most {max_rows} are answered: send them in parts"
        raise refusal(413, "/rows", "maxItems", words)
    return rows


def decoded(body: bytes) -> Any:
    """Decode JSON strictly: no NaN, no number out of range, no key twice, no lone surrogates.

    Raises:
        Refused: 400 where it is anything else, or nested deeper than `DEEPEST`.
    """
    try:
        document = msgspec.json.decode(body)
    except RecursionError:
        raise Refused(400, "the body is nested too deep") from None
    except ValueError as error:
        raise Refused(400, f"the body is not valid JSON: {str(error)[:200]}") from None
    # msgspec keeps the last of two equal keys in silence. Every string of the text stands between two
    # unescaped quotes, so the decoded document has fewer strings than the text if and only if a key was lost.
    if quotes(body) != 2 * _strings(document):
        raise Refused(400, "the body has the same key twice in one object")
    return document


def quotes(body: bytes) -> int:
    """Return how many double quotes of a JSON text begin or end a string."""
    return (_ESCAPE.sub(b"", body) if b"\\" in body else body).count(b'"')


def _strings(document: object) -> int:
    found, level = 0, [document]
    for _ in range(DEEPEST):
        below: list[object] = []
        for value in level:
            if isinstance(value, str):
                found += 1
            elif isinstance(value, list):
                below += value
            elif isinstance(value, dict):
                found += len(value)
                below += value.values()
        if not below:
            return found
        level = below
    raise Refused(400, f"the body is nested deeper than {DEEPEST} levels")
