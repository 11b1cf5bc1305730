from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_steps.serving.answering import Answering
from ci_steps.serving.engine import Answered
from ci_steps.serving.engines.estimator import EstimatorEngine
from ci_steps.serving.judging import MOST_ERRORS
from ci_steps.serving.refusals import Refused
from ci_steps.serving.routes import predict
from ci_steps.serving.routing import Body
from ci_steps.serving.served import Served
from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import NoValue, rows
from tests.model_checks.contract.conditions import documents, rows_near

SLOW = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


class Zeros:
    def predict(self, frame):
        return [0] * len(frame)


def reply(contract, sent):
    engine = EstimatorEngine.of(Zeros(), contract.columns)
    served = Served(
        name="zeros", sha256="0" * 64, task="", target="", engine=engine, contract=contract, max_rows=50
    )
    answering = Answering.of(served, [predict.ROUTE])
    return answering.reply(Body(content=json.dumps({"rows": sent}).encode()), predict.ROUTE)


@SLOW
@given(st.data())
def test_a_request_is_refused_for_exactly_the_faults_of_its_rows(data):
    document = data.draw(documents())
    contract = Contract.parse(document)
    sent = data.draw(st.lists(rows_near(document["properties"]), min_size=1, max_size=4))
    faults = [
        (f"/rows/{i}{f.path}", f.rule, f.message[:300]) for i, row in enumerate(sent) for f in contract.faults(row)
    ]
    if not faults:
        assert json.loads(reply(contract, sent))["predictions"] == [0] * len(sent)
        return
    with pytest.raises(Refused) as refused:
        reply(contract, sent)
    told = [(e["path"], e["rule"], e["message"][:300]) for e in refused.value.errors]
    assert (refused.value.status, told) == (422, faults[:MOST_ERRORS])


@SLOW
@given(st.data())
def test_rows_drawn_from_a_contract_with_conditions_are_answered(data):
    contract = Contract.parse(data.draw(documents()))
    try:
        strategy = rows(contract)
    except NoValue:
        return
    assert reply(contract, [data.draw(strategy)])


class Paced:
    """An engine that uses the processor for so many seconds a row."""

    classes, apart = (), False

    def __init__(self, seconds, *, steady):
        self.seconds, self.steady = seconds, steady

    def answer(self, columns, rows):
        end = time.thread_time() + self.seconds * rows
        while time.thread_time() < end:
            pass
        return Answered(values=[0] * rows)


@pytest.mark.parametrize(
    ("seconds", "steady", "rows", "quick"),
    [(1e-4, True, 1, True), (1e-4, True, 10, True), (1e-4, True, 25, False), (3e-3, True, 1, False), (1e-5, False, 1, False)],
)  # fmt: skip
def test_only_a_model_of_steady_pace_is_asked_on_the_event_loop_and_only_for_few_rows(
    seconds, steady, rows, quick
):
    contract = Contract.parse({"type": "object", "properties": {"a": {"type": "number"}}})
    engine = Paced(seconds, steady=steady)
    served = Served(name="", sha256="", task="", target="", engine=engine, contract=contract, max_rows=50)
    answering = Answering.of(served, [predict.ROUTE])
    question = answering.read(Body(content=b'{"rows": [{"a": 1}]}'), predict.ROUTE)
    assert not answering.is_quick(1)
    for _ in range(3):
        answering.answer(question)
    assert answering.is_quick(rows) is quick
