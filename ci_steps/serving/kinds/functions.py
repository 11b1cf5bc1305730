"""A function of the repository's own Python that takes the rows and returns labels, numbers or probabilities."""

import importlib
import os
import sys
import tempfile
from typing import Any, Callable, Dict

from .archives import unpack
from .native import Answer, NativeModel, known_labels, of_many

TABLE = 2
NEARLY = 1e-3
BINARY = "binary-classification"


def function_model(file: Any, told: Dict[str, Any]) -> NativeModel:
    """Unpack the repository's Python, go there, and import the function `module:name`.

    Raises whatever the module raises; AttributeError where it has no such function.
    """
    folder = tempfile.mkdtemp(prefix="iddr-function-")
    unpack(file, folder)
    os.chdir(folder)  # the function may read its files by paths relative to the repository
    sys.path[:0] = [each for each in (folder, os.path.join(folder, "src")) if os.path.isdir(each)]
    module, _, name = told["inside"]["function"].partition(":")
    found = getattr(importlib.import_module(module), name)
    return answering(found, told, "function %s:%s" % (module, name))


def answering(function: Callable[[Any], Any], told: Dict[str, Any], kind: str) -> NativeModel:
    """Return a model that asks `function`; the classes are the declared ones, else 0 and 1 for a binary task."""
    binary = told.get("task") == BINARY
    classes = list(told.get("classes") or ([0, 1] if binary else ()))

    def ask(rows: Any) -> Answer:
        import numpy as np

        found = np.asarray(function(rows))
        if len(found.shape) not in {1, TABLE} or len(found) != len(rows):
            raise ValueError(
                "%s returned shape %s for %d rows; expected (rows,), or (rows, classes)"
                % (kind, found.shape, len(rows))
            )
        if found.ndim == TABLE and found.shape[1] == 1:
            found = found[:, 0]
        if found.ndim == 1:
            return (known_labels(found, classes) if classes else found), None
        return of_many(_chances(found, classes, kind), classes)

    return NativeModel(kind, ask, classes, chances=bool(classes))


def _chances(found: Any, classes: Any, kind: str) -> Any:
    import numpy as np

    if found.shape[1] != len(classes):
        raise ValueError(
            "%s returned %d columns, and %d classes are known; set [model] classes = [...], one for each column "
            "in their order" % (kind, found.shape[1], len(classes))
        )
    chances = found.astype(np.float64)
    if not (np.abs(chances.sum(axis=1) - 1.0) < NEARLY).all() or (chances < 0).any():
        raise ValueError("%s returned rows that are no probabilities: they do not add up to 1" % kind)
    return chances
