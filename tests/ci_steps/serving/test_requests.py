from __future__ import annotations

import json
import socket
import time

import pytest

from tests.ci_steps.serving.packages import ROW

PREDICT = ("POST", "/predict")


def raw(server, request):
    """Send bytes as they are; return the status of the answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(server.uds))
        connection.sendall(request)
        return int(connection.recv(4096).split()[1])


def test_answers_are_the_models_own_in_full_precision(server, pipeline):
    import pandas as pd

    rows = [ROW | {"age": age, "income": 1e5 / 3 + age, "years": age % 7} for age in range(18, 40)]
    status, answer = server.predict(*rows)
    table = pd.DataFrame(rows).astype({"years": float, "housing": object})
    assert status == 200
    assert answer["predictions"] == pipeline.predict(table).tolist()
    assert answer["probabilities"] == pipeline.predict_proba(table).tolist()
    assert answer["classes"] == ["bad", "good"]
    assert answer["model"]["name"] == "credit"
    assert len(answer["model"]["sha256"]) == 64


def test_null_and_absent_are_answered_alike_where_the_contract_allows_both(server):
    null = server.predict(ROW | {"income": None, "years": None})
    assert null[0] == 200
    assert null == server.predict(ROW | {"income": None})


def test_whole_floats_are_integers(server):
    assert server.predict(ROW | {"age": 30.0, "years": 2.0}) == server.predict(ROW | {"years": 2})


def test_every_fault_is_listed_with_its_place(server):
    status, answer = server.predict(ROW, ROW | {"age": 101, "x/y": 1}, "row", ROW | {"housing": None})
    found = [(each["path"], each["rule"]) for each in answer["errors"]]
    assert status == 422
    assert found == [
        ("/rows/1/age", "maximum"),
        ("/rows/1/x~1y", "additionalProperties"),
        ("/rows/2", "type"),
        ("/rows/3/housing", "type"),
    ]


def test_faults_are_listed_up_to_a_hundred_and_no_longer_than_needed(server):
    status, answer = server.predict(*[{"a" * 300: 1}] * 50)
    assert status == 422
    assert len(answer["errors"]) == 100
    assert "there are more" in answer["error"]
    assert max(len(each["path"]) for each in answer["errors"]) < 400


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"[]", 422, ""),
        (b"{}", 422, ""),
        (b'{"rows": {}}', 422, "/rows"),
        (b'{"rows": []}', 422, "/rows"),
        (b'{"rows": [], "extra": 1}', 422, "/extra"),
        (json.dumps({"rows": [ROW] * 51}).encode(), 413, "/rows"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_its_place(server, body, status, path):
    found, answer, _ = server.ask(*PREDICT, body)
    assert (found, answer["errors"][0]["path"]) == (status, path)


def test_rows_up_to_the_limit_are_answered(server):
    assert server.predict(*[ROW] * 50)[0] == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"30", b"NaN"),
        (b"30", b"-Infinity"),
        (b"30", b"1e999"),
        (b"30", b"9" * 5000),
        (b"30", b"[" * 9000),
        (b"30", b"[" * 200 + b"]" * 200),
        (b'"own"', b'"\xff"'),
        (b'"own"', b'"\\ud800"'),
        (b'"age": 30', b'"age": 30, "age": 31'),
        (b'"age": 30', b'"age": 30, "\\u0061ge": 31'),
        (b'"age": 30', b'"age": 30, "n\\"": 1, "n\\"": 2'),
        (b"}]}", b"}]} {}"),
        (b"}]}", b"}]"),
        (b"{", b"\xef\xbb\xbf{"),
    ],
)
def test_what_is_not_strict_json_is_refused_as_such(server, old, new):
    body = json.dumps({"rows": [ROW]}).encode()
    status, answer, _ = server.ask(*PREDICT, body.replace(old, new, 1))
    assert status == 400
    assert answer["error"].startswith("the body")
    assert server.ask(*PREDICT, body)[0] == 200


@pytest.mark.parametrize("value", [b"9" * 25, b"9" * 400, b"-9223372036854775809", b"1e30", b"[[1]]", b"{}"])
def test_values_that_no_column_holds_are_faults_of_the_row(server, value):
    status, answer, _ = server.ask(*PREDICT, json.dumps({"rows": [ROW]}).encode().replace(b"30", value))
    assert (status, answer["errors"][0]["path"]) == (422, "/rows/0/age")


def test_no_body_is_refused_as_no_json(server):
    assert server.ask(*PREDICT, b"")[0] == 400


def test_unknown_paths_and_methods_are_told_what_there_is(server):
    status, answer, _ = server.ask("GET", "/nowhere")
    assert status == 404
    assert "/predict" in answer["error"]
    status, _, headers = server.ask("GET", "/predict")
    assert (status, headers["allow"]) == (405, "POST")
    status, _, headers = server.ask("POST", "/health/ready", b"{}")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_health_is_answered_to_get_and_head(server):
    assert server.ask("GET", "/health/live")[:2] == (200, {"status": "live"})
    assert server.ask("GET", "/health/ready")[1]["model"]["name"] == "credit"
    assert server.ask("HEAD", "/health/ready")[:2] == (200, None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "Application/JSON; charset=utf-8"}, 200),
        ({}, 200),
    ],
)
def test_only_plain_json_is_taken(server, headers, status):
    body = json.dumps({"rows": [ROW]}).encode()
    assert server.ask(*PREDICT, body, headers)[0] == status


@pytest.mark.parametrize("size", [20_001, 79_000, 300_000])
def test_a_larger_body_than_allowed_is_refused(server, size):
    body = json.dumps({"rows": [ROW]}).encode()
    assert server.ask(*PREDICT, body + b" " * (20_000 - len(body)))[0] == 200
    try:
        status, answer, _ = server.ask(*PREDICT, body + b" " * (size - len(body)))
    except (BrokenPipeError, ConnectionResetError):
        assert size > 80_000
    else:
        assert status == 413
        assert "20000 bytes" in answer["error"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [("/nowhere", {}, 404), ("/health/live", {}, 405), ("/predict", {"content-type": "text/csv"}, 415)],
)
def test_a_refused_client_can_send_its_body_and_read_why(server, path, headers, status):
    for _ in range(5):
        assert server.ask("POST", path, b"x" * 70_000, headers)[0] == status


def test_a_body_that_does_not_come_is_not_waited_for(server):
    head = b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
    started = time.monotonic()
    assert raw(server, head) == 408
    assert time.monotonic() - started < 5


def test_a_body_in_chunks_is_read_whole(server):
    body = json.dumps({"rows": [ROW]}).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i : i + 1]) for i in range(len(body))) + b"0\r\n\r\n"
    head = b"POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert raw(server, head + chunks) == 200


def test_a_client_that_leaves_in_the_middle_does_no_harm(server):
    head = b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n{"
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(server.uds))
            connection.sendall(head)
    time.sleep(0.2)
    assert server.predict(ROW)[0] == 200
    assert "Traceback" not in server.log.read_text()
