from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.findings import NotAudited
from model_checks.inputs import Answers
from model_checks.quality.mq011_small_noise import mq011
from model_checks.quality.noise import noisy_columns
from model_checks.quality.stacked_rows import stacked
from tests.model_checks.learned_tables import applicants, dataset
from tests.model_checks.made_models import MadeModel, NumberModel


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return dataset(tmp_path_factory.mktemp("table"), "test", applicants(1500))


def smooth(features):
    return 1 / (1 + np.exp(-features["income"]))


def jagged(features):
    return (np.floor(features["income"] * 200) % 2) * 0.8 + 0.1


def only(model, table, **options):
    [finding] = mq011(model, table, **options)
    return finding


def test_a_smooth_model_holds(table):
    found = only(MadeModel(smooth), table)
    assert found.ok is True
    assert 0 < found.measured < found.interval[1] < 0.05
    assert found.measured == pytest.approx(0.0064, abs=0.005)  # density at 0 times the mean size of the noise


def test_a_model_that_hangs_on_the_third_digit_fails_and_the_feature_is_named(table):
    found = only(MadeModel(jagged), table)
    assert found.ok is False
    assert found.measured == pytest.approx(0.5, abs=0.05)
    assert "; most by income: 48.80% alone" in found.message
    assert found.fix


def test_few_rows_are_undecided(table, tmp_path):
    few = dataset(tmp_path, "few", applicants(40))
    found = only(MadeModel(smooth), few)
    assert found.ok is None
    assert "40 rows cannot decide" in found.message


def test_the_limit_is_inclusive(table):
    found = only(MadeModel(smooth), table)
    low, high = found.interval
    assert only(MadeModel(smooth), table, maximum=high).ok is True
    assert only(MadeModel(smooth), table, maximum=np.nextafter(high, 0)).ok is None
    assert only(MadeModel(smooth), table, maximum=low).ok is None
    assert only(MadeModel(smooth), table, maximum=np.nextafter(low, 0)).ok is False


def test_numbers_may_change_by_a_share_of_their_own_spread(table):
    line = only(NumberModel(lambda f: 7 * f["income"]), table)
    assert line.ok is True
    assert line.measured == pytest.approx(0.02 * np.sqrt(2 / np.pi), rel=0.05)
    assert "of the answers' spread" in line.message
    wobbly = only(NumberModel(lambda f: f["income"] + np.sin(f["income"] * 500)), table)
    assert wobbly.ok is False
    assert only(NumberModel(lambda f: np.ones(len(f))), table).ok is True


def test_the_model_is_asked_once_when_it_holds(table):
    asked = []

    def chance(features):
        asked.append(len(features))
        return smooth(features)

    assert only(MadeModel(chance), table, rows=100, draws=3, maximum=0.5).ok is True
    assert asked == [400]


def test_a_model_that_raises_or_answers_nothing_of_use_fails(table):
    assert "the model raises ZeroDivisionError" in only(MadeModel(lambda _: 1 / 0), table).message
    assert "no finite number" in only(NumberModel(lambda f: f["income"] * np.nan), table).message

    class Short:
        classes = ()

        def predict(self, features):
            return Answers(values=np.zeros(3))

    assert "gives 3 answers for 6000 rows" in only(Short(), table).message


def test_nothing_measured_holds_and_no_rows_are_not_audited(table, tmp_path):
    words = dataset(tmp_path, "words", pd.DataFrame({"city": ["rome", "oslo"] * 20, "y": ["no", "yes"] * 20}))
    assert only(MadeModel(lambda f: np.ones(len(f))), words).ok is True
    with pytest.raises(NotAudited, match="no rows"):
        list(mq011(MadeModel(smooth), table, rows=0))


RULES = {
    "age": {"type": "integer", "minimum": 18, "maximum": 99},
    "price": {"type": "number", "multipleOf": 0.05, "exclusiveMinimum": 0},
    "gain": {"type": ["number", "null"], "minimum": 0},
    "rooms": {"type": "integer"},
    "grade": {"type": "integer", "enum": [1, 2, 3]},
    "low": {"type": "number"},
    "high": {"type": "number"},
    "city": {"type": "string"},
    "constant": {"type": "number"},
}
CONTRACT = Contract.parse(
    {
        "type": "object",
        "properties": RULES,
        "if": {"properties": {"low": {"minimum": 0}}},
        "then": {"properties": {"high": {"minimum": 0}}},
    }
)


def rows(seed, count=300):
    random = np.random.default_rng(seed)
    gain = np.where(random.random(count) < 0.8, 0.0, random.lognormal(5, 1, count))
    return pd.DataFrame(
        {
            "age": random.integers(18, 100, count),
            "price": np.rint(random.uniform(1, 900, count)) * 5 / 100,
            "gain": np.where(random.random(count) < 0.1, np.nan, gain),
            "rooms": random.integers(1, 5, count),
            "grade": random.integers(1, 4, count),
            "low": random.normal(size=count),
            "high": random.normal(size=count),
            "city": pd.Series(random.choice(["rome", "oslo"], count), dtype=object),
            "constant": 3.5,
        }
    )


def test_codes_small_counts_constants_and_numbers_in_conditions_are_left_alone():
    names = {c.column.name for c in noisy_columns(rows(0), CONTRACT, 0.02)}
    assert names == {"age", "price", "gain"}


@given(st.integers(0, 1000), st.floats(0.01, 0.5))
@settings(max_examples=40, deadline=None)
def test_noisy_rows_obey_the_contract_and_what_lacks_still_lacks(seed, share):
    frame = rows(seed)
    columns = noisy_columns(frame, CONTRACT, share)
    table = stacked(frame, [{}, {c.column.name: c.moved(frame[c.column.name].to_numpy(), 0) for c in columns}])
    before, after = table.iloc[: len(frame)], table.iloc[len(frame) :].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, frame)
    assert list(after.dtypes) == list(frame.dtypes)
    assert after["gain"].isna().equals(frame["gain"].isna())
    assert ((frame["gain"] == 0) == (after["gain"] == 0)).all()
    assert (after["age"] != frame["age"]).any()
    for name in ("age", "price", "gain"):
        rules = CONTRACT.columns[name]
        for value in after[name].dropna().tolist():
            assert not CONTRACT.faults({name: value}), (rules, value)
