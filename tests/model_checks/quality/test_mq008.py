from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq008_same_row_same_answer import mq008
from tests.model_checks.made_models import CONTRACT, MadeModel, NumberModel, people, sound


@pytest.fixture
def test(tmp_path):
    return people(tmp_path)


def failing(findings):
    return [f.rule for f in findings if f.ok is False]


def test_function_of_one_row_holds_in_every_way(test):
    found = list(mq008(MadeModel(sound), test))
    assert [f.ok for f in found] == [True] * 8
    assert found[0].message == "asked twice: all 60 answers are the same"


def test_random_answers_fail(test):
    random = np.random.default_rng(0)
    found = list(mq008(MadeModel(lambda f: random.random(len(f))), test))
    assert "asked twice" in failing(found)
    assert all(f.fix for f in found if f.ok is False)


def test_scaling_within_the_batch_fails_when_asked_alone(test):
    def scaled(features):
        return features["age"] / features["age"].max()

    assert failing(mq008(MadeModel(scaled), test)) == ["asked alone"]


def test_looking_at_the_row_before_fails_in_reverse_order(test):
    def shifted(features):
        return features["age"].diff().fillna(0) / 300 + 0.5

    found = failing(mq008(MadeModel(shifted), test))
    assert "asked in reverse order" in found
    assert "asked beside its double" in found


def test_dropping_doubles_fails(test):
    def deduplicated(features):
        return sound(features.drop_duplicates())

    found = [f for f in mq008(MadeModel(deduplicated), test) if f.ok is False]
    assert [f.rule for f in found] == ["asked beside its double"]
    assert "60 answers instead of 120" in found[0].message


def first_column(features):
    return features.iloc[:, 0] == features.iloc[0, 0]


def test_columns_by_position_fail_where_they_must_be_taken_by_name(test):
    assert "asked with columns in another order" in failing(mq008(MadeModel(first_column), test, by_name=True))


def test_columns_by_position_hold_where_all_have_them_in_one_order_and_are_told(test):
    found = {f.rule: f for f in mq008(MadeModel(first_column), test)}
    told = found["asked with columns in another order"]
    assert told.ok is True
    assert "the model takes its columns by position, and all here have them in one order" in told.message


def test_columns_by_position_fail_where_the_table_has_another_order(tmp_path):
    lines = people(tmp_path).path.read_text().splitlines()
    path = tmp_path / "turned.csv"
    path.write_text("".join(",".join(reversed(line.split(","))) + "\n" for line in lines))
    turned = Dataset.from_file(path, CONTRACT, name="turned.csv", target=None)
    [found] = [
        f for f in mq008(MadeModel(first_column), turned) if f.rule == "asked with columns in another order"
    ]
    assert found.ok is False
    assert "the contract has them in another order than turned.csv" in found.message
    assert found.fix


@pytest.mark.parametrize(
    ("way", "chance"),
    [
        ("asked with whole numbers as floats", lambda f: f["age"].astype(str).str.len() / 10),
        ("asked with whole numbers as floats", lambda f: f.select_dtypes("int64").sum(axis=1) / 200),
        (
            "asked with texts as categories",
            lambda f: 0.1 + 0.3 * (f["city"].dtype == object) * (f["city"] == "rome"),
        ),
    ],
)
def test_a_model_that_minds_how_values_are_stored_fails(test, way, chance):
    found = {f.rule: f for f in mq008(MadeModel(chance), test)}
    assert found[way].ok is False
    assert found[way].fix
    assert found["asked twice"].ok is True


def numbers_alone(features):
    return features.select_dtypes("number").sum(axis=1) / 1e6


def test_columns_by_dtype_fail_where_rows_come_without_types(test):
    found = {f.rule: f for f in mq008(MadeModel(numbers_alone), test, untyped=True)}
    assert found["asked with all columns as objects"].ok is False
    assert "get_dummies" in found["asked with all columns as objects"].fix


def test_columns_by_dtype_hold_where_all_type_them_by_the_contract_and_are_told(test):
    [found] = [f for f in mq008(MadeModel(numbers_alone), test) if f.rule == "asked with all columns as objects"]
    assert found.ok is True
    assert "the model minds how a column is stored, and all here type it by the contract" in found.message
    assert not found.fix


def dummies(*known, **how):
    """Return a model that makes a column of each city in the batch, as `known` says of the training's."""

    def chance(features):
        made = pd.get_dummies(features[["age", "city"]], **how)
        return made.reindex(columns=["age", *known], fill_value=0).astype(float) @ (
            0.001,
            *range(1, len(known) + 1),
        )

    return lambda features: chance(features) / 10


def test_dummies_of_all_columns_that_the_training_knew_hold(test):
    assert failing(mq008(MadeModel(dummies("city_oslo", "city_rome")), test)) == []


