"""A model as an ONNX graph, run by ONNX Runtime: no pandas, no scikit-learn, nothing unpickled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_steps.serving.engine import Answered
from ci_steps.serving.engines.shapes import finite, one_each
from ci_steps.serving.refusals import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci_steps.serving.engine import Columns

TYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
BLANK = {np.float32: np.nan, np.float64: np.nan, np.object_: ""}
CLASSIFICATION = 2  # outputs: the label and the probabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxEngine:
    """A graph with one input for each feature, named as its column, of shape (rows, 1).

    A missing number is NaN and a missing text the empty one; an input of whole numbers or of booleans cannot lack
    a value. `labels` finds the class, as the manifest has it, of a label as the graph has it.
    """

    session: Any
    inputs: Mapping[str, Any]
    outputs: tuple[str, ...]
    labels: Mapping[Any, Any]
    classes: tuple[Any, ...] = ()
    steady: bool = True

    @classmethod
    def of(cls, content: bytes, columns: Sequence[str], classes: Sequence[Any]) -> OnnxEngine:
        """Read the graph in `content`; `columns` are those of the contract.

        Raises:
            ValueError: its inputs or outputs are not what the contract and the classes call for.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        outputs = tuple(each.name for each in session.get_outputs())
        if len(outputs) != (CLASSIFICATION if classes else 1):
            expected = "a label and probabilities" if classes else "one output, since there are no classes"
            raise ValueError(f"the ONNX model gives {', '.join(outputs)}, expected {expected}")
        return cls(
            session=session,
            inputs=_inputs(session.get_inputs(), columns),
            outputs=outputs,
            labels={each: each for each in classes},
            classes=tuple(classes),
        )

    def answer(self, columns: Columns, rows: int) -> Answered:
        """Answer the rows in one run of the graph."""
        feed = {name: _tensor(columns[name], kind, name) for name, kind in self.inputs.items()}
        first, *rest = self.session.run(self.outputs, feed)
        values = one_each(first, rows)
        if not self.classes:
            return Answered(values=values)
        chances = finite(rest[0])
        if chances.shape != (rows, len(self.classes)):
            raise ModelFailed(f"the graph's probabilities have shape {chances.shape} for {rows} rows")
        try:
            values = [self.labels[value] for value in values]
        except KeyError as error:
            raise ModelFailed(f"the graph's label {error} is not among the classes {self.classes}") from None
        return Answered(values=values, probabilities=chances.tolist())


def _inputs(found: Sequence[Any], columns: Sequence[str]) -> dict[str, Any]:
    inputs = {each.name: TYPES.get(each.type) for each in found}
    for each in found:
        if each.name not in columns:
            raise ValueError(f"the ONNX model has an input {each.name!r}, which is no column of the contract")
        if inputs[each.name] is None:
            raise ValueError(f"the ONNX model's input {each.name!r} is a {each.type}, expected {', '.join(TYPES)}")
    return inputs


def _tensor(values: Sequence[Any], kind: Any, name: str) -> np.ndarray[Any, Any]:
    if None in values:
        if kind not in BLANK:
            raise ModelFailed(f"the graph's input {name!r} cannot hold a missing value")
        values = [BLANK[kind] if value is None else value for value in values]
    return np.array(values, dtype=kind)[:, None]
