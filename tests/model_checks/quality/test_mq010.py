from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq010_survives_the_contract import mq010
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, sound


def only(model, contract=CONTRACT, target="", **options):
    [finding] = mq010(model, contract, target, **options)
    return finding


def row_in(finding):
    return json.loads(finding.message[finding.message.index("{") :])


def test_model_that_handles_everything_holds():
    finding = only(MadeModel(sound))
    assert finding.ok is True
    assert "all of 200 rows" in finding.message


def test_model_that_raises_fails_with_the_simplest_row():
    def fragile(features):
        if features["income"].isna().any():
            raise ValueError("Input contains NaN")
        return sound(features)

    finding = only(MadeModel(fragile))
    assert finding.ok is False
    assert finding.rule == "answers without raising"
    assert "ValueError: Input contains NaN" in finding.message
    assert row_in(finding) == {"age": 0, "city": "rome"}
    assert finding.fix


def test_counter_example_is_at_its_limit():
    finding = only(MadeModel(lambda f: np.where(f["age"] > 97, np.nan, 0.5)))
    assert finding.rule == "probabilities are probabilities"
    assert row_in(finding)["age"] == 98


def test_chances_beyond_one_fail():
    finding = only(MadeModel(lambda f: f["age"] / 100))
    assert finding.ok is False
    assert row_in(finding)["age"] == 101


def test_numbers_must_be_finite():
    finding = only(NumberModel(lambda f: np.where(f["age"] < 7, 1.0, np.inf)))
    assert finding.rule == "answers are finite"
    assert row_in(finding)["age"] == 7
    assert only(NumberModel(lambda f: f["age"])).ok is True


def test_labels_must_be_known():
    class Other:
        sha256, classes = "0" * 64, ("no", "yes")

        def predict(self, features):
            return Answers(values=np.where(features["city"] == "oslo", "maybe", "no"))

    finding = only(Other())
    assert finding.rule == "answers are known classes"
    assert "'maybe', which is none of its classes 'no', 'yes'" in finding.message


def test_an_answer_for_each_row():
    assert only(MadeModel(lambda f: sound(f)[:-1])).rule == "one answer a row"


def test_what_fails_in_a_batch_only_is_said_so():
    def together(features):
        if len(features) > 1 and features["age"].max() > 100:
            raise ValueError("out of range")
        return sound(features)

    finding = only(MadeModel(together))
    assert finding.ok is False
    assert "on none of them alone" in finding.message


def test_target_is_not_asked_about():
    document = CONTRACT.document
    contract = Contract.parse(
        {**document, "properties": {**document["properties"], "y": {"type": "integer"}}, "required": ["y"]}
    )
    seen = []

    def noted(features):
        seen.append(tuple(features.columns))
        return np.full(len(features), 0.5)

    assert only(MadeModel(noted), contract, "y").ok is True
    assert set(seen) == {("age", "income", "city", "late")}


@pytest.mark.parametrize("after", [0, 1, 3])
def test_fault_of_the_host_is_no_finding(after):
    class HostLostError(Exception):
        pass

    calls = []

    class Dying:
        sha256, classes = "0" * 64, ()

        def predict(self, features):
            calls.append(1)
            if len(calls) > after:
                raise HostLostError("the child was killed")
            return Answers(values=np.full(len(features), np.nan))

    with pytest.raises(HostLostError):
        list(mq010(Dying(), CONTRACT, ""))


def test_model_is_not_asked_for_ever():
    calls = []

    def slow(features):
        calls.append(len(features))
        return np.full(len(features), np.nan)

    only(NumberModel(slow), examples=50)
    assert len(calls) < 50 + 550


def test_answers_in_two_ways_to_one_row_still_end_in_a_finding():
    random = np.random.default_rng(0)
    finding = only(NumberModel(lambda f: np.where(random.random(len(f)) < 0.5, np.nan, 1.0)))
    assert finding.ok is False


def test_same_seed_draws_the_same_rows_and_another_one_others():
    def ages(seed):
        seen = []

        def noted(features):
            seen.extend(features["age"])
            return sound(features)

        list(mq010(MadeModel(noted), CONTRACT, "", examples=30, seed=seed))
        return seen

    assert ages(0) == ages(0)
    assert ages(0) != ages(1)
    assert len(ages(0)) == 30


def test_contract_that_nothing_obeys_cannot_be_judged():
    contract = Contract.parse(
        {"type": "object", "properties": {"a": {"type": "string", "enum": ["a"], "minLength": 2}}}
    )
    with pytest.raises(NotAudited, match="no row obeys the contract: column a"):
        list(mq010(MadeModel(sound), contract, ""))


def test_nothing_to_draw_cannot_be_judged():
    only_target = Contract.parse({"type": "object", "properties": {"y": {"type": "integer"}}})
    with pytest.raises(NotAudited):
        list(mq010(MadeModel(sound), only_target, "y"))
    with pytest.raises(NotAudited):
        list(mq010(MadeModel(sound), CONTRACT, "", examples=0))


@given(st.integers(0, 120))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.nested_given])
def test_a_limit_of_the_model_is_found_to_the_year(age):
    finding = only(NumberModel(lambda f: np.where(f["age"] >= age, np.inf, 0.0)))
    assert finding.ok is False
    assert row_in(finding)["age"] == age


DRAW = """
import sys
sys.path.insert(0, {root!r})
{more}
from model_checks.contract.dialect import Contract
from model_checks.contract.strategies import rows
from model_checks.quality.drawing import as_json, drawn_rows, smallest_row
columns = {{"a": {{"type": "number"}}, "b": {{"type": "string"}}, "c": {{"type": "integer"}}}}
strategy = rows(Contract.parse({{"type": "object", "properties": columns, "required": list(columns)}}))
print(*map(as_json, drawn_rows(strategy, 300, 0)), sep="\\n")
print(as_json(smallest_row(strategy, lambda row: row["c"] > 9, 300, 0)))
"""


def test_rows_depend_on_the_seed_alone_and_nothing_is_left_on_disk(tmp_path, pytestconfig):
    # Hypothesis by itself reads constants from the source of imported modules, and caches in .hypothesis.
    (tmp_path / "ours.py").write_text('A, B, C = 12345.678, "from the source", 777777\n')
    drawn = set()
    for more in ("", "import ours"):
        program = DRAW.format(root=str(pytestconfig.rootpath), more=more)
        done = subprocess.run(
            [sys.executable, "-B", "-W", "error", "-c", program],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        drawn.add(done.stdout)
        assert done.stderr == ""
    assert len(drawn) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["ours.py"]


def test_contract_whose_rows_cannot_be_found_is_not_passed():
    rules = {"type": "string", "pattern": "^[a-z]{5}$", "maxLength": 3}
    contract = Contract.parse({"type": "object", "required": ["a"], "properties": {"a": rules}})
    with pytest.raises(NotAudited, match="less narrow"):
        list(mq010(MadeModel(sound), contract, ""))
