from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.inputs import Answers, Predictions, Reply
from model_checks.service.sv002_answers_as_the_model import sv002
from model_checks.service.wire import BadReply, answers_in, body_of, rows_of_frame
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, people, sound
from tests.model_checks.made_predictions import measured
from tests.model_checks.made_services import Direct, Loopback, serving

MODEL = MadeModel(sound)


@pytest.fixture
def test(tmp_path):
    return people(tmp_path)


def offline(model, test):
    answers = model.predict(test.features)
    task = "binary-classification" if model.classes else "regression"
    return Predictions(task=task, truth=answers.values, answers=answers, classes=model.classes)


def judged(service, test, *, model=MODEL, **options):
    return list(sv002(service, test, offline(model, test), CONTRACT, model, **({"drawn": 10} | options)))


def spoiled(test, spoil, **options):
    with serving(MODEL, CONTRACT, spoil=spoil) as service:
        return [f for f in judged(service, test, **options) if f.ok is False]


def test_right_service_holds(test):
    with serving(MODEL, CONTRACT) as service:
        found = judged(service, test)
    assert [f.rule for f in found] == [
        "/health/live", "/health/ready", "test rows", "drawn rows", "wrong type is refused",
    ]  # fmt: skip
    assert all(f.ok for f in found)
    assert found[2].message.startswith("test rows: all 60 answers are the same")


def test_how_long_a_start_took_is_noted_where_it_is_known(test):
    @dataclass(frozen=True)
    class Started(Direct):
        ready_after: float = 1.25

    *_, note = judged(Started(MODEL, CONTRACT), test)
    assert (note.note, note.message) == (True, "cold start: ready 1.2 s after its start")


def test_regression_holds(test):
    model = NumberModel(lambda f: f["age"] / 3 + f["income"].fillna(0.1))
    with serving(model, CONTRACT) as service:
        assert all(f.ok for f in judged(service, test, model=model))


def test_other_answers_fail_with_the_row(test):
    def other(status, document):
        if status == 200:
            document["probabilities"] = [[1 - p + 0.01, p - 0.01] for _, p in document["probabilities"]]
        return status, document

    found = spoiled(test, other)
    assert [f.rule for f in found] == ["test rows", "drawn rows"]
    assert "numbers differ by up to 0.01" in found[0].message
    assert '"city": ' in found[0].message
    assert found[0].fix


def test_tolerance_is_inclusive(test):
    def shifted(status, document):
        return status, document | {"predictions": [p + 0.25 for p in document.get("predictions", [])]}

    model = NumberModel(lambda f: np.zeros(len(f)))
    with serving(model, CONTRACT, spoil=shifted) as service:
        assert judged(service, test, model=model, tolerance=0.25)[2].ok is True
        assert judged(service, test, model=model, tolerance=0.2499)[2].ok is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"predictions": ["no"]}, "it gave 1 predictions for 25 rows"),
        ({"predictions": "no"}, "it gave no predictions"),
        ({"classes": ["yes", "no"]}, "its classes are ['yes', 'no']"),
        ({"probabilities": [[0.5]]}, "shape (1, 1)"),
        ({"probabilities": [["a", "b"]]}, "no table of numbers"),
        ({"probabilities": None}, "only one of the two gives probabilities"),
        ({"model": {"sha256": "9" * 64}}, "it serves the model"),
        ({"model": None}, "it serves the model None"),
    ],
)
def test_reply_that_is_no_answer_fails(test, change, words):
    found = spoiled(test, lambda status, document: (status, document | change))
    assert words in found[0].message


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b""])
def test_reply_that_is_no_json_object_fails(test, body):
    assert "is no JSON object" in spoiled(test, lambda status, _: (status, body))[0].message


def test_reply_of_failure_fails_with_its_words(test):
    found = spoiled(test, lambda *_: (500, {"error": "the model failed"}))
    assert "status 500, expected 200" in found[0].message
    assert "the model failed" in found[0].message
    assert found[-1].rule == "wrong type is refused"


