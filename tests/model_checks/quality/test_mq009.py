from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks import run
from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.changed_rows import pairs_of
from model_checks.quality.mq009_declared_relations_hold import mq009
from model_checks.quality.relations import Example, Relation
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, people, sound

MORE = Relation(name="more income", change={"income": "+10%"}, answer="not lower")


@pytest.fixture
def test(tmp_path):
    return people(tmp_path)


def related(model, test, **fields):
    options = {name: fields.pop(name) for name in ("rows", "confidence", "positive") if name in fields}
    positive = options.pop("positive", None)
    relation = Relation(**{"name": "it", "change": {"income": "+10%"}, "answer": "not lower"} | fields)
    [finding] = mq009(model, test, positive, relations=(relation,), **options)
    return finding


def asked_of(model, test, **fields):
    example = Example(**{"name": "it", "row": {"age": 40, "city": "rome"}} | fields)
    [finding] = mq009(model, test, examples=(example,))
    return finding


def table(folder, contract, text):
    path = folder / "made.csv"
    path.write_text(text, "utf-8")
    return Dataset.from_file(path, contract, name="made.csv", target=None)


def contract_of(**columns):
    return Contract.parse({"type": "object", "required": list(columns), "properties": columns})


def test_a_model_that_keeps_to_the_relation_holds(test):
    finding = related(MadeModel(sound), test)
    assert finding.ok is True
    assert (finding.where, finding.rule, finding.measured) == ("it", "the relation holds", 0)
    # Nine of 60 incomes lack, and what lacks stays as it is.
    assert finding.message == "it: holds on 51 rows; left out are 9 that the change leaves as they are"


def test_a_broken_relation_shows_the_worst_row_before_and_after(test):
    finding = related(MadeModel(lambda f: 0.9 - f["income"].fillna(0) / 2e5), test)
    assert finding.ok is False
    assert "51 of 51 rows break it" in finding.message
    assert "the answer must not fall, and the worst is 'no' (probability of 'yes' 0.401" in finding.message
    income = test.features["income"].max()
    assert f"income {float(income)!r} -> {float(income) * 1.1!r}"[:25] in finding.message
    row = json.loads(finding.message[finding.message.index("{") : finding.message.index("}") + 1])
    assert row["income"] == income
    place = int(finding.message.split("row ")[1].split(" ")[0])
    assert test.features["income"][place - 1] == income
    assert finding.fix


def test_directions_are_of_the_positive_class(test):
    rising = MadeModel(sound)
    assert related(rising, test, answer="not higher").ok is False
    assert related(rising, test, answer="not higher", positive="no").ok is True
    assert related(rising, test, answer="not lower", of="no").ok is False
    assert "probability of 'no'" in related(rising, test, answer="not lower", of="no").message


def test_numbers_and_labels_have_directions_too(test):
    assert related(NumberModel(lambda f: f["income"].fillna(0)), test).ok is True
    assert related(NumberModel(lambda f: -f["income"].fillna(0)), test).ok is False

    class Labels:
        sha256, classes = "0" * 64, ("no", "yes")

        def predict(self, features):
            return Answers(values=np.where(features["income"] > 50_000, "yes", "no"))

    assert related(Labels(), test, change={"income": "+50%"}).ok is True
    finding = related(Labels(), test, change={"income": "+50%"}, answer="not higher")
    assert finding.ok is False
    assert "'no' -> 'yes'" in finding.message


def test_same_is_about_all_classes(test):
    class Three:
        sha256, classes = "0" * 64, ("a", "b", "c")

        def predict(self, features):
            late = (features["late"] == True).to_numpy() * 0.1  # noqa: E712 - an object column
            chances = np.column_stack([np.full(len(features), 0.6), 0.2 + late, 0.2 - late])
            return Answers(values=np.array(["a"] * len(features)), probabilities=chances)

    assert related(Three(), test, change={"late": "any"}, answer="same").ok is False
    assert related(Three(), test, change={"late": "any"}, answer="same", of="a").ok is True
    assert related(Three(), test, change={"late": False}, answer="not lower", of="c").ok is True
    assert related(Three(), test, change={"late": False}, answer="not lower", of="b").ok is False
    assert "of: is missing; which class is meant of 'a', 'b', 'c'?" in related(Three(), test).message


def test_tolerance_is_inclusive_and_no_number_breaks(test):
    def moved(features):
        return np.where(features["income"] == 7.0, 0.25, 0.5)

    fields = {"change": {"income": 7}, "answer": "same"}
    assert related(MadeModel(moved), test, tolerance=0.25, **fields).ok is True
    assert related(MadeModel(moved), test, tolerance=0.2499, **fields).ok is False
    lost = NumberModel(lambda f: np.where(f["income"] == 7.0, np.nan, 0.5))
    finding = related(lost, test, tolerance=1e9, **fields)
    assert finding.ok is False
    assert "0.5 -> nan" in finding.message


def test_a_share_that_may_break_is_judged_by_its_interval(tmp_path):
    contract = contract_of(x={"type": "number"}, y={"type": "integer"})
    lines = "".join(f"{row},{row % 100}\n" for row in range(1000))
    test = table(tmp_path, contract, "x,y\n" + lines)
    breaking = NumberModel(lambda f: np.where(f["y"] < 5, -f["x"], 0.0))  # one in twenty
    fields = {"change": {"x": "+1"}, "rows": 1000}
    found = related(breaking, test, at_most=0.5, **fields)
    assert (found.ok, found.measured, found.limit) == (True, 0.05, 0.5)
    low, high = found.interval
    assert low < 0.05 < high
    assert related(breaking, test, at_most=high, **fields).ok is True
    assert related(breaking, test, at_most=np.nextafter(high, 0), **fields).ok is None
    assert related(breaking, test, at_most=low, **fields).ok is None
    assert related(breaking, test, at_most=np.nextafter(low, 0), **fields).ok is False
    undecided = related(breaking, test, at_most=0.055, **fields)
    assert undecided.ok is None
    assert "1000 rows cannot decide, about " in undecided.message
    assert related(breaking, test, **fields).ok is False


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ("+10%", -100.0, -90.0), ("-10%", 50.0, 45.0), ("+2.5", 1.0, 3.5), ("*2", 3.0, 6.0), ("*50%", 3.0, 1.5),
        (7, 1.0, 7.0), ("-1", 0.0, -1.0),
    ],
)  # fmt: skip
def test_numbers_are_changed_as_declared(tmp_path, change, before, after):
    test = table(tmp_path, contract_of(x={"type": "number"}), f"x\n{before}\n")
    seen = []
    related(NumberModel(lambda f: seen.extend(f["x"]) or f["x"]), test, change={"x": change}, answer="same")
    assert seen == [before, pytest.approx(after)]


def test_whole_numbers_and_steps_are_rounded_away_from_what_they_were(tmp_path):
    contract = contract_of(n={"type": "integer"}, p={"type": "number", "multipleOf": 0.05})
    test = table(tmp_path, contract, "n,p\n18,1.05\n-18,1.05\n100,1.05\n")
    seen = []
    model = NumberModel(lambda f: seen.extend(zip(f["n"], f["p"], strict=True)) or f["n"])
    assert related(model, test, change={"n": "+10%", "p": "-1%"}, answer="same").ok is False
    assert seen[3:] == [(20, 1.0), (-16, 1.0), (110, 1.0)]


def test_any_goes_through_all_values_and_never_keeps_one(test):
    seen = []
    related(
        MadeModel(lambda f: seen.extend(zip(f["city"], f["late"], strict=True)) or np.full(len(f), 0.5)),
        test, change={"city": "any", "late": "any"}, answer="same",
    )  # fmt: skip
    assert len(set(seen)) == 6
    pairs = pairs_of(
        Relation(name="it", change={"city": "any", "late": "any"}, answer="same"), test.features, CONTRACT, 60
    )
    changed = list(zip(pairs.before, pairs.after, strict=True))
    assert len(changed) == 60
    assert all(one["city"] != two["city"] and one["late"] is not two["late"] for one, two in changed)
    assert all(one["age"] == two["age"] for one, two in changed)
    assert len({(two["city"], two["late"]) for _, two in changed}) == 6


def test_any_of_a_free_text_is_what_the_table_holds(tmp_path):
    test = table(tmp_path, contract_of(t={"type": "string"}), "t\na\nb\nc\n")
    seen = []
    related(
        NumberModel(lambda f: seen.extend(f["t"]) or np.zeros(len(f))), test, change={"t": "any"}, answer="same"
    )
    assert set(seen) == {"a", "b", "c"}
    alike = table(tmp_path, contract_of(t={"type": "string"}), "t\na\na\n")
    assert "two values of t" in related(NumberModel(lambda f: f), alike, change={"t": "any"}).message


def test_a_value_may_be_taken_away(test):
    finding = related(MadeModel(sound), test, change={"income": "missing"}, answer="not higher", tolerance=0.2)
    assert finding.ok is True
    assert "holds on 51 rows" in finding.message
    wrong = related(MadeModel(sound), test, change={"city": "missing"})
    assert "the contract lets no row lack city" in wrong.message


def test_where_chooses_the_rows(test):
    seen = []
    model = MadeModel(lambda f: seen.extend(f["age"]) or sound(f))
    where = {"age": ">= 60", "city": "oslo", "late": True}
    assert related(model, test, where=where).ok is True
    frame = test.features
    meant = frame[(frame["age"] >= 60) & (frame["city"] == "oslo") & (frame["late"] == True)]  # noqa: E712
    assert set(seen) == set(meant["age"][meant["income"].notna()])
    given = related(model, test, change={"income": 5}, where={"income": "missing"}, answer="not higher")
    assert (given.ok, "holds on 9 rows" in given.message) == (True, True)


def test_rows_that_the_contract_refuses_are_left_out_and_counted(test):
    finding = related(MadeModel(sound), test, change={"age": "+50"})
    assert finding.ok is True
    old = int((test.features["age"] > 70).sum())
    assert f"left out are {old} that the contract does not allow (age must be 120 or less)" in finding.message


def test_a_relation_without_any_row_cannot_be_judged(test):
    for fields in ({"change": {"age": "+200"}}, {"where": {"age": "> 119"}}):
        finding = related(MadeModel(sound), test, **fields)
        assert finding.ok is None
        assert "there is no row to change" in finding.message


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"change": {"incme": "+10%"}}, "checks.MQ009.relations[0].change.incme: no feature of the contract; did"),
        ({"change": {}}, "relations[0].change: is empty"),
        ({"change": {"income": "+0"}}, "change.income: found '+0', which changes nothing"),
        ({"change": {"income": "*1"}}, "changes nothing"),
        ({"change": {"income": "much"}}, "found 'much'; it must be a finite number or null"),
        ({"change": {"income": -1}}, "found -1; by the contract it must be 0 or more"),
        ({"change": {"city": "+10%"}}, "city is no number"),
        ({"change": {"city": "paris"}}, "by the contract it must be one of 'rome', 'oslo', 'cairo'"),
        ({"where": {"late": "yes"}}, "where.late: found 'yes'; it must be true or false"),
        ({"where": {"sex": "m"}}, "where.sex: no feature of the contract; the features are age, income, city, late"),
        ({"of": "maybe"}, "of: found 'maybe'; the model's classes are 'no', 'yes'"),
        ({"name": " "}, "name: is empty"),
    ],
)  # fmt: skip
def test_a_relation_that_is_declared_unsoundly_is_told_by_its_place(test, fields, told):
    finding = related(MadeModel(sound), test, **fields)
    assert finding.ok is False
    assert told in finding.message
    assert finding.fix == "mend checks.MQ009.relations[0] in iddr.toml"


def test_unsound_entries_are_told_all_at_once_and_nothing_is_asked(test):
    wrong = [
        Relation(name="a", change={"x": 1, "y": 2}, answer="same"),
        Relation(name="a", change={"age": 3}, answer="same"),
    ]
    found = list(mq009(MadeModel(lambda f: 1 / 0), test, relations=tuple(wrong)))
    assert [f.rule.split(" ")[0] for f in found] == ["name", "name", "change.x", "change.y"]
    assert found[0].message == (
        "checks.MQ009.relations[0].name: 'a' is used twice; findings and waivers need another for each"
    )


def test_an_example_holds_or_shows_the_answer(test):
    chance = MadeModel(lambda f: np.full(len(f), 0.75))
    assert asked_of(chance, test, answer="yes").ok is True
    wrong = asked_of(chance, test, answer="no")
    assert (wrong.ok, wrong.message) == (
        False, "it: the model answers 'yes' (probability of 'yes' 0.75), must be 'no'"
    )  # fmt: skip
    assert asked_of(chance, test, at_least=0.75, at_most=0.75).ok is True
    assert asked_of(chance, test, at_least=0.7501).ok is False
    assert asked_of(chance, test, at_most=0.7499).ok is False
    assert asked_of(chance, test, of="no", at_most=0.25).ok is True
    number = NumberModel(lambda f: np.full(len(f), 1000.0))
    assert asked_of(number, test, answer=1001, tolerance=0.001).ok is True
    assert asked_of(number, test, answer=1001).ok is False
    assert asked_of(NumberModel(lambda f: np.full(len(f), np.nan)), test, at_most=1e9).ok is False


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"row": {"age": 200, "city": "rome"}, "answer": "no"}, "row: breaks the contract: age must be 120 or less"),
        ({"row": {"age": 20}, "answer": "no"}, "row: breaks the contract: city is missing"),
        ({"row": {"age": 20, "city": "rome", "cty": 1}, "answer": "no"}, "row.cty: no feature of the contract; did"),
        ({}, "answer: is missing; expected answer, at_least or at_most"),
        ({"answer": "maybe"}, "answer: found 'maybe'; the model's classes are 'no', 'yes'"),
    ],
)  # fmt: skip
def test_an_example_that_is_declared_unsoundly_is_told_by_its_place(test, fields, told):
    found = asked_of(MadeModel(sound), test, **fields)
    assert found.ok is False
    assert found.message.startswith("checks.MQ009.examples[0].")
    assert told in found.message


