from __future__ import annotations

import pytest

from ci_steps.proposals.tables import choose_tables


@pytest.mark.parametrize(
    ("tables", "train", "test"),
    [
        (["data/test.csv", "data/train.csv"], "data/train.csv", "data/test.csv"),
        (["churn.csv", "churn_test.csv", "prices.csv"], "churn.csv", "churn_test.csv"),
        (["Training Set.parquet", "hold-out.parquet"], "Training Set.parquet", None),
        (["latest.csv", "test.csv"], "latest.csv", "test.csv"),
        (["a_train.csv", "b_train.csv", "test.csv"], None, "test.csv"),
    ],
)
def test_tables_are_known_by_the_words_in_their_names(tables: list[str], train: str | None, test: str | None):
    chosen = choose_tables(tables, None, {})
    assert chosen.train.value == train
    assert (None if chosen.single else chosen.test.value) == test


def test_only_table_is_both():
    assert choose_tables(["notes.csv"], None, {}).single == "notes.csv"
