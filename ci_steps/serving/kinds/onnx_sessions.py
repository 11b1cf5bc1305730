"""ONNX models, run by ONNX Runtime: the contract's columns in, labels, numbers or probabilities out."""

import json
import re
from typing import Any, Dict, List, Sequence, Tuple

from .columns import columns_of, numbers
from .gathered import filled, noted
from .native import Answer, NativeModel, known_labels, labels_of, named_classes, of_many, of_two, without_classes
from .onnx_runtime import onnx_runtime

FLOATS = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16"}
WHOLE = {"tensor(int64)": "int64", "tensor(int32)": "int32", "tensor(bool)": "bool"}
BLANK = {"tensor(string)": "", "tensor(bool)": False}
LABELS = ("tensor(string)", "tensor(int64)", "tensor(int32)")
ZIPPED = "seq(map("
TABLE, OF_TWO = 2, 2


def onnx_model(data: bytes, told: Dict[str, Any]) -> NativeModel:
    """Open an ONNX model: one input for each column, or one for all of them side by side.

    Its outputs are numbers, labels, probabilities (also as skl2onnx's list of maps), or labels and probabilities.
    """
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    columns, tables = told["columns"], noted(session, told["columns"])
    laid = [each for each in session.get_inputs() if each.name in tables]
    inputs = [each for each in session.get_inputs() if each.name not in tables]
    by_name = _columns_of_inputs(inputs, columns)
    label, chances = _outputs(session.get_outputs())
    wanted = [each.name for each in (label, chances) if each is not None]

    def run(rows: Any) -> List[Any]:
        table = columns_of(rows, columns)
        if by_name or tables:
            fed = {each.name: _tensor(table[by_name[each.name]], each, by_name[each.name]) for each in inputs}
        else:
            fed = {inputs[0].name: _side_by_side(table, columns, inputs[0])}
        fed.update((each.name, filled(each, tables[each.name], table)) for each in laid)
        found = dict(zip(wanted, session.run(wanted, fed)))
        return [None if each is None else found[each.name] for each in (label, chances)]

    classes = _classes(told, label, chances, lambda: _probe(session, session.get_inputs(), wanted))
    return NativeModel(
        "onnxruntime.InferenceSession", lambda rows: _answer(run(rows), classes), classes,
        chances=chances is not None and bool(classes),
    )  # fmt: skip


def _columns_of_inputs(inputs: Sequence[Any], columns: Sequence[str]) -> Dict[str, str]:
    """Return the contract's column for each input; nothing where one input takes all columns as a table."""
    known = {shape: name for name in columns for shape in (re.sub(r"\W", "_", name), name)}
    lacking = [each.name for each in inputs if each.name not in known]
    if not lacking:  # also where the kit's own graph takes all columns in its tables
        return {each.name: known[each.name] for each in inputs}
    first = inputs[0]
    width = first.shape[-1] if first.shape else None
    open_ended = width is None or isinstance(width, str)
    if len(inputs) == 1 and len(first.shape) == TABLE and (open_ended or width == len(columns)):
        return {}
    shape = "%r of type %s and shape %s" % (first.name, first.type, first.shape)
    if len(inputs) == 1:
        raise ValueError(
            "the ONNX model takes %s; expected one input of %d columns, or one for each column"
            % (shape, len(columns))
        )
    raise ValueError("the ONNX model takes inputs that are no columns of the contract: %s" % ", ".join(lacking))


def _outputs(outputs: Sequence[Any]) -> Tuple[Any, Any]:
    """Return the output that holds labels and the one that holds numbers or probabilities; either may be None."""
    labels = [each for each in outputs if each.type in LABELS]
    others = [each for each in outputs if each.type in FLOATS or each.type.startswith(ZIPPED)]
    if len(labels) > 1 or len(others) > 1 or len(labels) + len(others) != len(outputs):
        shown = ", ".join("%s %s" % (each.name, each.type) for each in outputs)
        raise ValueError(
            "the ONNX model answers with %s; expected labels, numbers or probabilities, one output of each; "
            "convert with zipmap off" % shown
        )
    return labels[0] if labels else None, others[0] if others else None


