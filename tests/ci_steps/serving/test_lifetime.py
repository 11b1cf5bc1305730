from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ci_steps.serving.packages import ROW, put_model
from tests.ci_steps.serving.servers import free_port, running


@pytest.fixture
def models(app):
    sys.path.insert(0, str(app))
    import odd_models

    yield odd_models
    sys.path.remove(str(app))


def test_a_term_signal_finishes_what_is_under_way_and_ends_with_0(app, models, tmp_path):
    with running(app, put_model(tmp_path / "p", models.Odd(1.0))) as server:
        server.wait_until_ready()
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(server.predict, ROW) for _ in range(2)]
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises(OSError, match=r"refused|No such file"):
                server.ask("GET", "/health/live")
            assert [each.result()[0] for each in asked] == [200, 200]
        assert server.process.wait(10) == 0


@pytest.mark.parametrize("delay", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8])
def test_a_term_signal_while_it_starts_ends_it(app, models, tmp_path, delay):
    with running(app, put_model(tmp_path / "p", models.Odd())) as server:
        time.sleep(delay)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) in {0, -signal.SIGTERM}


def test_it_is_live_before_it_is_ready(app, pipeline, tmp_path):
    with running(app, put_model(tmp_path / "p", pipeline)) as server:
        seen, ready = set(), 0
        while ready != 200:
            try:
                ready, live = server.ask("GET", "/health/ready")[0], server.ask("GET", "/health/live")[0]
            except (FileNotFoundError, ConnectionRefusedError):
                continue
            seen.add((ready, live))
        assert seen == {(503, 200), (200, 200)}


def test_rows_are_not_taken_before_it_is_ready(app, pipeline, tmp_path):
    with running(app, put_model(tmp_path / "p", pipeline)) as server:
        statuses = []
        while 200 not in statuses:
            try:
                statuses.append(server.predict(ROW)[0])
            except (FileNotFoundError, ConnectionRefusedError):
                continue
        assert set(statuses) == {503, 200}


def test_a_model_with_another_digest_is_never_loaded(app, models, tmp_path):
    package = put_model(tmp_path / "p", models.Unloadable(), sha256="0" * 64)
    with running(app, package) as server:
        assert server.process.wait(30) == 1
        log = server.log.read_text()
        assert "not loaded" in log
        assert "cannot be loaded here" not in log


def test_a_model_that_cannot_be_loaded_ends_the_service_with_the_reason_in_the_log(app, models, tmp_path):
    with running(app, put_model(tmp_path / "p", models.Unloadable())) as server:
        assert server.process.wait(30) == 1
        assert "RuntimeError: this model cannot be loaded here" in server.log.read_text()


def test_skops_models_are_served(app, pipeline, tmp_path):
    with running(app, put_model(tmp_path / "p", pipeline, how="skops")) as server:
        server.wait_until_ready()
        assert server.predict(ROW)[1]["classes"] == ["bad", "good"]


def test_a_socket_left_by_a_killed_server_is_no_hindrance(app, models, tmp_path):
    package = put_model(tmp_path / "p", models.Odd())
    with running(app, package) as first:
        first.wait_until_ready()
        left = tmp_path / "left"
        os.link(first.uds, left)
    assert left.exists()
    with running(app, package, IDDR_UDS=str(left)) as second:
        second.uds = left
        second.wait_until_ready()


def test_health_asks_over_tcp_and_over_the_socket(app, models, tmp_path):
    port = free_port()
    package = put_model(tmp_path / "p", models.Odd())
    ask = [sys.executable, str(app / "serve.py"), "--health"]
    settings = {"IDDR_UDS": "", "IDDR_HOST": "127.0.0.1", "IDDR_PORT": str(port)}
    assert subprocess.run(ask, env=settings, capture_output=True, check=False).returncode == 1
    with running(app, package, IDDR_WORKERS="2", **settings) as server:
        for _ in range(300):
            if subprocess.run(ask, env=settings, capture_output=True, check=False).returncode == 0:
                break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health/ready")
        assert connection.getresponse().status == 200
        connection.close()
        assert server.process.poll() is None
    with running(app, package) as server:
        server.wait_until_ready()
        assert subprocess.run(ask, env={"IDDR_UDS": str(server.uds)}, check=False).returncode == 0


def test_mistakes_in_the_environment_and_arguments_are_told_in_a_line(app):
    for arguments, settings, words in [
        ([], {"IDDR_PORT": "http"}, "IDDR_PORT is 'http', expected a whole number from 1 to 65535"),
        ([], {"IDDR_WORKERS": "0"}, "IDDR_WORKERS is '0'"),
        ([], {"IDDR_LOG_SHARE": "2"}, "IDDR_LOG_SHARE is '2', expected a number from 0 to 1"),
        ([], {"IDDR_DRAIN_SECONDS": "-1"}, "IDDR_DRAIN_SECONDS is '-1', expected a whole number from 0 to 3600"),
        (["--port"], {}, "takes no arguments but --health"),
    ]:
        command = [sys.executable, str(app / "serve.py"), *arguments]
        ended = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
        assert ended.returncode == 2
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr
