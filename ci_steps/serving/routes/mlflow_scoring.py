"""MLflow's scoring protocol: a table as records, as columns and data, or as CSV in; predictions out.

Source: MLflow, "Deploy MLflow Model as a Local Inference Server", the `/invocations` endpoint.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import decoded
from ci_steps.serving.refusals import LOADING, Refused, refusal
from ci_steps.serving.routes.predict import plain
from ci_steps.serving.routing import Asked, Body, Page, Prediction
from ci_steps.serving.shapes import listed, members, optional, pointer, rows_of_columns
from model_checks.contract.dialect import CastError, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.engine import Answered
    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import Served, State
    from model_checks.contract.dialect import Contract

SPLIT, RECORDS, INSTANCES, INPUTS = "dataframe_split", "dataframe_records", "instances", "inputs"
FORMS = (SPLIT, RECORDS, INSTANCES, INPUTS)
JSON, CSV = "application/json", "text/csv"


def decode(body: Body, served: Served) -> Asked:
    """Return the rows of the table."""
    if body.media_type == CSV:
        return _of_csv(body.content, served)
    document = members(decoded(body.content), "", (*FORMS, "params"))
    optional(document, "", {"params": dict})
    given = [form for form in FORMS if form in document]
    if len(given) != 1:
        raise refusal(422, "", "oneOf", f"must have one of {', '.join(FORMS)}")
    [form], place = given, f"/{given[0]}"
    if form == SPLIT:
        return _of_split(document[SPLIT], served)
    if form == INPUTS and isinstance(document[INPUTS], dict):
        return _of_columns(document[INPUTS], served)
    return Asked(rows=listed(document[form], place, most=served.max_rows), place=place)


def _of_split(table: Any, served: Served) -> Asked:
    found = members(table, f"/{SPLIT}", ("columns", "data", "index"), required=("columns", "data"))
    optional(found, f"/{SPLIT}", {"index": list})
    place = f"/{SPLIT}/data"
    names = found["columns"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise refusal(422, f"/{SPLIT}/columns", "type", "must be a list of names")
    if len(set(names)) < len(names):
        raise refusal(422, f"/{SPLIT}/columns", "uniqueItems", "two columns have one name")
    rows = listed(found["data"], place, most=served.max_rows)
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            words = f"must be a list of {len(names)} values, one for each column"
            raise refusal(422, f"{place}/{index}", "type", words)
    return Asked(rows=[dict(zip(names, row, strict=True)) for row in rows], place=place)


def _of_columns(table: dict[str, Any], served: Served) -> Asked:
    if not table:
        raise refusal(422, f"/{INPUTS}", "minProperties", "is empty: send at least one column")
    places = {name: pointer(f"/{INPUTS}", name) for name in table}
    columns = {name: listed(values, places[name], most=served.max_rows) for name, values in table.items()}
    return Asked(rows=rows_of_columns(columns, places), place=f"/{INPUTS}", columns_at=places)


def _of_csv(content: bytes, served: Served) -> Asked:
    """Read a table whose first line names the columns; each cell means what the contract says."""
    try:
        names, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise Refused(400, f"the body is no CSV in UTF-8 with a header: {str(error)[:200]}") from None
    if len(set(names)) < len(names):
        raise Refused(400, "the header of the CSV names one column twice")
    lines = listed([line for line in lines if line], "", most=served.max_rows)
    rows = [_row(names, line, index, served.contract) for index, line in enumerate(lines)]
    return Asked(rows=rows, place="")


def _row(names: list[str], cells: list[str], index: int, contract: Contract) -> dict[str, Any]:
    if len(cells) != len(names):
        raise refusal(422, f"/{index}", "maxItems", f"has {len(cells)} cells, the header names {len(names)}")
    row: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        column = contract.columns.get(name)
        try:
            row[name] = cell if column is None else cast(column, cell)
        except CastError as error:
            place = pointer(f"/{index}", name)
            raise refusal(422, place, error.fault.rule, error.fault.message) from None
    return row


def encode(answered: Answered, _: Any, __: Served) -> bytes:
    """Write one prediction for each row, in order."""
    return msgspec.json.encode({"predictions": answered.values}, enc_hook=plain)


def ping(state: State, _: Mapping[str, str]) -> Reply:
    """Say whether the model can answer, as MLflow's server does."""
    return LOADING if state.served is None else (200, [], b"{}")


ROUTES = (
    Page(path="/ping", reply=ping),
    Prediction(path="/invocations", decode=decode, encode=encode, media_types=(JSON, CSV)),
)
