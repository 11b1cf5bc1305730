from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as scikit

from model_checks.findings import NotAudited
from model_checks.quality.mq015_own_figures_are_true import mq015
from model_checks.reported import Figure, ReportedMetrics, read_reported
from model_checks.statistics.metric_values import value_of
from model_checks.statistics.metrics import METRICS, NAMES, misfit
from tests.model_checks.made_metrics import made
from tests.model_checks.made_predictions import binary, guesses, measured, several

PREDICTIONS = guesses()
TRUTH = PREDICTIONS.truth == "yes"
SAID = PREDICTIONS.answers.values == "yes"
AUC = scikit.roc_auc_score(TRUTH, PREDICTIONS.scores)
ACCURACY = scikit.accuracy_score(TRUTH, SAID)


@pytest.fixture
def judged(tmp_path):
    def judge(document, predictions=PREDICTIONS, *more, **options):
        path = tmp_path / "metrics.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return list(mq015(predictions, read_reported(path), *more, **options))

    return judge


def verdicts(findings):
    return {f.where.partition("json.")[2]: f.ok for f in findings if not f.note}


@pytest.mark.parametrize(
    "document",
    [
        {"roc_auc": AUC}, {"AUC": round(AUC, 2)}, {"test": {"auc": round(AUC, 4)}}, {"test_roc_auc_score": AUC},
        {"metrics": [{"name": "roc_auc", "value": AUC}]}, [{"metric": "rocAuc", "value": AUC, "dataset": "test"}],
        {"metrics": [{"name": "roc-auc-score", "numberValue": AUC, "format": "RAW"}]}, {"AUC (test)": AUC},
        {"accuracy": {"value": ACCURACY}}, {"acc/test": ACCURACY}, {"holdout.Accuracy": ACCURACY}, {"score": ACCURACY},
        {"accuracy": "86.5 %".replace("86.5", f"{100 * ACCURACY:.2f}")}, {"accuracy": f"{ACCURACY:.3f}"},
        {"log_loss": scikit.log_loss(TRUTH, PREDICTIONS.scores)}, {"mcc": scikit.matthews_corrcoef(TRUTH, SAID)},
        {"neg_log_loss": -scikit.log_loss(TRUTH, PREDICTIONS.scores)}, {"AP": scikit.average_precision_score(TRUTH, PREDICTIONS.scores)},
        {"brier_score_loss": scikit.brier_score_loss(TRUTH, PREDICTIONS.scores)},
        {"test": {"macro avg": {"f1-score": scikit.f1_score(TRUTH, SAID, average="macro")}}},
        {"f1": scikit.f1_score(TRUTH, SAID, average="weighted")}, {"f1": scikit.f1_score(~TRUTH, ~SAID)},
        {"precision": scikit.precision_score(TRUTH, SAID)}, {"sensitivity": scikit.recall_score(TRUTH, SAID)},
        {"recall_weighted": ACCURACY}, {"balanced_acc": scikit.balanced_accuracy_score(TRUTH, SAID)},
    ],
)  # fmt: skip
def test_a_true_figure_is_known_by_its_usual_names_and_shapes(judged, document):
    [finding] = judged(document)
    assert finding.ok is True, finding.message
    assert finding.measured is not None


def test_numbers_are_computed_again(judged):
    random = np.random.default_rng(0)
    truth = random.normal(size=200) + 5
    predictions = measured(truth, truth + random.normal(size=200))
    pair = truth, predictions.answers.values
    mape = scikit.mean_absolute_percentage_error(*pair)
    document = {
        "R2": scikit.r2_score(*pair), "rmse": scikit.root_mean_squared_error(*pair), "MAPE": round(100 * mape, 1),
        "MSE": scikit.mean_squared_error(*pair), "mae": round(scikit.mean_absolute_error(*pair), 1), "score": 0.1,
        "neg_mean_absolute_error": -scikit.mean_absolute_error(*pair), "medAE": scikit.median_absolute_error(*pair),
    }  # fmt: skip
    found = verdicts(judged(document, predictions))
    assert found == {name: name != "score" for name in document}


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_the_estimate_of_its_interval(name):
    positive = measured([1.0, 2, 3, 4, 7, 2] * 10, [1.5, 2, 2.5, 5, 6, 3] * 10)
    chances = np.random.default_rng(0).dirichlet([1, 1, 1], size=60)
    many = several(list("abc") * 20, np.array(list("abc"))[chances.argmax(1)], probabilities=chances)
    fitting = [p for p in (PREDICTIONS, positive, many) if not misfit(name, p)]
    assert fitting
    for predictions in fitting:
        expected = METRICS[name].estimate(predictions, confidence=0.95).estimate
        assert value_of(predictions, name) == pytest.approx(expected, abs=1e-12)


