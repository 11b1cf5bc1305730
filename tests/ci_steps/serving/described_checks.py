"""What schemathesis asks besides its own checks: columns are answered if they are rows that obey the contract.

JSON Schema cannot say that columns are of one length, so schemathesis cannot know which of them are right; here
each request that fits its schema is turned into rows, and jsonschema judges these.
"""

from __future__ import annotations

import jsonschema
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode

from tests.ci_steps.serving.fuzzing import CONTRACT

VALIDATOR = jsonschema.Draft202012Validator(CONTRACT, format_checker=jsonschema.FormatChecker(["date"]))


@schemathesis.check
def columns_are_judged_as_rows(ctx, response, case):
    """Hold the status of a table, a tensor or a column that fits its schema to what its rows are."""
    fits = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if case.method != "POST" or not fits or case.body is NOT_SET or response.status_code == 405:
        return
    if isinstance(case.body, str | bytes):  # drawn without a thought of the columns, unless it is the example
        named = {*str(case.body).partition("\n")[0].split(",")} <= CONTRACT["properties"].keys()
        assert response.status_code in ({200, 400, 413, 422} if named else {400, 413, 422}), response.text
        return
    found = rows_of(case.body)
    right = found is not None and all(map(VALIDATOR.is_valid, found))
    assert response.status_code == (200 if right else 422), f"{response.status_code} to {found}: {response.text}"


def rows_of(body):
    """Return the rows that a request holds in whichever form, None where its lists do not fit each other."""
    [form] = {"rows", "instances", "dataframe_records", "dataframe_split", "inputs"} & body.keys()
    given = body[form]
    if form == "dataframe_split":
        whole = all(len(row) == len(given["columns"]) for row in given["data"])
        return [dict(zip(given["columns"], row, strict=True)) for row in given["data"]] if whole else None
    if form == "inputs" and isinstance(given, list) and all("datatype" in each for each in given):
        wanted = [each["name"] for each in body.get("outputs") or []]
        return _of_tensors(given) if len(set(wanted)) == len(wanted) else None
    return _of_columns(given) if isinstance(given, dict) else given


def _of_tensors(tensors):
    columns = {each["name"]: each["data"] for each in tensors}
    shaped = all(each["shape"][0] == len(each["data"]) for each in tensors)
    return _of_columns(columns) if shaped and len(columns) == len(tensors) else None


def _of_columns(columns):
    flat = {name: _flat(values) for name, values in columns.items()}
    if len({len(values) for values in flat.values()}) != 1:
        return None
    return [dict(zip(flat, row, strict=True)) for row in zip(*flat.values(), strict=True)]


def _flat(values):
    return [each[0] for each in values] if all(isinstance(each, list) for each in values) else values
