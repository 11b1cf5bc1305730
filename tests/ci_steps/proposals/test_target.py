from __future__ import annotations

from collections import Counter

import pytest

from ci_steps.proposals.target import guess_positive, guess_target, guess_task


@pytest.mark.parametrize(
    ("values", "kind", "task"),
    [
        (["a", "b"], "", "binary-classification"),
        (["0", "1"], "regression", "binary-classification"),
        (["a", "b", "c"], "", "multiclass-classification"),
        ([str(n) for n in range(20)], "classification", "multiclass-classification"),
        ([str(n) for n in range(21)], "", "regression"),
        ([str(n) for n in range(5)], "regression", "regression"),
        (["0.5", "1", "2"], "", "regression"),
        (["a"], "", None),
        ([], "", None),
    ],
)
def test_task_follows_from_the_targets_values(values: list[str], kind: str, task: str | None):
    assert guess_task(Counter(values), kind, "train.py").value == task


def test_few_whole_numbers_are_asked_about_unless_the_learner_tells():
    values = Counter(["3", "4", "5"])
    assert "amounts" in guess_task(values, "", "").question
    assert guess_task(values, "classification", "train.py").question == ""


def test_positive_class_is_the_word_for_it():
    assert guess_positive(Counter({"no": 1, "yes": 9})).value == "yes"
    assert guess_positive(Counter({"0": 1, "1": 9})).value == "1"


def test_positive_class_without_a_word_is_the_rarer_one_and_asked_about():
    guess = guess_positive(Counter({"left": 9, "stayed": 90}))
    assert guess.value == "left"
    assert "left and stayed" in guess.question


def test_usual_name_is_a_guess_and_anything_else_a_question():
    assert guess_target(["a", "Target"], None).value == "Target"
    assert guess_target(["y", "label"], None).value == "label"
    assert guess_target(["a", "b"], None).value is None