def test_rounding_is_allowed_for_exactly(judged):
    truth = [1] * 125 + [0] * 75
    predictions = binary(truth, [0.9] * 200)
    assert judged({"accuracy": 0.62}, predictions, tolerance=0.0)[0].ok is True
    assert judged({"accuracy": 0.63}, predictions, tolerance=0.0)[0].ok is True
    assert judged({"accuracy": 0.64}, predictions, tolerance=0.0)[0].ok is False
    assert judged('{"accuracy": 0.630}', predictions, tolerance=0.0)[0].ok is False
    assert judged('{"accuracy": 0.620}', predictions, tolerance=0.01)[0].ok is True
    assert judged('{"accuracy": 0.6}', predictions, tolerance=0.0)[0].ok is True
    for written in ("1", "1.0", "0"):
        assert judged(f'{{"accuracy": {written}}}', binary([1] * 49 + [0], [0.9] * 50))[0].ok is False
    assert judged('{"accuracy": 1.0}', binary([1] * 249 + [0], [0.9] * 250))[0].ok is True


def test_a_figure_beyond_the_interval_says_so(judged):
    [finding] = judged({"roc_auc": 0.9})
    assert finding.ok is False
    assert f"0.9 was reported, and roc_auc of test is {AUC:.4g}; outside the 95% interval" in finding.message
    assert (finding.where, finding.measured) == ("metrics.json.roc_auc", pytest.approx(AUC))
    assert finding.fix


def test_a_figure_within_the_interval_may_be_of_other_rows(judged):
    [finding] = judged({"accuracy": round(ACCURACY + 0.012, 3)})
    assert finding.ok is False
    assert "so perhaps of other rows of the kind, or another threshold" in finding.message


def test_the_area_of_labels_is_recognised(judged):
    [finding] = judged({"roc_auc": scikit.roc_auc_score(TRUTH, SAID)})
    assert finding.ok is False
    assert finding.message.endswith("is that of the labels: compute it from probabilities")


def test_percent_is_recognised_and_said(judged):
    [finding] = judged({"accuracy": round(100 * ACCURACY, 1)})
    assert finding.ok is True
    assert "in percent" in finding.message
    assert judged({"accuracy": 99.0})[0].ok is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"accuracy": NaN}', "is NaN, expected a finite number"),
        ('{"accuracy": -Infinity}', "is -Infinity, expected a finite number"),
        ('{"accuracy": 1e999}', "is 1E+999, expected a finite number"),
        ('{"accuracy": true}', "is true, expected a number"),
        ('{"accuracy": null}', "is null, expected a number"),
        ('{"accuracy": "high"}', "is the text 'high', expected a number"),
        ('{"accuracy": "snan"}', "is sNaN, expected a finite number"),
    ],
)
def test_what_is_no_number_fails(judged, text, said):
    [finding] = judged(text)
    assert (finding.ok, finding.message) == (False, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is no JSON"), ("{}", "holds no figures"), ("3", "holds no figures"), ("[" * 100_000, "is no JSON"),
     (json.dumps({str(n): n for n in range(1001)}), "holds 1001 figures")],
)  # fmt: skip
def test_what_is_no_file_of_figures_fails(judged, text, said):
    [finding] = judged(text)
    assert (finding.ok, finding.rule) == (False, "the file can be read")
    assert finding.message.startswith(said)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "metrics.json"
    with path.open("wb") as file:
        file.truncate(17 << 20)
    assert "is larger than 16 MB" in read_reported(path).problem


