from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ci_steps.serving.answering import QUICK, Answering
from ci_steps.serving.asking import SMALL, Asking
from ci_steps.serving.engine import Answered
from ci_steps.serving.metrics.rows import RowCounts
from ci_steps.serving.refusals import ModelFailed, Refused
from ci_steps.serving.routes import explain, predict
from ci_steps.serving.routing import Body
from ci_steps.serving.served import Served
from model_checks.contract.dialect import Contract

CONTRACT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}}
BAD = 13


class Doubling:
    """Answers each number with its double, notes the rows of each run, and fails where one of them is bad."""

    classes = ()

    def __init__(self, *, steady=True, apart=True):
        self.steady, self.apart = steady, apart
        self.runs, self.at_work, self.threads = [], 0, Counter()

    def answer(self, columns, rows):
        self.at_work += 1
        assert self.at_work == 1, "the model is asked twice at once"
        self.runs.append(list(columns["a"]))
        self.threads[threading.current_thread().name[:5]] += 1
        try:
            if rows > 50:
                threading.Event().wait(0.2)
            if BAD in columns["a"]:
                raise SystemExit("a bad row")
            return Answered(values=[2 * each for each in columns["a"]])
        finally:
            self.at_work -= 1


def body(*numbers):
    return Body(content=json.dumps({"rows": [{"a": number} for number in numbers]}).encode())


def made(engine, counts=None):
    """Return what answers, its pace known and short."""
    contract = Contract.parse(CONTRACT)
    served = Served(
        name="", sha256="", task="", target="", engine=engine, contract=contract, max_rows=5000, typical={"a": 0},
    )  # fmt: skip
    answering = Answering.of(served, [predict.ROUTE, explain.ROUTE], counts)
    answering.pace = QUICK / 1000
    return answering


def together(answering, asked, route=predict.ROUTE):
    """Ask all at once; return each answer, or what was raised."""

    async def all_of_them():
        with ThreadPoolExecutor(1, thread_name_prefix="model") as thread:
            asking = Asking(answering, asyncio.get_running_loop(), thread)
            replies = [asking.reply(each, route, alone=len(asked) == 1) for each in asked]
            return await asyncio.wait_for(asyncio.gather(*replies, return_exceptions=True), 20)

    return [
        json.loads(each)["predictions"] if isinstance(each, bytes) else each for each in asyncio.run(all_of_them())
    ]


def test_what_is_ready_in_one_turn_is_answered_in_one_run():
    engine = Doubling()
    assert together(made(engine), [body(1), body(2, 3), body(4)]) == [[2], [4, 6], [8]]
    assert engine.runs == [[1, 2, 3, 4]]


def test_a_request_that_is_alone_waits_for_nothing():
    engine = Doubling()

    async def at_once():
        asking = Asking(made(engine), asyncio.get_running_loop(), None)
        with pytest.raises(StopIteration) as ended:
            asking.reply(body(5), predict.ROUTE, alone=True).send(None)
        return json.loads(ended.value.value)["predictions"]

    assert asyncio.run(at_once()) == [10]


def test_a_row_on_which_the_model_fails_fails_alone():
    engine = Doubling()
    first, bad, last = together(made(engine), [body(1), body(2, BAD), body(3)])
    assert (first, last) == ([2], [6])
    assert isinstance(bad, ModelFailed)
    assert engine.runs == [[1, 2, BAD, 3], [1], [2, BAD], [3]]


def test_valid_invalid_and_failing_requests_each_get_their_own_answer():
    engine = Doubling()
    sent = [body(n) if n % 3 else Body(content=b'{"rows": [{"a": "x"}]}') for n in range(60)]
    answered = together(made(engine), sent)
    for n, each in enumerate(answered):
        if n % 3 == 0:
            assert isinstance(each, Refused)
        elif n == BAD:
            assert isinstance(each, ModelFailed)
        else:
            assert each == [2 * n]
    assert max(map(len, engine.runs)) > 2


@pytest.mark.parametrize(("steady", "apart"), [(True, False), (False, True)])
def test_rows_of_several_requests_meet_only_where_no_answer_can_change(steady, apart):
    engine = Doubling(steady=steady, apart=apart)
    assert together(made(engine), [body(1), body(2), body(3)]) == [[2], [4], [6]]
    assert engine.runs == [[1], [2], [3]]


def test_no_run_is_longer_than_others_may_wait_for():
    engine = Doubling()
    answering = made(engine)
    answering.pace = QUICK / 2.5
    assert together(answering, [body(n, n) for n in range(4)]) == [[2 * n, 2 * n] for n in range(4)]
    assert {len(run) for run in engine.runs} == {2}


def test_the_model_is_never_asked_in_two_threads_at_once():
    engine = Doubling()
    large = body(*range(20, 20 + SMALL // 8))
    sent = [body(1), body(2), large, body(3), body(4)]
    assert len(large.content) > SMALL
    one, two, many, three, four = together(made(engine), sent)
    assert (one, two, three, four) == ([2], [4], [6], [8])
    assert many[:2] == [40, 42]
    assert engine.runs[0] == [1, 2]
    assert engine.threads == {"MainT": 1, "model": 3}


def test_reasons_are_asked_for_each_row_by_itself():
    engine = Doubling()
    made_of = [json.dumps({"rows": [{"a": n}]}).encode() for n in (1, 2)]

    async def both():
        asking = Asking(made(engine), asyncio.get_running_loop(), None)
        asked = [asking.reply(Body(content=each), explain.ROUTE, alone=False) for each in made_of]
        return [json.loads(each)["prediction"] for each in await asyncio.gather(*asked)]

    assert asyncio.run(both()) == [2, 4]
    assert engine.runs == [[1, 0], [2, 0]]


def test_rows_are_counted_once_however_they_were_answered():
    counts = RowCounts(Contract.parse(CONTRACT), (), {}, "", None)
    together(made(Doubling(), counts), [body(1), body(2, 3), body(BAD), body(4)])
    counts.settle()
    told = {family.name: number for family, _, number in counts.samples() if family.name == "iddr_rows_total"}
    assert told == {"iddr_rows_total": 4}


def test_a_request_that_was_given_up_keeps_nobody_else_waiting():
    engine = Doubling()

    async def one_of_two():
        asking = Asking(made(engine), asyncio.get_running_loop(), None)
        gone, other = (asyncio.ensure_future(asking.reply(body(n), predict.ROUTE, alone=False)) for n in (1, 2))
        asyncio.get_running_loop().call_soon(gone.cancel)
        answer = json.loads(await asyncio.wait_for(other, 20))["predictions"]
        return gone.cancelled(), answer

    assert asyncio.run(one_of_two()) == (True, [4])
    assert engine.runs == [[2]]
