from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from ci_steps.providers.loads import load
from ci_steps.providers.services import HttpService
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.inputs import Reply
from model_checks.service.sv004_latency_and_throughput import sv004
from tests.model_checks.made_models import CONTRACT, people
from tests.model_checks.strict_services import on_loopback


@dataclass
class Asked:
    """A service that counts who asks it at once, and answers with `reply`."""

    reply: object = None
    seconds: float = 0.0
    bodies: list = field(default_factory=list)
    inside: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, path, body):
        with self.lock:
            self.bodies.append((path, body))
            self.inside += 1
            self.most = max(self.most, self.inside)
            number = len(self.bodies)
        time.sleep(self.seconds)
        with self.lock:
            self.inside -= 1
        return self.reply(number) if self.reply else Reply(status=200, body=b"{}")


class Quiet:
    def say(self, text):
        pass


def loaded(service, test, **options):
    with on_loopback(service) as there:
        connect = lambda seconds: http.client.HTTPConnection("127.0.0.1", there.port, timeout=seconds)  # noqa: E731
        running = HttpService(kind="a process", connect=connect)
        return load.function(running, test, CONTRACT, "target", Quiet(), **options)


@pytest.fixture
def test(tmp_path):
    return people(tmp_path)


def test_all_requests_are_sent_and_timed(test):
    service = Asked(seconds=0.002)
    found = loaded(service, test, requests=50, connections=3, warm_up=7)
    assert (len(found.status), found.wanted, found.connections, found.rows) == (50, 50, 3, 1)
    assert len(service.bodies) == 57
    assert set(found.status) == {200}
    assert found.took.min() >= 0.002
    assert (np.diff(found.ended) >= 0).all()
    assert {path for path, _ in service.bodies} == {"/predict"}
    assert len({body for _, body in service.bodies}) > 40  # different rows


def test_so_many_connections_ask_at_once(test):
    service = Asked(seconds=0.02)
    loaded(service, test, requests=60, connections=4, warm_up=0)
    assert service.most == 4


def test_requests_hold_so_many_rows(test):
    service = Asked()
    found = loaded(service, test, requests=5, rows=25, connections=1, warm_up=0)
    assert found.rows == 25
    assert {body.count(b'"age"') for _, body in service.bodies} == {25}


def test_more_rows_than_the_table_has_are_repeated(test):
    service = Asked()
    loaded(service, test, requests=2, rows=130, connections=1, warm_up=0)
    assert {body.count(b'"age"') for _, body in service.bodies} == {130}


def test_the_time_is_bounded(test):
    begun = time.monotonic()
    found = loaded(Asked(seconds=0.05), test, requests=100_000, connections=2, seconds=0.5, warm_up=0)
    assert time.monotonic() - begun < 20
    assert 0 < len(found.status) < 100_000
    assert any("the time was over" in f.message for f in sv004(found))


def test_a_service_that_fails_now_and_then_is_told(test):
    service = Asked(reply=lambda number: Reply(status=500 if number % 10 == 0 else 200, body=b"secret"))
    found = loaded(service, test, requests=100, connections=4, warm_up=0)
    assert (found.status == 500).sum() == 10
    assert found.trouble == "status 500"
    assert next(iter(sv004(found))).ok is False


def test_a_connection_that_breaks_off_is_opened_again(test):
    def breaks(number):
        if number % 5 == 0:
            raise ValueError
        return Reply(status=200, body=b"{}")

    found = loaded(Asked(reply=breaks), test, requests=50, connections=2, warm_up=0)
    assert (found.status == 0).sum() == 10
    assert (found.status == 200).sum() == 40
    assert found.trouble.startswith("no answer (RemoteDisconnected")


def test_a_slow_service_is_over_its_budget(test):
    found = loaded(Asked(seconds=0.03), test, requests=120, connections=4, warm_up=0)
    judged = {f.rule: f.ok for f in sv004(found, p95_milliseconds=10, requests_per_second=1000)}
    assert judged["95% of requests"] is False
    assert judged["requests a second"] is False


def test_rows_that_the_contract_forbids_are_not_sent(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("age,income,city,late\n300,,oslo,true\n40,0.1,rome,\n")
    service = Asked()
    loaded(service, Dataset.from_file(path, CONTRACT, name="test.csv", target=None), requests=10, warm_up=0)
    assert {b"300" in body for _, body in service.bodies} == {False}
    path.write_text("age,income,city,late\n300,,oslo,true\n")
    with pytest.raises(NotAudited, match=r"no row of test\.csv obeys the contract"):
        loaded(service, Dataset.from_file(path, CONTRACT, name="test.csv", target=None), requests=10)
