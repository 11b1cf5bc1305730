from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.findings import NotAudited
from model_checks.inputs import Reply
from model_checks.service.sv003_bad_requests_are_refused import sv003
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, sound
from tests.model_checks.made_services import Loopback
from tests.model_checks.strict_services import MAX_ROWS, Strict, on_loopback

MODEL = MadeModel(sound)
FIVE = ["is refused", "is no failure", "names the place", "tells nothing inside", "nothing good is refused"]
PERSONAL = Contract.parse(
    {
        "type": "object",
        "required": ["email", "age"],
        "additionalProperties": False,
        "properties": {
            "email": {"type": "string", "pattern": "^[a-z]{9,12}@[a-z]+$", "x-personal": True},
            "age": {"type": "integer", "minimum": 18},
        },
    }
)
NUMBERS = NumberModel(lambda f: f["age"] * 1.0)


def judged(service, contract=CONTRACT, **options):
    return list(sv003(service, contract, "target", **options))


def spoiled(spoil, *, model=MODEL, contract=CONTRACT, **options):
    with on_loopback(Strict(model, contract, spoil)) as service:
        found = judged(service, contract, **options)
    return {f.rule: f for f in found if f.ok is False}


def is_bad(status):
    return 400 <= status < 500


def test_a_strict_service_holds():
    with on_loopback(Strict(MODEL, CONTRACT)) as service:
        found = judged(service)
    assert [f.rule for f in found if not f.note] == [*FIVE, "still answers"]
    assert all(f.ok for f in found)
    assert [f.message for f in found if f.note] == ["not offered (status 404)"] * 3


def test_the_same_requests_are_sent_in_every_run():
    sent = [[], []]
    for bodies in sent:
        judged(Strict(MODEL, CONTRACT, lambda s, d, body, bodies=bodies: (bodies.append(body), (s, d))[1]))
    assert sent[0] == sent[1]
    assert len(sent[0]) > 300


def test_a_service_that_answers_everything_fails_with_the_first_row():
    def answers(status, document, _):
        return 200, document if status == 200 else {"predictions": ["no"]}

    failed = spoiled(answers)
    assert list(failed) == ["is refused"]
    message = failed["is refused"].message
    assert (
        "are answered instead of refused, must be none; the first: /age (type): status 200; the row: {" in message
    )
    assert failed["is refused"].measured > 200


@pytest.mark.parametrize("status", [200, 204, 302, 399])
def test_one_request_that_is_not_refused_is_enough(status):
    def slips(found, document, body):
        return (status, {}) if b'"iddr_other_column"' in body and is_bad(found) else (found, document)

    assert list(spoiled(slips, mutated=0)) == ["is refused"]


@pytest.mark.parametrize(
    ("status", "rules"), [(499, []), (400, []), (500, ["is no failure"]), (503, ["is no failure"])]
)
def test_a_refusal_is_a_status_from_400_to_499(status, rules):
    failed = spoiled(lambda found, document, _: (status if is_bad(found) else found, document))
    assert list(failed) == rules


def test_a_service_that_fails_on_bad_rows_fails():
    failed = spoiled(
        lambda status, document, _: (500, {"error": "oops"}) if is_bad(status) else (status, document)
    )
    assert list(failed) == ["is no failure"]
    assert (
        "make the service fail, must be none; the first: /age (type): status 500"
        in failed["is no failure"].message
    )
    assert "status 422 or 400" in failed["is no failure"].fix


def test_a_service_that_breaks_connections_off_is_not_asked_for_ever():
    asked = []

    def breaks(status, document, body):
        asked.append(body)
        if is_bad(status):
            raise ValueError
        return status, document

    failed = spoiled(breaks)
    assert "does not reply" in failed["is no failure"].message
    assert "the rest was not sent" in failed["is no failure"].message
    assert len(asked) < 10


def test_a_traceback_is_told():
    words = 'Traceback (most recent call last):\n  File "/app/serve.py", line 7, in predict\nKeyError'
    failed = spoiled(lambda s, d, _: (s, d | {"error": words}) if is_bad(s) else (s, d))
    assert list(failed) == ["tells nothing inside"]
    assert "with a traceback" in failed["tells nothing inside"].message


