"""Notes of a graph that tell of other columns or tables than there are."""

from __future__ import annotations

import json
from typing import Any

import onnx
import pytest

from ci_steps.serving.engines.onnx import OnnxEngine
from ci_steps.serving.kinds.gathered import code_of
from tests.ci_steps.serving.graphs import classifier
from tests.ci_steps.serving.kinds.made_models import opened, told


def with_notes(tables: dict[str, Any]) -> bytes:
    """Return a graph of the input `x`, with notes that tell of `tables`."""
    graph = onnx.load_from_string(classifier())
    note = graph.metadata_props.add()
    note.key, note.value = "iddr.inputs", json.dumps(tables)
    return graph.SerializeToString()


@pytest.mark.parametrize(
    "tables",
    [{"iddr_numbers": ["x"]}, {"x": ["x"]}, {"iddr_codes": {"y": {"a": 0}}}, {"iddr_numbers": ["nobody"]}],
)
def test_notes_that_do_not_fit_inputs_and_contract_are_refused(tables: dict[str, Any]) -> None:
    content, words = with_notes(tables), "does not fit its inputs and the contract"
    with pytest.raises(ValueError, match=words):
        OnnxEngine.of(content, ("x", "y"), ("no", "yes"))
    with pytest.raises(ValueError, match=words):
        opened(content, "onnx", told(["x", "y"], classes=["no", "yes"]))


@pytest.mark.parametrize(("codes", "missing"), [({"a": 4}, -1), ({"": 3, "a": 4}, 3)])
def test_a_missing_text_has_the_code_of_the_empty_one(codes: dict[str, int], missing: int) -> None:
    assert code_of(codes) == {**codes, None: missing}