def test_a_regression_has_no_classes(test):
    assert "not classes" in asked_of(NumberModel(sound), test, at_least=0.0, of="yes").message
    assert "the model answers numbers" in asked_of(NumberModel(sound), test, answer="yes").message


def test_everything_is_asked_at_once_and_each_row_once(test):
    asked = []

    def counted(features):
        asked.append(len(features))
        return sound(features)

    both = (MORE, dataclasses.replace(MORE, name="less", change={"income": "-10%"}, answer="not higher"))
    example = Example(name="it", row={"age": 40, "city": "rome"}, at_least=0.0)
    found = list(mq009(MadeModel(counted), test, relations=both, examples=(example,), rows=10))
    assert [f.ok for f in found] == [True] * 3
    known = len([f for f in np.linspace(0, 59, 10).astype(int) if f % 7])
    assert asked == [3 * known + 1]


def test_a_model_that_raises_fails_where_it_does(test):
    def fragile(features):
        if (features["income"] > 1e5).any():
            raise ValueError("too rich")
        return sound(features)

    both = (
        dataclasses.replace(MORE, change={"income": "*5"}),
        dataclasses.replace(MORE, name="less", change={"income": 1}),
    )
    [finding] = mq009(MadeModel(fragile), test, relations=both)
    assert (finding.where, finding.rule) == ("more income", "answers without raising")

    def only_small(features):
        if len(features) > 130:
            raise ValueError("too many")
        return sound(features)

    [finding] = mq009(MadeModel(only_small), test, relations=both)
    assert finding.where == "all rows together"


def test_what_is_personal_is_not_shown(tmp_path):
    contract = contract_of(n={"type": "string", "x-personal": True}, x={"type": "number"})
    test = table(tmp_path, contract, "n,x\nAda,1\nBob,2\n")
    model = NumberModel(lambda f: f["x"] + (f["n"] == "Ada"))
    finding = related(model, test, change={"n": "any"}, answer="same")
    assert finding.ok is False
    assert "changed in n (personal)" in finding.message
    assert "Ada" not in finding.message
    assert "Bob" not in finding.message


def test_nothing_declared_or_a_wrong_positive_class_cannot_be_judged(test):
    with pytest.raises(NotAudited, match="nothing is declared"):
        list(mq009(MadeModel(sound), test))
    with pytest.raises(NotAudited, match="the positive class is 'maybe'"):
        list(mq009(MadeModel(sound), test, "maybe", relations=(MORE,)))


def test_python_takes_tables_as_they_stand_in_the_configuration(test):
    relation = {"name": "more income", "change": {"income": "+10%"}, "answer": "not lower"}
    [finding] = run("MQ009", model=MadeModel(sound), test=test, options={"relations": [relation]})
    assert finding.ok is True
    with pytest.raises(ValueError, match=r"relations\[0\].answer: found 'never higher'; expected one of 'same'"):
        run(
            "MQ009",
            model=MadeModel(sound),
            test=test,
            options={"relations": [relation | {"answer": "never higher"}]},
        )
    with pytest.raises(ValueError, match=r"relations\[0\].chnge: unknown key; known: name, change"):
        run("MQ009", model=MadeModel(sound), test=test, options={"relations": [relation | {"chnge": 1}]})
    with pytest.raises(ValueError, match=r"relations\[0\].change: is missing"):
        run("MQ009", model=MadeModel(sound), test=test, options={"relations": [{"name": "a", "answer": "same"}]})


def test_the_target_cannot_be_changed(tmp_path):
    path = people(tmp_path).path
    test = Dataset.from_file(path, CONTRACT, name="test.csv", target="late")
    finding = related(NumberModel(lambda f: f["age"]), test, change={"late": "any"})
    assert "change.late: no feature of the contract" in finding.message


@given(st.floats(-5, 5), st.sampled_from(["+1%", "+7", "*3", "-2", "-50%"]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_slope_is_told_by_its_sign(test, slope, change):
    up = change[0] in "+*"
    model = NumberModel(lambda f: slope * f["income"].fillna(0.0) / 1e3)
    falls = (slope < 0) if up else (slope > 0)
    # Where a row moves by less than the tolerance it holds.
    finding = related(model, test, change={"income": change}, tolerance=0.0)
    assert finding.ok is (not falls)
