"""Labels from probabilities, for models whose `predict` answers with the likeliest class: half of the work."""

from typing import Any, Optional, Tuple

# Where scikit-learn's own `predict` takes the likeliest class, so that it would go through all trees once more.
LIKELIEST = {
    "sklearn.ensemble._forest": ("RandomForestClassifier", "ExtraTreesClassifier"),
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting": ("HistGradientBoostingClassifier",),
}
FEW = 2000  # rows, for which two passes cost nothing
TRIED = 1000  # rows for which the model says its labels itself, evenly spaced
CLOSE = 1e-6  # likelier by less, and rounding may decide


def one_pass(model: Any, rows: Any) -> Optional[Tuple[Any, Any]]:
    """Return values and probabilities of many `rows` by one pass, or None where the model has to say both.

    The model says the labels of 1,000 rows and of those on which two classes are about equally likely; unless
    these are the likeliest classes, None is returned.
    """
    import numpy as np

    if len(rows) <= FEW or not answers_likeliest(model):
        return None
    chances, classes = np.asarray(model.predict_proba(rows)), np.asarray(model.classes_)
    if chances.shape != (len(rows), len(classes)) or len(classes) < 2 or not np.isfinite(chances).all():
        return None
    best = np.partition(chances, -2, axis=1)
    close = best[:, -1] - best[:, -2] < CLOSE
    places = np.union1d(np.linspace(0, len(rows) - 1, TRIED).astype(int), np.flatnonzero(close))
    said = np.asarray(model.predict(getattr(rows, "iloc", rows)[places]))
    values = classes[chances.argmax(axis=1)]
    if said.dtype != values.dtype or said.shape != places.shape:
        return None
    if (said != values[places])[~close[places]].any():
        return None
    values[places] = said
    return values, chances


def answers_likeliest(model: Any) -> bool:
    """Tell whether the model is one of `LIKELIEST`, nothing derived from it, or a pipeline that ends in one."""
    if _is_own(model, "sklearn.pipeline", ("Pipeline",)):
        model = model.steps[-1][1]
    return any(_is_own(model, module, names) for module, names in LIKELIEST.items())


def _is_own(model: Any, module: str, names: Tuple[str, ...]) -> bool:
    kind = type(model)
    asked = ("predict", "predict_proba")
    own = all(getattr(getattr(kind, each, None), "__module__", "").startswith("sklearn.") for each in asked)
    return kind.__module__ == module and kind.__name__ in names and own and not set(asked) & set(vars(model))
