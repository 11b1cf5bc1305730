"""A scikit-learn model as an ONNX graph with one input for each column: numbers as double, texts as strings.

Up to the last estimator the graph computes in double precision as scikit-learn does: a tree compares what a scaler
gives it with thresholds that lie exactly on scaled values, where one rounding more leads to another leaf.
"""

from typing import Any

from iddr_converter import exact
from iddr_converter.graphs import FEATURES, JOINED, OPERATOR_SETS, as_float, chained, finished, from_columns

Column = list[str]  # name and type


def converted(model: Any, columns: list[Column]) -> bytes:
    """Return the graph's content; the same model gives the same bytes.

    Raises whatever the converters raise for a part that they do not know.
    """
    exact.register()
    model = _best(model)
    preparing, deciding = _split(model)
    exact.take_empty_for_missing(preparing)
    names = [str(name) for name in getattr(model, "feature_names_in_", [name for name, _ in columns])]
    used, back, chances = _ordered(columns, names), _back(deciding), hasattr(model, "predict_proba")
    try:
        content = finished(chained(_front(preparing, used, "DoubleTensorType"), back), used, probabilities=chances)
    # Some steps convert for floats alone; which ones shows in errors of any type.
    except Exception:  # noqa: BLE001
        content = finished(chained(_front(preparing, used, "FloatTensorType"), back), used, probabilities=chances)
    return bytes(content)


def _best(model: Any) -> Any:
    """Return what a search over parameters found."""
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    return model


def _split(model: Any) -> tuple[Any, Any]:
    """Return the steps that prepare rows, None where there are none, and the estimator that answers."""
    from sklearn.pipeline import Pipeline

    if not isinstance(model, Pipeline):
        return None, model
    steps = [(name, part) for name, part in model.steps if not (part is None or isinstance(part, str))]
    return (Pipeline(steps[:-1]) if len(steps) > 1 else None), steps[-1][1]


def _ordered(columns: list[Column], names: list[str]) -> list[Column]:
    """Return the columns in the order in which the model knows them."""
    known = {name: kind for name, kind in columns}  # noqa: C416 - pairs that are lists
    if lacking := [name for name in names if name not in known]:
        raise ValueError(f"the model knows columns that the contract has not: {', '.join(lacking)}")
    return [[name, known[name]] for name in names]


def _front(preparing: Any, columns: list[Column], number: str) -> Any:
    """Return the graph from one input a column, its numbers of the type `number`, to all features as float."""
    from skl2onnx.common import data_types

    tensors = [getattr(data_types, "StringTensorType" if kind == "string" else number) for _, kind in columns]
    if preparing is None:
        return as_float(from_columns(None, columns, tensors[0]))
    if _takes_columns(preparing):
        types = [(name, tensor([None, 1])) for (name, _), tensor in zip(columns, tensors, strict=True)]
        return as_float(_graph(preparing, types))
    if len(set(tensors)) > 1:
        raise ValueError("texts and numbers go into one step; let a ColumnTransformer name the columns of each")
    graph = _graph(preparing, [(JOINED, tensors[0]([None, len(columns)]))])
    return as_float(from_columns(graph, columns, tensors[0]))


def _takes_columns(preparing: Any) -> bool:
    from sklearn.compose import ColumnTransformer

    return isinstance(preparing[0], ColumnTransformer)


def _back(deciding: Any) -> Any:
    """Return the graph of the estimator that answers, from features as float."""
    from skl2onnx.common.data_types import FloatTensorType

    if hasattr(deciding, "flatten_transform"):
        deciding.flatten_transform = (
            False  # of `transform`, which nobody asks for, and the converter stumbles over
        )
    types = [(FEATURES, FloatTensorType([None, int(deciding.n_features_in_)]))]
    return _graph(deciding, types, without_zipmap=hasattr(deciding, "predict_proba"))


def _graph(part: Any, types: list[Any], *, without_zipmap: bool = False) -> Any:
    import skl2onnx

    options = {id(part): {"zipmap": False}} if without_zipmap else None
    return skl2onnx.convert_sklearn(
        part, name="model", initial_types=types, target_opset=OPERATOR_SETS, options=options
    )
