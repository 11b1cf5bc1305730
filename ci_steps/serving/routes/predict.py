"""The service's own protocol: `{"rows": [{...}, ...]}` in, predictions and probabilities out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from ci_steps.serving.body import rows_in
from ci_steps.serving.routing import Asked, Body, Prediction

if TYPE_CHECKING:
    from ci_steps.serving.engine import Answered
    from ci_steps.serving.served import Served


def decode(body: Body, served: Served) -> Asked:
    """Return the rows of the body."""
    return Asked(rows=rows_in(body.content, max_rows=served.max_rows))


def encode(answered: Answered, _: Any, served: Served) -> bytes:
    """Write one prediction for each row, in order, and which model gave them."""
    classes, model = _alike(served.name, served.sha256, served.engine.classes)
    answer: dict[str, Any] = {"predictions": answered.values}
    if answered.probabilities is not None:
        answer |= {"probabilities": answered.probabilities, "classes": classes}
    return msgspec.json.encode(answer | {"model": model}, enc_hook=plain)


@lru_cache(maxsize=1)
def _alike(name: str, sha256: str, classes: tuple[Any, ...]) -> tuple[msgspec.Raw, msgspec.Raw]:
    """Return what every answer of a model ends with, written once."""
    model = msgspec.json.encode({"name": name, "sha256": sha256})
    return msgspec.Raw(msgspec.json.encode(classes, enc_hook=plain)), msgspec.Raw(model)


def plain(value: Any) -> Any:
    """Return a numpy scalar as the number that it is.

    Raises:
        TypeError: JSON cannot hold the value.
    """
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"the model answered with a {type(value).__name__}, which JSON cannot hold")


ROUTE = Prediction(path="/predict", decode=decode, encode=encode, envelope="rows")
