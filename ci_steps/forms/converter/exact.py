"""What the converters do not know by themselves: boosters, numbers filled in double precision, texts that lack."""

from typing import Any


def register() -> None:
    """Teach the converter an exact SimpleImputer, and the boosters that are installed."""
    from skl2onnx import update_registered_converter
    from skl2onnx.shape_calculators.imputer import calculate_sklearn_imputer_output_shapes
    from sklearn.impute import SimpleImputer

    update_registered_converter(
        SimpleImputer, "SklearnSimpleImputer", calculate_sklearn_imputer_output_shapes, _impute, overwrite=True
    )
    _register_boosters(update_registered_converter)


def _impute(scope: Any, operator: Any, container: Any) -> None:
    """Fill missing doubles; ONNX's own Imputer takes floats alone."""
    from onnx import TensorProto
    from skl2onnx.common.data_types import DoubleTensorType
    from skl2onnx.operator_converters.common import concatenate_variables
    from skl2onnx.operator_converters.imputer_op import convert_sklearn_imputer

    imputer = operator.raw_operator
    if not isinstance(operator.inputs[0].type, DoubleTensorType):
        convert_sklearn_imputer(scope, operator, container)
        return
    if imputer.missing_values == imputer.missing_values or imputer.add_indicator:
        raise NotImplementedError("a SimpleImputer of numbers converts for missing_values=nan, without indicator")
    filled, missing, name = (scope.get_unique_variable_name(each) for each in ("filled", "missing", "impute"))
    given = concatenate_variables(scope, operator.inputs, container)
    values = imputer.statistics_.astype("float64").tolist()
    container.add_initializer(filled, TensorProto.DOUBLE, [1, len(values)], values)
    container.add_node("IsNaN", [given], [missing], name=f"{name}_missing")
    container.add_node("Where", [missing, filled, given], [operator.outputs[0].full_name], name=name)


def _register_boosters(update: Any) -> None:
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )

    classifying = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    try:
        import xgboost
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

        update(
            xgboost.XGBClassifier, "IddrXgboostClassifier", calculate_linear_classifier_output_shapes,
            convert_xgboost, options=classifying,
        )  # fmt: skip
        update(
            xgboost.XGBRegressor, "IddrXgboostRegressor", calculate_linear_regressor_output_shapes,
            convert_xgboost,
        )  # fmt: skip
    except ImportError:
        pass
    try:
        import lightgbm
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        update(
            lightgbm.LGBMClassifier, "IddrLightgbmClassifier", calculate_linear_classifier_output_shapes,
            convert_lightgbm, options=classifying,
        )  # fmt: skip
        update(
            lightgbm.LGBMRegressor, "IddrLightgbmRegressor", calculate_linear_regressor_output_shapes,
            convert_lightgbm, options={"split": None},
        )  # fmt: skip
    except ImportError:
        pass


def take_empty_for_missing(preparing: Any) -> None:
    """Let the encoders and imputers in `preparing` know a missing text as the empty one, which a graph gets.

    Raises ValueError where they know the empty text as a category of its own, or a missing one as no category.
    """
    for part in _parts(preparing):
        for place, categories in enumerate(getattr(part, "categories_", ())):
            changed = _with_empty(categories)
            if changed is not categories and hasattr(part, "encoded_missing_value"):
                raise ValueError("an OrdinalEncoder leaves missing texts missing, which no graph can")
            part.categories_[place] = changed
        if hasattr(part, "statistics_") and part.statistics_.dtype == object:
            part.missing_values = ""


def _with_empty(categories: Any) -> Any:
    missing = [each is None or each != each for each in categories.tolist()]  # noqa: PLR0124 - NaN
    if categories.dtype != object or not any(missing):
        return categories
    if "" in categories.tolist():
        raise ValueError("an encoder knows the empty text and the missing one, which are one in a graph")
    changed = categories.copy()
    changed[missing] = ""
    return changed


def _parts(part: Any) -> list[Any]:
    """Return a fitted transformer and all that is nested in it."""
    nested = [
        each for name in ("steps", "transformers_", "transformer_list") for _, each, *_ in getattr(part, name, [])
    ]
    found = [part] if part is not None and not isinstance(part, str) else []
    return found + [deeper for each in nested for deeper in _parts(each)]
