from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from ci_steps.serving.unix_http import UnixConnection
from tests.ci_steps.serving import graphs
from tests.ci_steps.serving.packages import put_graph
from tests.ci_steps.serving.servers import running
from tests.ci_steps.serving.test_metrics import scraped

CONTRACT = {
    "type": "object",
    "required": ["x"],
    "properties": {"x": {"type": "number", "minimum": 0, "maximum": 1000}},
}
INFINITE = 13
CLIENTS, REQUESTS = 8, 80


@pytest.fixture
def reciprocal(app, tmp_path):
    """Return a running server of 1 / (x - 13), whose rows may be answered together."""
    package = put_graph(tmp_path / "p", graphs.reciprocal(), contract=CONTRACT)
    with running(app, package, IDDR_REQUEST_LOG=str(tmp_path / "log")) as started:
        started.wait_until_ready()
        yield started


def asked(server, number):
    """Send one request of the kind that `number` says; return what is wrong with its answer, and its valid rows."""
    x, kind = 20 + number, number % 5
    if kind == 0:
        return _wrong(server.predict({"x": -x}), 422, ""), 0
    if kind == 1:
        return _wrong(server.predict({"x": x}, {"x": INFINITE}), 500, ""), 0
    if kind == 2:
        tensor = {"name": "x", "shape": [2], "datatype": "FP64", "data": [x, x + 1]}
        body = json.dumps({"id": str(number), "inputs": [tensor]})
        status, answer, _ = server.ask("POST", "/v2/models/credit/infer", body)
        told = (answer.get("id"), answer.get("outputs", [{}])[0].get("data"))
        return "" if (status, told) == (
            200,
            (str(number), _values(x, x + 1)),
        ) else f"{number}: {status} {answer}", 2
    return _wrong(server.predict({"x": x}, {"x": x + 2}), 200, _values(x, x + 2)), 2


def _values(*numbers):
    return [pytest.approx(1 / (x - INFINITE), rel=1e-6) for x in numbers]


def _wrong(found, status, values):
    told = found[1].get("predictions", "")
    return "" if (found[0], told) == (status, values) else f"expected {status} {values}, found {found}"


def test_under_mixed_load_everybody_gets_the_right_answer(reciprocal):
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(partial(asked, reciprocal), range(CLIENTS * REQUESTS)))
    assert [wrong for wrong, _ in answers if wrong] == []
    sums = scraped(partial(UnixConnection, reciprocal.uds, timeout=20))
    rows = sum(rows for _, rows in answers)
    assert sums["iddr_rows_total"] == rows == CLIENTS * REQUESTS * 3 // 5 * 2
    assert sums['iddr_contract_violations_total{column="x",rule="minimum"}'] == CLIENTS * REQUESTS // 5
    assert sums['iddr_responses_total{route="/predict",status="500"}'] == CLIENTS * REQUESTS // 5
    assert reciprocal.ask("GET", "/health/ready")[0] == 200
