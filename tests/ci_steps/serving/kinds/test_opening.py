from __future__ import annotations

import gc
import io
import pickle

import pytest

from ci_steps.serving.kinds.opening import load

TOLD = {"columns": [], "text": [], "task": "regression", "classes": [], "inside": {}}


@pytest.fixture(autouse=True)
def thawed():
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_there_after_loading_is_never_looked_at_again():
    model = load(io.BytesIO(pickle.dumps({"trees": [[1]]})), "pickle", TOLD)
    assert gc.get_freeze_count() > 0
    assert not any(each is model for each in gc.get_objects())
    assert gc.isenabled()


def test_a_model_that_does_not_load_leaves_collection_on():
    with pytest.raises(pickle.UnpicklingError):
        load(io.BytesIO(b"\x80\x04nonsense"), "pickle", TOLD)
    assert gc.isenabled()
