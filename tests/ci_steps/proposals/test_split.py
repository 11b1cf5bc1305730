from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_steps.proposals.split import split_table
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs", "Cc"]), max_size=8
)


def parsed(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(text))]


@settings(max_examples=30, deadline=None)
@given(table=st.lists(st.tuples(CELLS, st.sampled_from('a,;" ')), min_size=40, max_size=60))
def test_every_row_is_on_one_side_and_equal_rows_are_together(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]]
):
    path = tmp_path_factory.mktemp("split") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "mark"), *table])
    try:
        split = split_table(path)
    except Refused:
        return
    train, test = parsed(split.train), parsed(split.test)
    assert train[0] == test[0] == ("text", "mark")
    assert Counter(train[1:]) + Counter(test[1:]) == Counter(table)
    assert not set(train[1:]) & set(test[1:])


def test_about_three_rows_in_ten_are_for_testing(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n" + "".join(f"{n};{n * n}\n" for n in range(2000)), "utf-8")
    split = split_table(path)
    assert split.test.startswith("a,b\n")
    assert split.train_rows + split.test_rows == 2000
    # 2,000 draws at 0.3: five standard deviations are 102.
    assert abs(split.test_rows - 600) < 103


@pytest.mark.parametrize(("rows", "refused"), [(19, True), (20, False)])
def test_fewer_than_twenty_rows_are_not_split(tmp_path: Path, rows: int, refused: bool):
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "".join(f"{n}\n" for n in range(rows)), "utf-8")
    if refused:
        with pytest.raises(Refused, match="has 19 rows, too few"):
            split_table(path)
    else:
        assert split_table(path).train_rows < rows


def test_a_row_that_is_there_twice_is_on_one_side(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "".join(f"{n % 100}\n" for n in range(200)), "utf-8")
    split = split_table(path)
    train, test = (set(text.splitlines()[1:]) for text in (split.train, split.test))
    assert len(train | test) == 100
    assert not train & test
