from __future__ import annotations

import http.client
import json
import re

from tests.ci_steps.serving.packages import ROW, put_model
from tests.ci_steps.serving.servers import free_port, running

LINE = re.compile(r'[a-z_]+(?:\{(?:[a-z0-9]+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (?:[0-9.e+-]+)')


def scraped(connect):
    """Return each sample by its name and labels; every line must be as Prometheus has it."""
    connection = connect()
    connection.request("GET", "/metrics")
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    assert reply.getheader("content-type").startswith("text/plain; version=0.0.4")
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    names = [line.rpartition(" ")[0] for line in lines]
    assert len(set(names)) == len(names)
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_two_workers_tell_the_sums_of_both(app, pipeline, tmp_path):
    port = free_port()
    settings = {"IDDR_UDS": "", "IDDR_HOST": "127.0.0.1", "IDDR_PORT": str(port), "IDDR_WORKERS": "2"}

    def connect():
        return http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def send(body):
        connection = connect()
        connection.request("POST", "/predict", json.dumps(body))
        status = connection.getresponse().status
        connection.close()
        return status

    with running(app, put_model(tmp_path / "p", pipeline), **settings):
        answered = 0
        while answered < 40:  # a worker that still loads says 503
            try:
                answered += send({"rows": [ROW] * 2}) == 200
            except OSError:
                continue
        assert [send({"rows": [ROW | {"age": 1}]}) for _ in range(10)] == [422] * 10
        assert send({"rows": [ROW | {"age": 1, "chosen": 2, "housing": "x"}]}) == 422
        sums = scraped(connect)
        for _ in range(20):
            if sums["iddr_rows_total"] == 80:
                break
            sums = scraped(connect)
    assert sums["iddr_rows_total"] == 80
    assert sums['iddr_responses_total{route="/predict",status="200"}'] == 40
    assert sums['iddr_responses_total{route="/predict",status="422"}'] == 11
    assert sums['iddr_contract_violations_total{column="age",rule="minimum"}'] == 11
    assert sums['iddr_contract_violations_total{column="housing",rule="enum"}'] == 1
    assert sums['iddr_contract_violations_total{column="",rule="additionalProperties"}'] == 1
    assert sums['iddr_answers_total{answer="bad"}'] + sums['iddr_answers_total{answer="good"}'] == 80
    count = sums['iddr_request_seconds_count{route="/predict"}']
    assert count == sums['iddr_request_seconds_bucket{route="/predict",le="+Inf"}'] >= 51
    assert not [name for name in sums if "chosen" in name]


def test_a_page_is_counted_by_its_route_and_an_unknown_path_by_none(server):
    from ci_steps.serving.unix_http import UnixConnection

    def connect():
        return UnixConnection(server.uds, timeout=20)

    before = scraped(connect)
    server.ask("GET", "/secret/path")
    server.ask("GET", "/health/live")
    after = scraped(connect)
    missed, live = (
        f'iddr_responses_total{{route="{route}",status="{status}"}}'
        for route, status in (("elsewhere", 404), ("/health/live", 200))
    )
    assert after[missed] == before[missed] + 1
    assert after[live] == before[live] + 1
    assert not [name for name in after if "secret" in name]
    assert [name for name in after if name.startswith('iddr_model_info{name="credit",sha256="')]