def _probe(session: Any, inputs: Sequence[Any], wanted: List[str]) -> Any:
    """Return the last wanted output for a row of zeros and empty texts, to see its classes or its width."""
    import numpy as np

    fed = {}
    for each in inputs:
        shape = [size if isinstance(size, int) else 1 for size in each.shape]
        kind = object if each.type == "tensor(string)" else FLOATS.get(each.type) or WHOLE.get(each.type)
        fed[each.name] = np.full(shape, BLANK.get(each.type, 0), dtype=kind)
    try:
        return session.run(wanted, fed)[-1]
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises on such a row
        raise ValueError("the ONNX model does not say how many classes it has (%s)" % str(error)[:200]) from None


def _classes(told: Dict[str, Any], label: Any, chances: Any, probe: Any) -> List[Any]:
    what = "the ONNX model"
    if chances is None:
        return list(told.get("classes") or ())
    if chances.type.startswith(ZIPPED):
        own = json.loads(told["inside"].get("classes", "null")) or sorted(probe()[0])
        return own if not told.get("classes") else named_classes(told, len(own), what)
    width = chances.shape[-1] if len(chances.shape) == TABLE else 1
    width = width if isinstance(width, int) else _width(probe())
    if label is None and width == 1:
        return named_classes(told, OF_TWO, what) if told.get("classes") else without_classes(told, what)
    if label is not None and label.type == "tensor(string)" and not told.get("classes"):
        raise ValueError(
            "the ONNX model answers with texts and %d probabilities, whose order it does not tell; "
            'set [model] classes = ["...", ...] in that order, or convert with zipmap on' % width
        )
    return named_classes(told, OF_TWO if width == 1 else width, what)


def _width(values: Any) -> int:
    return int(values.shape[-1]) if values.ndim == TABLE else 1


def _answer(found: List[Any], classes: List[Any]) -> Answer:
    """Return values and probabilities; labels that are places become the classes there."""
    import numpy as np

    labels, chances = found
    if isinstance(chances, list):
        own = classes if set(classes) == set(chances[0]) else sorted(chances[0])
        chances = np.array([[each[name] for name in own] for each in chances], dtype=np.float64)
    if chances is not None and not classes:
        return chances.reshape(len(chances), -1)[:, 0], None
    if chances is not None and chances.size == len(chances):
        chances = of_two(chances.reshape(-1), classes)[1]
    if labels is None:
        return of_many(chances, classes)
    labels = labels.reshape(-1)
    if labels.dtype.kind in "iu" and classes and not set(labels.tolist()) <= set(classes):
        inside = ((labels >= 0) & (labels < len(classes))).all() and all(isinstance(c, str) for c in classes)
        labels = labels_of(classes)[labels] if inside else labels
    return known_labels(labels, classes), chances


def _tensor(values: Any, wanted: Any, name: str) -> Any:
    """Return a column as the input wants it: shape (rows, 1), or (rows,)."""
    import numpy as np

    if wanted.type == "tensor(string)":
        texts = ["" if each is None or each != each else each for each in values.tolist()]  # noqa: PLR0124 - NaN
        if not all(isinstance(each, str) for each in texts):
            raise ValueError("column %r is no text in a row, and the ONNX input takes text alone" % name)
        found = np.array([*texts, None], dtype=object)[:-1]  # a graph knows a missing text as the empty one
    elif wanted.type in FLOATS:
        found = numbers(values, name).astype(FLOATS[wanted.type])
    elif wanted.type in WHOLE:
        exact = numbers(values, name)
        if np.isnan(exact).any():
            raise ValueError(
                "column %r is missing in a row, and the ONNX input %s cannot hold that" % (name, wanted.type)
            )
        found = (values if values.dtype.kind in "iu" else exact).astype(WHOLE[wanted.type])
    else:
        raise ValueError(
            "the ONNX input for column %r is of type %s, which no column can fill" % (name, wanted.type)
        )
    return found if len(wanted.shape) == 1 else found.reshape(-1, 1)


def _side_by_side(table: Dict[str, Any], columns: Sequence[str], wanted: Any) -> Any:
    import numpy as np

    return np.column_stack([_tensor(table[name], _Flat(wanted.type), name) for name in columns])


class _Flat:
    """An input of one column that is laid beside others."""

    shape = (None,)

    def __init__(self, kind: str) -> None:
        self.type = kind
