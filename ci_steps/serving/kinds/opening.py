"""Opens a model file by its format and asks it; the scanner has cleared the file before."""

import gc
from typing import Any, Dict, List, Optional, Tuple

from .boosters import lightgbm_model, xgboost_model
from .folders import mlflow_model
from .functions import function_model
from .native import NativeModel, labels_of
from .one_pass import one_pass
from .onnx_sessions import onnx_model

NATIVE = {
    "xgboost-json": xgboost_model, "xgboost-ubj": xgboost_model, "lightgbm": lightgbm_model, "onnx": onnx_model,
}  # fmt: skip


def load(file: Any, how: str, told: Dict[str, Any]) -> Any:
    """Load the model in the open binary `file` of the format `how`.

    `told` holds `columns` (the contract's features in order), `text` (those of type string), `task`, `classes`
    (declared labels in the model's order, or none) and `inside` (what the scan read in an archive). Raises
    ValueError where the file and what is told contradict each other, and whatever the libraries raise.
    """
    gc.disable()  # libraries and trees stay; looking at them again and again is a tenth of the time of loading
    try:
        return _opened(file, how, told)
    finally:
        _keep()
        gc.enable()


def _keep() -> None:
    """Let no later collection look at what is there: the next one would look at all of it for a fifth of a second.

    Processes that are forked from this one then share its pages, too.
    """
    freeze = getattr(gc, "freeze", None)  # Python 3.7
    if freeze is not None:
        freeze()


def _opened(file: Any, how: str, told: Dict[str, Any]) -> Any:
    if how in NATIVE:
        return NATIVE[how](file.read(), told)
    if how == "function":
        return function_model(file, told)
    if how == "mlflow":
        return mlflow_model(file, told, load)
    return relabelled(_unpickled(file, how), list(told.get("classes") or ()))


def _unpickled(file: Any, how: str) -> Any:
    # Loading runs code that the file names: the scan cleared exactly these bytes.
    if how == "skops":
        import skops.io

        packed = file.read()
        return skops.io.loads(packed, trusted=skops.io.get_untrusted_types(data=packed))
    if how == "pickle":
        import pickle

        return pickle.load(file)  # noqa: S301
    if how.partition(" in ")[0] not in {"joblib", "pickle"}:
        raise ValueError("a model of the format %r cannot be loaded" % how)
    import joblib  # reads compressed files of either kind too

    return joblib.load(file)


def relabelled(model: Any, declared: List[Any]) -> Any:
    """Return the model with its classes 0, 1, ... called as `declared`; raises ValueError for other classes."""
    own = classes_of(model)
    if not declared or own == declared:
        return model
    if own != list(range(len(declared))):
        raise ValueError(
            "the model's own classes are %s, and [model] classes says %s; leave it out, or name one label for "
            "each of 0, 1, ..." % (own, declared)
        )

    def ask(rows: Any) -> Tuple[Any, Optional[Any]]:
        values, chances = answers(model, rows)
        return labels_of(declared)[values.astype(int)], chances

    return NativeModel(type_of(model), ask, declared, chances=hasattr(model, "predict_proba"))


def type_of(model: Any) -> str:
    """Return the model's own class by its dotted name, or what stands for one."""
    return (
        model.kind if isinstance(model, NativeModel) else type(model).__module__ + "." + type(model).__qualname__
    )


def classes_of(model: Any) -> List[Any]:
    """Return the model's classes in its own order; none for a regression or for several targets."""
    import numpy as np

    classes = np.asarray(getattr(model, "classes_", []))
    return list(classes.tolist()) if classes.ndim == 1 else []


def gives_probabilities(model: Any) -> bool:
    """Tell whether the model gives a probability for each of its classes."""
    return model.gives_probabilities if isinstance(model, NativeModel) else hasattr(model, "predict_proba")


def answers(model: Any, rows: Any) -> Tuple[Any, Optional[Any]]:
    """Return the model's values, shape (rows,) or (rows, 1), and its probabilities (rows, classes), or None."""
    import numpy as np

    if isinstance(model, NativeModel):
        return model.answer(rows)
    both = one_pass(model, rows)
    if both is not None:
        return both
    values = np.asarray(model.predict(rows))
    chances = model.predict_proba(rows) if classes_of(model) and hasattr(model, "predict_proba") else None
    return values, chances if chances is None else np.asarray(chances)
