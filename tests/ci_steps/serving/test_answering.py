from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_steps.serving.answering import MOST_ERRORS, Answering
from ci_steps.serving.loading import Loaded
from ci_steps.serving.refusals import Refused
from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import NoValue, rows
from tests.model_checks.contract.conditions import documents, rows_near

SLOW = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


class Zeros:
    def predict(self, frame):
        return [0] * len(frame)


def answering(contract):
    model = Loaded(name="zeros", sha256="0" * 64, estimator=Zeros(), classes=())
    return Answering(model=model, contract=contract, max_rows=50)


def body(sent):
    return json.dumps({"rows": sent}).encode()


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
        assert json.loads(answering(contract).reply(body(sent)))["predictions"] == [0] * len(sent)
        return
    with pytest.raises(Refused) as refused:
        answering(contract).reply(body(sent))
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
    assert answering(contract).reply(body([data.draw(strategy)]))
