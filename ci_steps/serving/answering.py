"""Answers one request's body: decode, judge by the contract, predict, encode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import rows_in
from ci_steps.serving.frames import frame_of
from ci_steps.serving.kinds import opening
from ci_steps.serving.refusals import ModelFailed, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from ci_steps.serving.loading import Loaded
    from model_checks.contract.dialect import Contract

MOST_ERRORS = 100
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A loaded model behind its contract."""

    model: Loaded
    contract: Contract
    max_rows: int

    def reply(self, body: bytes) -> bytes:
        """Return the answer to `body`, as JSON, with one prediction for each row, in order.

        Raises:
            Refused: the request is at fault.
            ModelFailed: the model is.
        """
        rows = rows_in(body, max_rows=self.max_rows)
        self._judge(rows)
        frame = frame_of(rows, self.contract.columns)
        try:
            return msgspec.json.encode(self._answer(frame), enc_hook=_plain)
        except ModelFailed:
            raise
        # A model may raise anything, also SystemExit, which would end the server.
        except BaseException as error:
            raise ModelFailed(f"{type(error).__name__}: {error}") from error

    def _judge(self, rows: Sequence[Any]) -> None:
        errors: list[dict[str, str]] = []
        for index, row in enumerate(rows):
            errors += self._errors(index, row)
            if len(errors) > MOST_ERRORS:
                words = f"rows disobey the contract: the first {MOST_ERRORS} faults are listed, there are more"
                raise Refused(422, words, errors[:MOST_ERRORS])
        if errors:
            raise Refused(422, f"rows disobey the contract: {len(errors)} faults", errors)

    def _errors(self, index: int, row: Any) -> list[dict[str, str]]:
        place = f"/rows/{index}"
        if not isinstance(row, dict):
            return [{"path": place, "rule": "type", "message": "a row must be an object"}]
        return [
            {"path": place + _cut(fault.path), "rule": fault.rule, "message": _cut(fault.message)}
            for fault in self.contract.faults(row)[: MOST_ERRORS + 1]
        ]

    def _answer(self, frame: pd.DataFrame) -> dict[str, Any]:
        model, rows = self.model, len(frame)
        values, probabilities = opening.answers(model.estimator, frame)
        answer: dict[str, Any] = {"predictions": _values(values, rows)}
        if probabilities is not None:
            chances = _finite(probabilities)
            if chances.shape != (rows, len(model.classes)):
                raise ModelFailed(f"predict_proba gave shape {chances.shape} for {rows} rows")
            answer |= {"probabilities": chances.tolist(), "classes": model.classes}
        return answer | {"model": {"name": model.name, "sha256": model.sha256}}


def _cut(text: str) -> str:
    # A name that the client chose, or a long enumeration, must not make a reply of megabytes.
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _values(answers: Any, rows: int) -> list[Any]:
    values = _finite(answers)
    if values.shape == (rows, 1):
        values = values[:, 0]
    if values.shape != (rows,):
        raise ModelFailed(f"predict gave shape {values.shape} for {rows} rows")
    listed: list[Any] = values.tolist()
    return listed


def _finite(answers: Any) -> np.ndarray[Any, Any]:
    import numpy as np

    array = np.asarray(answers)
    # JSON has no NaN and no infinity, and null would be an answer that the model did not give.
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelFailed("the model answered NaN or infinity")
    return array


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"the model answered with a {type(value).__name__}, which JSON cannot hold")
