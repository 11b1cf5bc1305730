"""The team's own metrics, evaluated for real in both levels of isolation."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from ci_steps.model_host import environments
from ci_steps.model_host.isolation import Isolation
from ci_steps.model_host.limits import Limits
from ci_steps.model_host.own_metrics import HostedMetrics
from model_checks.inputs import Measured, OwnMetric
from tests.model_checks.made_metrics import made
from tests.model_checks.made_predictions import binary, guesses, measured, several

KPIS = '''
import json
import os
import sys
import time

import numpy as np


def recall(truth, answers):
    return (answers[truth == "yes"] == "yes").mean()


def costs(truth, answers, features):
    """Each row's own."""
    return features["amount"] * (truth != answers) + (features["town"] == "Köln")


def of_file(truth):
    with open("prices/prices.json") as file:
        return json.load(file)["price"] * float((truth == "yes").mean())


def named(y_true, y_pred, classes, positive="no", depth=3):
    return float((y_pred == positive).mean()) + 10 * len(classes) + 100 * depth


def area(truth, probabilities):
    return 0.0 if probabilities is None else float(probabilities[:, 1].mean()) + float((truth == "yes").mean())


def bare(truth, probabilities):
    return probabilities is None and float((truth == "a").mean())


def unknown(price):
    return price


def raises(truth):
    raise KeyError("no such patient")


def leaves(truth):
    sys.exit(3)


def dies(truth):
    os._exit(4)


def hangs(truth):
    time.sleep(60)


def rude(truth):
    truth[:] = "yes"
    return 1.0


def random(truth):
    return np.random.normal()


def nothing(truth):
    return None


def text(truth):
    return "0.9"


def infinite(truth):
    return np.inf


def short(truth):
    return np.ones(len(truth) - 1)


def holes(truth):
    return np.where(np.arange(len(truth)) == 7, np.nan, 1.0)


def words(truth):
    return truth


def often(truth):
    print("said by a metric")
    if len(set(truth)) < 2:
        raise ValueError("one class")
    return float((truth == "yes").mean())