def test_a_traceback_in_a_failure_is_told_too():
    words = json.dumps({"error": '  File "/app/serve.py", line 7'}).encode()
    failed = spoiled(lambda s, d, _: (500, words) if is_bad(s) else (s, d))
    assert list(failed) == ["is no failure", "tells nothing inside"]


def test_a_refusal_that_repeats_a_personal_value_is_told_without_it():
    def echoes(status, document, body):
        return status, document | {"error": body.decode("utf-8", "replace")} if is_bad(status) else document

    failed = spoiled(echoes, model=NUMBERS, contract=PERSONAL)
    assert list(failed) == ["tells nothing inside"]
    message = failed["tells nothing inside"].message
    assert "with the value of a personal column" in message
    assert '"email": "(personal)"' in message
    assert "@" not in message


def test_what_is_not_personal_may_be_repeated():
    def echoes(status, document, body):
        return status, document | {"error": body.decode("utf-8", "replace")} if is_bad(status) else document

    assert spoiled(echoes) == {}


def test_a_service_that_hides_personal_values_says_for_how_many_requests():
    found = {f.rule: f for f in judged(Strict(NUMBERS, PERSONAL), PERSONAL)}
    assert all(f.ok for f in found.values())
    assert "with a personal value repeats it" in found["tells nothing inside"].message


@pytest.mark.parametrize("errors", [None, [], ["age"], [{"path": "/rows/0/age"}], [{"path": 1}], "/rows/1/age"])
def test_a_refusal_without_the_place_is_told(errors):
    failed = spoiled(lambda s, d, _: (s, d | {"errors": errors}) if is_bad(s) else (s, d), mutated=0)
    assert list(failed) == ["names the place"]
    assert "expected the path /rows/1/" in failed["names the place"].message


def test_a_service_that_looks_at_the_first_row_alone_fails():
    def first_alone(status, document, body):
        errors = document.get("errors", [])
        hidden = errors and all(each["path"].startswith("/rows/1") for each in errors)
        return (200, {"predictions": [1, 1]}) if hidden else (status, document)

    assert list(spoiled(first_alone)) == ["is refused"]


def test_a_service_that_takes_more_rows_than_it_says_fails():
    def takes(status, document, body):
        return (200, {}) if status == 413 else (status, document)

    failed = spoiled(takes)
    assert f"{MAX_ROWS + 1} rows, of which {MAX_ROWS} are taken: status 200" in failed["is refused"].message


def test_a_service_that_reads_json_loosely_fails():
    def loose(status, document, body):
        try:
            json.loads(body)["rows"][0]["age"]
        except (ValueError, LookupError, TypeError):
            return status, document
        return (200, {}) if status == 400 else (status, document)

    message = spoiled(loose)["is refused"].message
    assert "twice: status 200" in message or "in the place of a value: status 200" in message


def test_a_good_row_that_is_refused_is_told():
    def stricter(status, document, body):
        row = json.loads(body)["rows"][0] if status == 200 else {}
        refused = {"errors": [{"path": "/rows/0/income", "rule": "type"}]}
        return (422, refused) if row.get("income", 0) is None else (status, document)

    failed = spoiled(stricter)
    assert "are refused, must be none; the first: status 422 (/rows/0/income: type); the row: {" in (
        failed["nothing good is refused"].message
    )


def test_rows_that_the_model_fails_on_are_left_to_another_check():
    def fragile(status, document, body):
        row = json.loads(body)["rows"][0] if status == 200 else {}
        return (500, {}) if row.get("income", 0) is None else (status, document)

    with on_loopback(Strict(MODEL, CONTRACT, fragile)) as service:
        found = judged(service)
    assert all(f.ok for f in found)
    assert any("MQ010 judges that" in f.message for f in found)


def test_a_service_that_forgets_how_to_answer_fails():
    seen = []

    def worn(status, document, body):
        seen.append(status)
        return status, document | ({"predictions": ["maybe"]} if status == 200 and len(seen) > 50 else {})

    failed = spoiled(worn)
    assert list(failed) == ["still answers"]
    assert "answered otherwise than before" in failed["still answers"].message


def test_a_service_that_refuses_everything_fails():
    failed = spoiled(lambda *_: (422, {"errors": []}))
    assert list(failed) == ["good rows are answered"]
    assert "none of 50 rows that the contract allows is answered" in failed["good rows are answered"].message


