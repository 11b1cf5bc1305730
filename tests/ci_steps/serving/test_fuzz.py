from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import rows
from tests.ci_steps.serving.fuzz_run import SETTINGS, fuzz, put_fuzzed
from tests.ci_steps.serving.packages import CONTRACT, ROW
from tests.ci_steps.serving.servers import running

FEW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
VALID = rows(Contract.parse(CONTRACT))
# Each breaks one rule of the contract as it is written, and nobody's code is asked whether it does.
BROKEN = [
    ("age", 17), ("age", 101), ("age", 30.5), ("age", "30"), ("age", True), ("age", None), ("age", 2**63),
    ("age", -(2**70)), ("age", [30]), ("income", -0.01), ("income", 1e7), ("income", "1"), ("income", False),
    ("income", 1e300), ("employed", 1), ("employed", "true"), ("employed", None), ("housing", "Own"),
    ("housing", ""), ("housing", 0), ("housing", {}), ("years", -1), ("years", 61), ("years", 0.5),
    ("note", "x" * 21), ("note", None), ("note", ["x"]), ("nobody", 1), ("", 1), ("AGE", 30), ("age ", 30),
]  # fmt: skip


@FEW
@given(sent=st.lists(VALID, min_size=1, max_size=4))
def test_no_valid_row_is_refused(server, sent):
    status, answer = server.predict(*sent)
    assert status == 200, answer
    assert len(answer["predictions"]) == len(sent)


@FEW
@given(sent=st.lists(VALID, min_size=1, max_size=3), where=st.integers(0, 2), broken=st.sampled_from(BROKEN))
def test_no_invalid_row_is_answered(server, sent, where, broken):
    where %= len(sent)
    name, value = broken
    sent[where] = {**sent[where], name: value}
    status, answer = server.predict(*sent)
    assert status == 422
    assert {each["path"] for each in answer["errors"]} == {f"/rows/{where}/{name}"}


@FEW
@given(row=VALID, name=st.sampled_from(CONTRACT["required"]))
def test_no_row_that_lacks_a_required_value_is_answered(server, row, name):
    status, answer = server.predict({key: value for key, value in row.items() if key != name})
    assert (status, answer["errors"][0]["rule"]) == (422, "required")


@FEW
@given(
    place=st.integers(0, 200),
    removed=st.integers(0, 3),
    put=st.binary(max_size=4) | st.sampled_from(b'"{}[],:\\e'),
)
def test_no_damaged_body_is_a_failure_of_the_service(server, place, removed, put):
    body = json.dumps({"rows": [ROW]}).encode()
    place %= len(body)
    put = bytes([put]) if isinstance(put, int) else put
    status, _, _ = server.ask("POST", "/predict", body[:place] + put + body[place + removed :])
    assert status in {200, 400, 422}


def test_a_thousand_fuzzed_requests_are_answered_as_an_independent_judge_says(app, tmp_path):
    with running(app, put_fuzzed(tmp_path / "p"), **SETTINGS) as server:
        server.wait_until_ready()
        seen, wrong = fuzz(server.uds, 1000, seed=1)
        assert wrong == []
        assert "Traceback" not in server.log.read_text()
    assert {200, 400, 404, 405, 413, 415, 422} <= set(seen)
    assert min(seen[200], seen[422], seen[400]) > 100
