from __future__ import annotations

from model_checks.quality.slices import ALONE, slices_of
from model_checks.quality.weak_slices import Search, weak_slices
from model_checks.statistics.bins import binned
from model_checks.statistics.expected_losses import row_losses
from tests.model_checks.made_segments import judged, people

SEARCH = Search(worse_by=0.25, significance=0.01, least_rows=50, most=5)


def pairs_found(spoilt_of):
    """Return the weak slices where only pairs are looked at, so that no single column hides them."""
    frame = people(3000)
    columns = [binned(frame[c], bins=4, most_levels=9, personal=False) for c in ("housing", "region")]
    losses = row_losses(judged(frame, spoilt=spoilt_of(frame).to_numpy()), "log_loss")
    slices = slices_of(columns, losses.losses, least_rows=50, pairs=True)
    return weak_slices(slices.where(slices.two != ALONE), columns, losses, SEARCH)


def test_a_pair_that_its_single_column_explains_is_not_weak():
    assert [s.words for s in pairs_found(lambda f: f["housing"] == "rent") if not s.known] == []


def test_a_pair_that_no_single_column_explains_is_weak():
    found = pairs_found(lambda f: (f["housing"] == "rent") & (f["region"] == "n"))
    assert [s.words for s in found if not s.known] == ["housing is rent and region is n"]


def test_nothing_spoilt_is_nothing_weak():
    assert [s for s in pairs_found(lambda f: f["age"] < 0) if not s.known] == []
