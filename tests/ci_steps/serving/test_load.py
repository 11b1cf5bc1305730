"""SV004 on the real server."""

from __future__ import annotations

from ci_steps.providers.loads import load
from ci_steps.providers.services import HttpService
from ci_steps.serving.unix_http import UnixConnection
from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.service.sv004_latency_and_throughput import sv004
from tests.ci_steps.serving.packages import CONTRACT


class Quiet:
    def say(self, text):
        pass


def test_the_service_answers_all_of_several_clients(server, tmp_path):
    contract = Contract.parse(CONTRACT)
    rows = [f"{18 + number},{number * 100.5},true,own,,x" for number in range(40)]
    (tmp_path / "test.csv").write_text("\n".join(["age,income,employed,housing,years,note", *rows]) + "\n")
    test = Dataset.from_file(tmp_path / "test.csv", contract, name="test.csv", target=None)
    service = HttpService(kind="a process", connect=lambda seconds: UnixConnection(server.uds, timeout=seconds))
    found = load.function(service, test, contract, "target", Quiet(), requests=300, connections=4, seconds=60)
    judged = {f.rule: f for f in sv004(found, p95_milliseconds=30_000, requests_per_second=1)}
    assert set(found.status) == {200}
    assert len(found.status) == 300
    assert all(f.ok for f in judged.values())