@pytest.mark.parametrize("errors", [None, [], ["age"], [{"path": "/rows/0/city"}], [{"path": "/rows/1/age"}]])
def test_refusal_must_name_the_place(test, errors):
    found = spoiled(test, lambda s, d: (s, d if s == 200 else {"error": "no", "errors": errors}))
    assert [f.rule for f in found] == ["wrong type is refused"]
    assert "/rows/0/age" in found[0].message


def test_wrong_type_must_be_refused(test):
    right = MODEL.predict(test.features.iloc[:1])
    document = {"predictions": right.values.tolist(), "model": {"sha256": MODEL.sha256}}
    found = spoiled(test, lambda s, d: (200, d if s == 200 else document))
    assert [f.rule for f in found] == ["wrong type is refused"]
    assert "status 200, expected 422" in found[0].message


def test_service_that_is_not_ready_fails(test):
    with serving(MODEL, CONTRACT, ready=503) as service:
        [found] = [f for f in judged(service, test) if f.ok is False]
    assert found.rule == "/health/ready"


def test_service_that_is_gone_fails(test):
    with serving(MODEL, CONTRACT) as service:
        gone = Loopback(service.port)
    found = judged(gone, test)
    assert all(f.ok is False for f in found)
    assert "does not reply (ConnectionRefusedError" in found[0].message


def test_rows_that_the_model_itself_fails_on_are_left_out(test):
    def fragile(features):
        if (features["age"] > 100).any():
            raise ValueError("too old")
        return sound(features)

    model = MadeModel(fragile)
    with serving(model, CONTRACT) as service:
        found = judged(service, test, model=model, drawn=40)
    assert all(f.ok for f in found)
    assert any(f.note and "MQ010" in f.message for f in found)


def test_no_rows_cannot_be_sent(test):
    with pytest.raises(NotAudited):
        list(sv002(Loopback(1), test, measured([], []), CONTRACT, MODEL))
    with pytest.raises(NotAudited):
        judged(Loopback(1), test, rows=0)


def test_target_is_not_sent(tmp_path):
    document = {**CONTRACT.document, "required": ["age", "city", "y"]}
    document["properties"] = {**document["properties"], "y": {"type": "integer"}}
    path = tmp_path / "test.csv"
    path.write_text("age,income,city,late,y\n30,,oslo,true,1\n40,5.5,rome,,0\n")
    contract = Contract.parse(document)
    test = Dataset.from_file(path, contract, name="test.csv", target="y")
    with serving(MODEL, contract.without("y")) as service:
        found = list(sv002(service, test, offline(MODEL, test), contract, MODEL, drawn=3))
    assert all(f.ok for f in found)


def test_rows_go_out_as_the_contract_types_them(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("age,income,city,late\n30,,oslo,true\n40,0.1,rome,\n")
    test = Dataset.from_file(path, CONTRACT, name="test.csv", target=None)
    sent = json.loads(body_of(rows_of_frame(test.features, CONTRACT)))["rows"]
    assert sent == [
        {"age": 30, "income": None, "city": "oslo", "late": True},
        {"age": 40, "income": 0.1, "city": "rome"},
    ]
    assert isinstance(sent[0]["age"], int)
    assert not any(CONTRACT.faults(row) for row in sent)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_come_back_as_they_went(numbers):
    body = body_of([{"x": n} for n in numbers])
    sent = [row["x"] for row in json.loads(body)["rows"]]
    reply = Reply(status=200, body=json.dumps({"predictions": sent}).encode())
    assert answers_in(reply, len(numbers), ()).values.tolist() == numbers


def test_answers_need_their_status():
    with pytest.raises(BadReply, match="status 404"):
        answers_in(Reply(status=404, body=b"{}"), 1, ())
    assert isinstance(answers_in(Reply(status=200, body=b'{"predictions": [1]}'), 1, ()), Answers)
