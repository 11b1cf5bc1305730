"""A model as an ONNX graph, run by ONNX Runtime: no pandas, no scikit-learn, nothing unpickled."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_steps.serving.engine import Answered
from ci_steps.serving.engines.session import session_of
from ci_steps.serving.engines.shapes import finite, one_each
from ci_steps.serving.kinds.gathered import CODES, UNKNOWN, code_of, noted
from ci_steps.serving.refusals import ModelFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ci_steps.serving.engine import Columns

    Run = Callable[[Sequence[str], Mapping[str, Any]], Sequence[Any]]

TYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
BLANK = {np.float32: np.nan, np.float64: np.nan, np.object_: ""}
ROWS, APART = "iddr.rows", "apart"  # the note that the converter writes where it holds
CLASSIFICATION = 2  # outputs: the label and the probabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """An input that takes several columns side by side; `codes` has the code of each text of each column."""

    name: str
    kind: Any
    columns: tuple[str, ...]
    codes: tuple[Mapping[Any, int], ...] = ()

    def of(self, columns: Columns) -> np.ndarray[Any, Any]:
        """Return the table of shape (rows, columns); numbers that lack become NaN by themselves."""
        values = [columns[name] for name in self.columns]
        # One flat list becomes an array in half the time that a list of lists takes.
        if self.codes:
            pairs = zip(self.codes, values, strict=True)
            flat = [known.get(each, UNKNOWN) for known, column in pairs for each in column]
        else:
            flat = list(chain.from_iterable(values))
        return np.ascontiguousarray(np.array(flat, dtype=self.kind).reshape(len(values), -1).T)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxEngine:
    """A graph with one input for each feature, named as its column, of shape (rows, 1), or with tables of columns.

    A missing number is NaN and a missing text the empty one; an input of whole numbers or of booleans cannot lack
    a value. `inputs` are the names of each type; `labels` finds the manifest's class of a label of the graph.
    """

    run: Run
    inputs: Mapping[Any, tuple[str, ...]]
    tables: tuple[Laid, ...]
    outputs: tuple[str, ...]
    labels: Mapping[Any, Any]
    classes: tuple[Any, ...] = ()
    steady: bool = True
    apart: bool = False

    @classmethod
    def of(cls, content: bytes, columns: Sequence[str], classes: Sequence[Any]) -> OnnxEngine:
        """Read the graph in `content`, and answer with it as `running` does."""
        return cls.running(session_of(content), columns, classes)

    @classmethod
    def running(cls, session: Any, columns: Sequence[str], classes: Sequence[Any]) -> OnnxEngine:
        """Answer with the graph of `session`; `columns` are those of the contract.

        Raises:
            ValueError: its inputs or outputs are not what the contract and the classes call for.
        """
        outputs = tuple(each.name for each in session.get_outputs())
        if len(outputs) != (CLASSIFICATION if classes else 1):
            expected = "a label and probabilities" if classes else "one output, since there are no classes"
            raise ValueError(f"the ONNX model gives {', '.join(outputs)}, expected {expected}")
        tables = noted(session, columns)
        alone = [each for each in session.get_inputs() if each.name not in tables]
        return cls(
            run=_runner(session),
            inputs=_inputs(alone, columns),
            tables=tuple(_laid(each, tables) for each in session.get_inputs() if each.name in tables),
            outputs=outputs,
            labels={each: each for each in classes},
            classes=tuple(classes),
            apart=session.get_modelmeta().custom_metadata_map.get(ROWS) == APART,
        )

    def answer(self, columns: Columns, rows: int) -> Answered:
        """Answer the rows in one run of the graph."""
        feed: dict[str, Any] = {each.name: each.of(columns) for each in self.tables}
        for kind, names in self.inputs.items():
            feed.update(zip(names, _tensors([columns[name] for name in names], kind, names), strict=True))
        first, *rest = self.run(self.outputs, feed)
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


def _runner(session: Any) -> Run:
    """Return the session's run without its wrapper, whose looks at 20 inputs take a third of the time of a row."""
    inner = getattr(getattr(session, "_sess", None), "run", None)
    return session.run if inner is None else lambda outputs, feed: inner(outputs, feed, None)


def _inputs(found: Sequence[Any], columns: Sequence[str]) -> dict[Any, tuple[str, ...]]:
    for each in found:
        if each.name not in columns:
            raise ValueError(f"the ONNX model has an input {each.name!r}, which is no column of the contract")
        if each.type not in TYPES:
            raise ValueError(f"the ONNX model's input {each.name!r} is a {each.type}, expected {', '.join(TYPES)}")
    kinds = dict.fromkeys(TYPES[each.type] for each in found)
    return {kind: tuple(each.name for each in found if TYPES[each.type] is kind) for kind in kinds}


def _laid(wanted: Any, tables: Mapping[str, Any]) -> Laid:
    held = tables[wanted.name]
    codes = tuple(code_of(each) for each in held.values()) if wanted.name == CODES else ()
    return Laid(name=wanted.name, kind=TYPES[wanted.type], columns=tuple(held), codes=codes)


def _tensors(columns: list[Sequence[Any]], kind: Any, names: Sequence[str]) -> Iterable[np.ndarray[Any, Any]]:
    """Return a tensor of shape (rows, 1) for each column, all made at once."""
    for place, values in enumerate(columns):
        if None in values:
            if kind not in BLANK:
                raise ModelFailed(f"the graph's input {names[place]!r} cannot hold a missing value")
            columns[place] = [BLANK[kind] if value is None else value for value in values]
    return np.array(columns, dtype=kind)[:, :, None]