def test_what_cannot_be_computed_again_is_a_note(judged):
    document = {
        "accuracy": ACCURACY, "val": {"accuracy": 0.1}, "cv_roc_auc": 0.1, "train_accuracy": 0.1, "rows": 400,
        "model": "logistic", "pr_auc": 0.2, "logistic": {"accuracy": 0.1}, "f1@0.5": 0.1, "confusion": [[1, 2]],
        "test_accuracy_std": 0.1, "r2": 0.1, "eval_accuracy": 0.2,
    }  # fmt: skip
    finding, note = judged(document)
    assert (finding.ok, finding.where) == (True, "metrics.json.accuracy")
    assert note.note
    assert note.message.startswith("not computed again: val.accuracy, cv_roc_auc, train_accuracy, rows, model, ")


def test_nothing_that_can_be_computed_is_undecided(judged):
    note, finding = judged({"val_loss": 0.3})
    assert (note.note, finding.ok) == (True, None)
    assert finding.fix


def test_figures_of_train_are_held_against_train(judged):
    train = dataclasses.replace(guesses(seed=1), table="train")
    accuracy = (train.truth == train.answers.values).mean()
    assert accuracy != ACCURACY
    found = judged({"train": {"acc": accuracy}, "test": {"acc": ACCURACY}}, PREDICTIONS, train)
    assert verdicts(found) == {"train.acc": True, "test.acc": True}
    [wrong] = judged({"train_acc": ACCURACY}, PREDICTIONS, train)
    assert wrong.ok is False
    assert "accuracy of train is" in wrong.message


def test_a_metric_of_the_teams_own_is_computed_by_its_function(judged):
    metrics = made(profit=lambda truth: float((truth == "yes").mean()), broken=lambda truth: 1 / 0)
    share = float(TRUTH.mean())
    found = judged({"profit": round(share, 2), "broken": 1}, PREDICTIONS, None, metrics)
    assert verdicts(found) == {"profit": True}
    [wrong] = judged({"profit": 0.9}, PREDICTIONS, None, metrics)
    assert (wrong.ok, wrong.measured) == (False, share)


def test_several_classes_may_be_averaged_in_any_way(judged):
    truth = list("abc") * 40
    said = np.where(np.random.default_rng(0).random(120) < 0.7, truth, "a")
    for average in ("macro", "weighted", "micro"):
        figure = {"f1": scikit.f1_score(truth, said, average=average)}
        assert judged(figure, several(truth, said))[0].ok is True
    assert judged({"f1": 0.2}, several(truth, said))[0].ok is False


def test_one_class_defines_no_area_and_is_undecided(judged):
    assert [f.ok for f in judged({"roc_auc": 0.9}, binary([1] * 20, np.linspace(0.1, 0.9, 20)))] == [True, None]


def test_answers_that_are_none_fail_by_themselves(judged):
    [finding] = judged({"r2": 0.9}, measured([1.0, 2.0], [1.0, np.nan]))
    assert (finding.ok, finding.rule) == (False, "answers are finite")


def test_an_empty_table_cannot_be_judged(judged):
    with pytest.raises(NotAudited, match="no rows"):
        judged({"r2": 0.9}, measured([], []))


@given(st.integers(1, 6), st.floats(0.3, 0.9), st.sampled_from(["accuracy", "roc_auc", "f1_macro", "log_loss"]))
@settings(max_examples=30, deadline=None)
def test_a_rounded_truth_is_never_called_untrue(digits, skill, name):
    predictions = guesses(60, skill=skill)
    written = str(round(value_of(predictions, name), digits))
    from decimal import Decimal

    figure = Figure(place=name, table="test", words=name, value=Decimal(written))
    [finding] = mq015(predictions, ReportedMetrics(name="m", figures=(figure,)))
    assert finding.ok is True