def test_a_service_that_is_gone_fails():
    with on_loopback(Strict(MODEL, CONTRACT)) as service:
        gone = Loopback(service.port)
    [found] = judged(gone)
    assert found.ok is False
    assert "does not reply (ConnectionRefusedError" in found.message


class Speaks(Strict):
    """A service with MLflow's protocol, whose good rows get `status` there, and whose bad ones `refusal`."""

    status, refusal = 200, 422

    def post(self, path, body):
        if path != "/invocations":
            return super().post(path, body)
        reply = super().post("/predict", body.replace(b"dataframe_records", b"rows"))
        words = reply.body.replace(b"/rows/", b"/dataframe_records/")
        return Reply(status=self.status if reply.status == 200 else self.refusal, body=words)


def test_another_protocol_is_held_to_the_same():
    rules = [f.rule for f in judged(Speaks(MODEL, CONTRACT)) if f.where == "/invocations"]
    assert rules == FIVE[:4]


def test_another_protocol_that_answers_or_fails_is_told():
    class Answers(Speaks):
        refusal = 200

    class Fails(Speaks):
        refusal = 500

    class Refuses(Speaks):
        status = 422

    for service, rule in ((Answers, "is refused"), (Fails, "is no failure"), (Refuses, "good rows are answered")):
        failed = [f for f in judged(service(MODEL, CONTRACT)) if f.ok is False]
        assert [(f.rule, f.where) for f in failed] == [(rule, "/invocations")]


def test_the_target_is_an_additional_column():
    document = {**CONTRACT.document, "required": ["age", "city", "target"]}
    document["properties"] = {**document["properties"], "target": {"type": "integer"}}
    whole = Contract.parse(document)
    assert all(f.ok for f in judged(Strict(MODEL, whole.without("target")), whole))


def test_without_a_feature_there_is_nothing_to_send():
    alone = Contract.parse({"type": "object", "properties": {"target": {"type": "integer"}}})
    with pytest.raises(NotAudited, match="no feature"):
        judged(Loopback(1), alone)


def test_a_contract_that_no_row_obeys_cannot_be_sent():
    sevenths = {"type": "integer", "minimum": 1, "maximum": 3, "multipleOf": 7}
    never = Contract.parse({"type": "object", "properties": {"age": sevenths}, "required": ["age"]})
    with pytest.raises(NotAudited, match="no row obeys the contract"):
        judged(Loopback(1), never)


def test_fewer_requests_than_there_are_rules_are_said():
    notes = [f.message for f in judged(Strict(MODEL, CONTRACT), broken=5, mutated=0) if f.note]
    assert any(note.startswith("5 of ") for note in notes)


def test_a_contract_of_very_many_columns_is_tried_over_all_of_them():
    names = [f"c{number}" for number in range(300)]
    column = {"type": "number", "minimum": 0, "maximum": 9}
    contract = Contract.parse({"type": "object", "required": names, "properties": dict.fromkeys(names, column)})
    bodies = []

    def kept(status, document, body):
        bodies.append(body)
        return status, document

    found = judged(Strict(NumberModel(lambda frame: [0.0] * len(frame)), contract, kept), contract, mutated=20)
    assert all(f.ok for f in found)
    assert len(bodies) < 700
    assert any("500 of " in f.message for f in found if f.note)


RULES = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-5, 5),
        "exclusiveMaximum": st.integers(6, 20),
        "multipleOf": st.sampled_from([1, 2, 3]),
    },
) | st.fixed_dictionaries(
    {"type": st.just("string")}, optional={"minLength": st.integers(0, 3), "maxLength": st.integers(3, 9)}
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.nested_given])
@given(rules=st.lists(RULES, min_size=1, max_size=3), others=st.booleans(), required=st.booleans())
def test_a_service_that_keeps_the_contract_holds_whatever_the_contract(rules, others, required):
    names = [f"c~{number}/" for number in range(len(rules))]
    contract = Contract.parse(
        {
            "type": "object", "properties": dict(zip(names, rules, strict=True)), "additionalProperties": others,
            "required": names if required else [],
        }
    )  # fmt: skip
    try:
        found = judged(Strict(NumberModel(lambda frame: [0.0] * len(frame)), contract), contract, mutated=50)
    except NotAudited as reason:  # such as a multiple of 3 from 4 to below 6
        assume("no row obeys the contract" not in str(reason))
        raise
    assert [f.message for f in found if f.ok is not True] == []