constant = 3
'''


@pytest.fixture
def lesser():
    return Isolation(level="rlimits", reason="the test asks for it")


@pytest.fixture
def hosted(tmp_path):
    def make(isolation, *names, rows=60, **limits):
        folder = tmp_path / "sources"
        (folder / "prices").mkdir(parents=True)
        (folder / "kpis.py").write_text(KPIS)
        (folder / "broken.py").write_text("import nowhere_to_be_found\n")
        (folder / "child.py").write_text("def share(truth):\n    return float((truth == 'yes').mean())\n")
        (folder / "prices" / "prices.json").write_text('{"price": 7}')
        features = pd.DataFrame({"amount": np.arange(rows) / 2, "town": ["Köln", "Bonn"] * (rows // 2)})
        return HostedMetrics(
            declared={n: OwnMetric(name=n.rpartition(":")[2], function=n) for n in names},
            folder=folder, work=tmp_path / "work", log=tmp_path / "log", environment=environments.current(),
            isolation=isolation, limits=Limits(**limits), features=features,
            columns=[("amount", "number", False), ("town", "string", False)],
        )  # fmt: skip

    return make


def test_a_number_comes_with_its_resamples(hosted, isolation):
    predictions = guesses(60)
    truth, said = predictions.truth, predictions.answers.values  # noqa: PD011 - Answers, not a table
    metrics = hosted(isolation, "kpis:recall")
    found = metrics.measure("kpis:recall", predictions)
    assert found.estimate == pytest.approx((said[truth == "yes"] == "yes").mean())
    assert (found.replicates.shape, found.left_out.shape) == ((2000,), (60,))
    inside = made(recall=lambda truth, answers: (answers[truth == "yes"] == "yes").mean())
    assert np.array_equal(found.replicates, inside.measure("recall", predictions).replicates)
    assert metrics.measure("kpis:recall", predictions) is found


def test_each_row_may_have_its_number_of_all_that_is_known(hosted, isolation):
    predictions = guesses(60)
    wrong = predictions.truth != predictions.answers.values  # noqa: PD011 - Answers, not a table
    found = hosted(isolation, "kpis:costs").measure("kpis:costs", predictions)
    assert found.by_row.tolist() == (np.arange(60) / 2 * wrong + [1, 0] * 30).tolist()
    assert found.estimate == pytest.approx(found.by_row.mean())


@pytest.mark.parametrize(
    ("name", "predictions", "expected"),
    [
        ("kpis:of_file", binary([1, 0] * 30, [0.6] * 60), 3.5),
        ("kpis:named", binary([1, 0] * 30, [0.6] * 60), 321.0),
        ("kpis:area", binary([1, 0] * 30, [0.75] * 60), 1.25),
        ("kpis:bare", several(list("ab") * 30, list("aa") * 30), 0.5),
        ("child:share", binary([1, 0] * 30, [0.6] * 60), 0.5),
        ("numpy:amax", None, None),
    ],
)
def test_a_function_is_given_what_its_parameters_name(hosted, lesser, name, predictions, expected):
    if predictions is None:
        assert "it asks for 'a', and may ask for: truth, answers" in fault(hosted, lesser, name)
    else:
        assert hosted(lesser, name).measure(name, predictions).estimate == pytest.approx(expected)


def fault(hosted, isolation, name, **limits):
    found = hosted(isolation, name, **limits).measure(name, guesses(60))
    assert dataclasses.replace(found, fault="").replicates is None
    return found.fault


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere:f", "there is no module nowhere in the repository or the environment; git must know its file"),
        ("broken:f", "module broken cannot be imported: ModuleNotFoundError: No module named 'nowhere_to"),
        ("kpis:missing", "kpis has no missing; it has: area, bare, costs, dies"),
        ("kpis:constant", "it is no function but 'int'"),
        ("kpis:unknown", "it asks for 'price', and may ask for: truth, answers, probabilities, features, classes"),
        ("kpis:raises", "it raises KeyError: 'no such patient' (kpis.py, line 4"),
        ("kpis:leaves", "it raises SystemExit: 3 (kpis.py, line"),
        ("kpis:dies", "it ended the process: exit code 4"),
        ("kpis:random", "for the same rows: seed what is random in it"),
        ("kpis:nothing", "it gives None, expected a number or an array with one number a row"),
        ("kpis:text", "it gives '0.9', expected a number"),
        ("kpis:infinite", "it gives inf, expected a finite number"),
        ("kpis:short", "it gives an array of shape (59,), expected a number or an array with one number a row"),
        ("kpis:holes", "it gives no finite number for 1 of 60 rows (first: row 7)"),
        ("kpis:words", "it gives an array of object, expected numbers"),
    ],
)
def test_what_is_wrong_is_said(hosted, lesser, name, said):
    assert said in fault(hosted, lesser, name)


def test_one_that_hangs_is_stopped_in_time(hosted, isolation):
    assert (
        fault(hosted, isolation, "kpis:hangs", seconds=3) == "it was stopped: still ran after 3 s, its time limit"
    )


def test_resamples_on_which_it_raises_are_not_defined(hosted, lesser):
    metrics = hosted(lesser, "kpis:often", rows=4)
    found = metrics.measure("kpis:often", binary([1, 1, 1, 0], [0.6] * 4))
    assert 0.25 < np.isnan(found.replicates).mean() < 0.4
    assert found.undefined.startswith("it raises ValueError: one class (kpis.py, line")
    assert "said by a metric" in metrics.log.read_text()


def test_what_a_function_changes_is_its_own_copy(hosted, lesser):
    predictions = guesses(60)
    before = predictions.truth.copy()
    assert hosted(lesser, "kpis:rude").measure("kpis:rude", predictions).estimate == 1
    assert np.array_equal(predictions.truth, before)


def test_predictions_of_another_table_are_refused(hosted, lesser):
    with pytest.raises(ValueError, match="7 predictions are not of the test table, which has 60 rows"):
        hosted(lesser, "kpis:recall").measure("kpis:recall", measured(range(7), range(7)))


@pytest.mark.parametrize("content", ["", "x", "\x05\x00\x00\x00\x00\x00\x00\x00" * 2 + "12345", None])
def test_an_answer_that_is_none_is_told_apart(hosted, lesser, tmp_path, content):
    metrics = hosted(lesser, "lies:f")
    (tmp_path / "sources" / "lies.py").write_text(
        "import os, sys\ndef f(truth):\n"
        + (f"    open(sys.argv[2], 'w').write({content!r})\n" if content is not None else "")
        + (f"    os.symlink({str(tmp_path / 'log')!r}, sys.argv[2])\n" if content is None else "")
        + "    os._exit(0)\n"
    )
    found = metrics.measure("lies:f", guesses(60))
    assert found == Measured(fault="its process left no answer that can be read", estimate=found.estimate)
