from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.sampling import WORTH_KEEPING, sampled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 1000


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Dataset]:
    path = tmp_path / "t.csv"
    pd.DataFrame({"a": range(ROWS), "b": [f"t{n % 7}" for n in range(ROWS)]}).to_csv(path, index=False)
    contract = Contract.parse(
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
            "required": ["a", "b"],
        }
    )
    opened = Dataset.from_file(path, contract, name="t", target=None)
    yield opened
    opened.close()


@pytest.mark.parametrize("rows", [ROWS // WORTH_KEEPING, 500, ROWS, 5 * ROWS])
def test_rows_of_a_table_that_is_kept_are_those_that_a_query_draws(data: Dataset, rows: int) -> None:
    kept = sampled(data, rows=rows)
    drawn = sampled(data, rows=rows, together="row_number() OVER ()::UBIGINT")  # by its number too, and not kept
    pd.testing.assert_frame_equal(kept.frame, drawn.frame)
    assert kept.places.tolist() == drawn.places.tolist()
    assert kept.keys.tolist() == drawn.keys.tolist()
    assert kept.frame["a"].tolist() == [place - 1 for place in kept.places.tolist()]
    assert (kept.words == "all rows") is (rows >= ROWS)
    assert len(kept.frame) == pytest.approx(min(rows, ROWS), rel=0.2)


def test_a_table_of_many_more_rows_is_not_read_whole(data: Dataset) -> None:
    assert len(sampled(data, rows=ROWS // WORTH_KEEPING - 1).frame) < ROWS
    assert "frame" not in vars(data)