def test_dummies_without_the_first_of_the_batch_fail_when_asked_alone(test):
    found = [f for f in mq008(MadeModel(dummies("city_oslo", "city_rome", drop_first=True)), test) if not f.ok]
    assert "asked alone" in [f.rule for f in found]
    assert "get_dummies without drop_first, then reindex" in found[0].fix


def test_refusing_other_types_holds(test):
    def strict(features):
        if [str(dtype) for dtype in features.dtypes] != ["int64", "float64", "object", "object"]:
            raise TypeError("wrong dtypes")
        return sound(features)

    found = {f.rule: f for f in mq008(MadeModel(strict), test)}
    assert all(f.ok for f in found.values())
    assert "the model refuses: TypeError" in found["asked with whole numbers as floats"].message


def test_a_model_in_its_own_process_is_asked_as_given(test):
    calls = []

    class Hosted(MadeModel):
        def predict_as_given(self, features):
            calls.append(",".join(map(str, features.dtypes)))
            return self.predict(features)

    assert not failing(mq008(Hosted(sound), test))
    assert calls == [
        "object,object,float64,int64", "float64,float64,object,object", "object,object,object,object",
        "int64,float64,category,object",
    ]  # fmt: skip


def test_whole_numbers_that_no_float_holds_are_not_sent_as_floats(tmp_path):
    contract = Contract.parse({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}})
    path = tmp_path / "n.csv"
    for number, count in ((2**53, 1), (2**53 + 1, 0), (-(2**63), 0)):
        path.write_text(f"n\n{number}\n1\n")
        table = Dataset.from_file(path, contract, name="n.csv", target=None)
        found = [f.rule for f in mq008(NumberModel(lambda f: f["n"] * 1.0), table)]
        assert found.count("asked with whole numbers as floats") == count


def test_refusing_another_order_of_columns_holds(test):
    def strict(features):
        if features.columns[0] != "age":
            raise ValueError("feature names should match those that were passed during fit")
        return sound(features)

    found = {f.rule: f for f in mq008(MadeModel(strict), test)}
    assert found["asked with columns in another order"].ok is True
    assert "the model refuses: ValueError: feature names" in found["asked with columns in another order"].message


def test_model_that_raises_fails_with_its_words(test):
    [found] = mq008(MadeModel(lambda f: 1 / 0), test)
    assert found.ok is False
    assert "ZeroDivisionError" in found.message


def test_model_that_raises_on_single_rows_fails_there(test):
    def batches_only(features):
        if len(features) == 1:
            raise ValueError("expected 2D")
        return sound(features)

    assert failing(mq008(MadeModel(batches_only), test)) == ["asked alone"]


def test_another_number_of_answers_fails(test):
    [found] = mq008(MadeModel(lambda f: sound(f)[1:]), test)
    assert "59 answers for 60 rows" in found.message


def test_tolerance_is_inclusive(test):
    calls = iter(range(100))

    def drifting(features):
        return np.full(len(features), 0.25 * (next(calls) > 0))

    twice = next(iter(mq008(NumberModel(drifting), test, tolerance=0.25)))
    assert twice.ok is True
    calls = iter(range(100))
    twice = next(iter(mq008(NumberModel(drifting), test, tolerance=0.2499)))
    assert twice.ok is False
    assert twice.measured == 0.25


def test_nan_is_the_same_answer_as_nan(test):
    found = list(mq008(NumberModel(lambda f: np.full(len(f), np.nan)), test))
    assert all(f.ok for f in found)


def test_no_rows_cannot_be_asked(test):
    with pytest.raises(NotAudited):
        list(mq008(MadeModel(sound), test, rows=0))


def test_only_some_rows_are_asked(test):
    asked = []

    def counted(features):
        asked.append(len(features))
        return sound(features)

    list(mq008(MadeModel(counted), test, rows=10, alone=3))
    assert asked == [10, 10, 1, 1, 1, 10, 20, 10, 10, 10, 10]


@given(
    st.dictionaries(st.sampled_from(["rome", "oslo", "cairo"]), st.floats(0, 1), min_size=3), st.integers(1, 60)
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_function_of_one_row_holds(test, chances, rows):
    assert not failing(mq008(MadeModel(lambda f: f["city"].map(chances)), test, rows=rows))


def test_labels_must_be_equal(test):
    calls = iter(range(100))

    class Moody:
        sha256, classes = "0" * 64, ("no", "yes")

        def predict(self, features):
            return Answers(values=np.array(["yes" if next(calls) else "no"] * len(features)))

    found = next(iter(mq008(Moody(), test, tolerance=1.0)))
    assert found.ok is False
    assert "60 of 60 labels differ" in found.message
