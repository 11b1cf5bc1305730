from __future__ import annotations

import numpy as np
import pytest

from model_checks.quality.slices import slices_of
from model_checks.statistics.bins import binned
from tests.model_checks.made_segments import people


def test_every_slice_has_the_rows_and_losses_of_its_words():
    frame = people(400)
    frame.loc[::7, "age"] = np.nan
    losses = np.random.default_rng(0).exponential(size=400)
    columns = [binned(frame[c], bins=4, most_levels=9, personal=False) for c in frame]
    slices = slices_of(columns, losses, least_rows=10, pairs=True)
    assert len({(slices.words(columns, p), slices.names(columns, p)) for p in range(len(slices))}) == len(slices)
    for place in range(0, len(slices), 5):
        rows = slices.rows(columns, place)
        assert 10 <= len(rows) == slices.sizes[place] <= 390
        assert losses[rows].sum() == pytest.approx(slices.sums[place])
        for parent in slices.parents(columns, place):
            assert set(rows) <= set(parent)


def test_no_column_has_no_slice():
    assert len(slices_of([], np.ones(5), least_rows=1, pairs=True)) == 0
