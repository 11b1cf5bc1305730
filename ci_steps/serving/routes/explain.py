"""Why a row is answered as it is: what the answer would be if one value after the other were a typical one.

Source: M. Robnik-Sikonja, I. Kononenko, IEEE Transactions on Knowledge and Data Engineering 20 (2008) 589-600.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.refusals import refusal
from ci_steps.serving.routes.predict import decode as rows_of
from ci_steps.serving.routes.predict import plain
from ci_steps.serving.routing import Asked, Body, Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.serving.engine import Answered, Columns
    from ci_steps.serving.served import Served


def decode(body: Body, served: Served) -> Asked:
    """Return the one row that is to be explained."""
    asked = rows_of(body, served)
    if len(asked.rows) > 1:
        raise refusal(422, "/rows", "maxItems", "one row is explained at a time")
    return Asked(rows=asked.rows, note=asked.rows[0])


def compared(columns: Columns, served: Served) -> Columns:
    """Return the row, and after it one for each column with a typical value, which stands there instead."""
    changed = _changed(served)
    return {
        name: [values[0], *(served.typical[name] if each == name else values[0] for each in changed)]
        for name, values in columns.items()
    }


def _changed(served: Served) -> tuple[str, ...]:
    return tuple(name for name in served.contract.columns if name in served.typical)


def encode(answered: Answered, note: Any, served: Served) -> bytes:
    """Write the answer, and for each column how much of it goes when the value is a typical one, largest first."""
    told, scores = _scores(answered, served)
    reasons = [
        {
            "column": name, "value": note.get(name), "typical": served.typical[name], "effect": scores[0] - score,
        }
        for name, score in zip(_changed(served), scores[1:], strict=True)
        if note.get(name) != served.typical[name]
    ]  # fmt: skip
    reasons.sort(key=lambda each: -abs(each["effect"]))
    return msgspec.json.encode({"prediction": answered.values[0], **told, "reasons": reasons}, enc_hook=plain)


def _scores(answered: Answered, served: Served) -> tuple[dict[str, Any], Sequence[float]]:
    """Return what is told of the score, and each row's score: the answered class's probability, or the number."""
    if answered.probabilities is not None:
        first = answered.probabilities[0]
        place = max(range(len(first)), key=first.__getitem__)
        label, chances = served.engine.classes[place], [row[place] for row in answered.probabilities]
        return {"effect_on": "probability", "class": label, "score": chances[0]}, chances
    values = answered.values
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        return {"effect_on": "prediction", "score": values[0]}, values
    same = [float(each == values[0]) for each in values]
    return {"effect_on": "answer stays"}, same


ROUTE = Prediction(path="/explain", decode=decode, encode=encode, widen=compared)
