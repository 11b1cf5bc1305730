from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.counterexamples import CounterExample
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.profile import ColumnProfile, Profile
from model_checks.quality.mq010_survives_the_contract import mq010
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, sound


def only(model, contract=CONTRACT, target="", **options):
    [finding] = mq010(model, contract, target, **options)
    return finding


def column(name, kind, **known):
    return ColumnProfile(name=name, kind=kind, known=True, rows=60, missing=0, unread=0, distinct=9, **known)


def row_in(finding):
    return json.loads(finding.message[finding.message.index("{") :])


def test_model_that_handles_everything_holds():
    finding = only(MadeModel(sound))
    assert finding.ok is True
    assert "all of 200 rows drawn from the contract (seed 0), 14 rows at its edges" in finding.message


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
    assert ages(0)[-30:] != ages(1)[-30:]
    assert len(ages(0)) == len(ages(1))


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


def with_city(**rules):
    document = CONTRACT.document
    return Contract.parse(
        {**document, "properties": {**document["properties"], "city": {"type": "string", **rules}}}
    )


def test_texts_that_training_has_not_seen_are_asked_with_all_else_as_usual():
    cities = with_city()
    profile = Profile(
        table="train", digest="0" * 64, rows=60, target=None,
        columns={
            "age": column("age", "integer", mean=44.6), "income": column("income", "number", mean=3e4),
            "city": column("city", "string", top=(("rome", 40), ("oslo", 20))),
        },
    )  # fmt: skip
    asked = []

    def noted(features):
        asked.extend(features.to_dict("records"))
        return sound(features)

    assert only(MadeModel(noted), cities, train_profile=profile).ok is True
    edges = asked[:-200]
    new = [row for row in edges if row["city"] not in {"rome", "oslo"}]
    assert {"never seen before", "ROME", " rome", "rome?", ""} <= {row["city"] for row in new}
    assert {(row["age"], row["income"]) for row in new} == {(45, 3e4)}
    assert {"rome", "oslo"} < {row["city"] for row in asked[-200:]}
    assert {0, 1, 119, 120} <= {row["age"] for row in edges if row["city"] == "rome"}


def test_a_model_that_knows_what_it_has_seen_alone_fails_on_another_text():
    cities = with_city(examples=["rome", "oslo"])

    def strict(features):
        if not set(features["city"]) <= {"rome", "oslo"}:
            raise ValueError("unknown category")
        return sound(features)

    finding = only(MadeModel(strict), cities)
    assert finding.ok is False
    assert finding.counterexample == row_in(finding)
    assert finding.counterexample["city"] not in {"rome", "oslo"}
    assert finding.counterexample["age"] == 0


def test_personal_texts_of_the_training_table_are_never_asked():
    cities = with_city(**{"x-personal": True})
    profile = Profile(
        table="train", digest="0" * 64, rows=60, target=None,
        columns={"city": column("city", "string", top=(("Ada Byron", 60),))},
    )  # fmt: skip
    asked = set()
    only(MadeModel(lambda f: asked.update(f["city"]) or sound(f)), cities, train_profile=profile)
    assert not any("ada byron" in text.lower() for text in asked)


def test_the_longest_text_and_the_rarest_listed_value_are_always_asked():
    asked = set()
    contract = with_city(minLength=2, maxLength=300)
    only(MadeModel(lambda f: asked.update(map(len, f["city"])) or sound(f)), contract, examples=1)
    assert {2, 300} <= asked
    listed = with_city(enum=[f"city {n}" for n in range(40)])
    named = set()
    only(MadeModel(lambda f: named.update(f["city"]) or sound(f)), listed, examples=1)
    assert len(named) == 40


def test_an_edge_that_is_not_drawn_is_found_and_made_plain():
    contract = with_city(maxLength=300)

    def short(features):
        if (features["city"].str.len() > 299).any():
            raise ValueError("too long")
        return sound(features)

    finding = only(MadeModel(short), contract, examples=20)
    assert finding.ok is False
    assert len(finding.counterexample["city"]) == 300
    assert set(finding.counterexample) == {"age", "city"}
    assert finding.counterexample["age"] == 0


def test_numbers_must_lie_within_the_limits_that_are_set():
    model = NumberModel(lambda f: f["age"] * 1.0)
    assert only(model, lowest=0.0, highest=120.0).ok is True
    over = only(model, highest=119.0)
    assert (over.ok, over.rule, row_in(over)["age"]) == (False, "answers are in range", 120)
    assert "answers 120.0, which is more than 119" in over.message
    assert "which is less than 1" in only(model, lowest=1.0).message
    wrong = only(MadeModel(sound), lowest=0.0)
    assert (wrong.ok, wrong.rule) == (False, "answers have limits")


def kept(*rows):
    return tuple(CounterExample(check="MQ010", rule="answers without raising", row=row) for row in rows)


def test_rows_that_failed_before_are_asked_first_and_alone_decide():
    calls = []

    def fragile(features):
        calls.append(len(features))
        if (features["age"] == 77).any():
            raise ValueError("seventy-seven")
        return sound(features)

    row = {"age": 77, "income": 5.0, "city": "oslo"}
    finding = only(MadeModel(fragile), counterexamples=kept({"age": 1, "city": "rome"}, row))
    assert finding.ok is False
    assert "on a row that failed before" in finding.message
    assert finding.counterexample == row
    assert calls == [2, 1, 1, 1]
    healthy = only(MadeModel(sound), counterexamples=kept(row))
    assert healthy.ok is True
    assert healthy.message.endswith("rows at its edges and 1 that failed before")


def test_rows_that_the_contract_no_longer_allows_are_left_out():
    note, finding = mq010(MadeModel(sound), CONTRACT, "", counterexamples=kept({"age": 200, "city": "rome"}))
    assert note.note
    assert "1 rows that failed before are left out: the contract no longer allows them" in note.message
    assert finding.ok is True


def test_the_fix_says_to_keep_the_row():
    finding = only(MadeModel(lambda f: f["age"] / 100))
    assert "commit .iddr/counterexamples.json as counterexamples.json" in finding.fix
    assert finding.counterexample == row_in(finding)


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
