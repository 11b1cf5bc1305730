"""SV003 on the real server, which has all protocols."""

from __future__ import annotations

import json

import pytest

from ci_steps.providers.services import HttpService
from ci_steps.serving.unix_http import UnixConnection
from model_checks.contract.dialect import Contract
from model_checks.service.sv003_bad_requests_are_refused import sv003
from tests.ci_steps.serving.packages import CONTRACT

OTHERS = {"/invocations", "/v1/models/credit:predict", "/v2/models/credit/infer"}


@pytest.fixture(scope="module")
def found(server):
    service = HttpService(kind="a process", connect=lambda seconds: UnixConnection(server.uds, timeout=seconds))
    return list(sv003(service, Contract.parse(CONTRACT), "target"))


def test_the_service_refuses_what_the_contract_forbids(found):
    assert [f"{f.where}: {f.message}" for f in found if not f.ok] == []


def test_all_protocols_were_asked(found):
    assert {f.where for f in found if f.rule == "is refused"} == {"/predict", *OTHERS}
    assert not [f.message for f in found if f.note]


def test_a_contract_that_is_stricter_than_the_served_one_is_noticed(server):
    stricter = json.loads(json.dumps(CONTRACT))
    stricter["properties"]["years"]["maximum"] = 40
    service = HttpService(kind="a process", connect=lambda seconds: UnixConnection(server.uds, timeout=seconds))
    found = list(sv003(service, Contract.parse(stricter), "target", mutated=0))
    failed = {(f.where, f.rule): f.message for f in found if f.ok is False}
    assert list(failed) == [("/predict", "is refused")]
    assert "the first: /years (maximum): status 200" in failed["/predict", "is refused"]
