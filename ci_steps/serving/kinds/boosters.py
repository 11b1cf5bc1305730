"""XGBoost's and LightGBM's own files: trees whose objective says what their numbers mean."""

import json
from typing import Any, Dict, List, Optional, Sequence

from .columns import codes, columns_of, numbers, picked
from .native import Answer, NativeModel, labels_of, named_classes, of_many, of_two, without_classes

BINARY, SEVERAL = ("binary:logistic", "binary:logitraw", "binary:hinge"), ("multi:softprob", "multi:softmax")
OF_TWO = 2
OLD_FILE = (
    "column %r is a category in the XGBoost model, whose file does not record the order of its values; "
    "save it with XGBoost 3.1 or newer, or as a pipeline that encodes its texts"
)
CUT_TEXTS = (
    "column %r has categories with letters beyond ASCII, which XGBoost records incompletely; "
    "train on codes without such letters, or save it as a pipeline that encodes its texts"
)


def xgboost_model(data: bytes, told: Dict[str, Any]) -> NativeModel:
    """Open an XGBoost model saved as JSON or UBJSON.

    Trees behind the best iteration are left out where the file is of the scikit-learn interface, which does so.
    """
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(data))
    config = json.loads(booster.save_config())["learner"]
    objective, count = config["objective"]["name"], int(config["learner_model_param"]["num_class"])
    names = picked(booster.feature_names, told["columns"], booster.num_features(), "the XGBoost model")
    types = list(booster.feature_types or ["q"] * len(names))
    recorded = _recorded(booster, names) if "c" in types else [None] * len(names)  # type: List[Optional[List[Any]]]
    best = booster.attr("best_iteration") if booster.attr("scikit_learn") else None
    several, classified = objective in SEVERAL, objective in BINARY or objective in SEVERAL
    what = "the XGBoost model (%s)" % objective
    classes = (
        named_classes(told, count if several else OF_TWO, what) if classified else without_classes(told, what)
    )
    hinge = objective == "binary:hinge"

    def ask(rows: Any) -> Answer:
        table = _matrix(rows, told["columns"], names, recorded, strict=True)
        kinds = ["c" if each else "q" for each in recorded]
        matrix = xgboost.DMatrix(
            table, feature_names=booster.feature_names, feature_types=kinds, enable_categorical=True
        )
        margin = objective in {"multi:softmax", "binary:logitraw"}
        # Names were compared above; what they are typed as in the file, `int` or `i`, is of no matter.
        raw = booster.predict(
            matrix,
            output_margin=margin,
            iteration_range=(0, int(best) + 1 if best else 0),
            validate_features=False,
        )
        if several:
            return of_many(_softmax(raw) if margin else raw, classes)
        if hinge:
            return labels_of(classes)[raw.astype(int)], None
        return of_two(_logistic(raw) if margin else raw, classes) if classified else (raw, None)

    return NativeModel("xgboost.Booster", ask, classes, chances=classified and not hinge)


def lightgbm_model(data: bytes, told: Dict[str, Any]) -> NativeModel:
    """Open a LightGBM model saved as text."""
    import lightgbm

    text = data.decode()
    booster = lightgbm.Booster(model_str=text)
    head = dict(line.partition("=")[::2] for line in text.partition("\nTree=")[0].splitlines())
    objective = head.get("objective", "custom").split(" ")[0]
    unnamed = all(each == "Column_%d" % place for place, each in enumerate(booster.feature_name()))
    names = picked(
        None if unnamed else booster.feature_name(), told["columns"], booster.num_feature(), "the LightGBM model"
    )
    several = objective in {"multiclass", "multiclassova"}
    what = "the LightGBM model (%s)" % objective
    if several or objective == "binary":
        classes = named_classes(told, int(head["num_class"]) if several else OF_TWO, what)
    else:
        classes = without_classes(told, what)
    categories = json.loads(text.rpartition("\npandas_categorical:")[2].strip() or "null") or []
    text_columns = [name in told["text"] for name in names]
    recorded = _categorical(text_columns, head["feature_infos"].split(" "), categories)

    def ask(rows: Any) -> Answer:
        raw = booster.predict(_matrix(rows, told["columns"], names, recorded, strict=False))
        if several:
            return of_many(raw, classes)
        return of_two(raw, classes) if classes else (raw, None)

    return NativeModel("lightgbm.Booster", ask, classes, chances=bool(classes))


def _matrix(
    rows: Any, order: List[str], names: List[str], recorded: Sequence[Optional[List[Any]]], *, strict: bool
) -> Any:
    import numpy as np

    columns = columns_of(rows, order)
    return np.column_stack(
        [
            numbers(columns[name], name) if known is None else codes(columns[name], known, name, strict=strict)
            for name, known in zip(names, recorded)
        ]
    )


def _recorded(booster: Any, names: List[str]) -> List[Optional[List[Any]]]:
    """Return the categories of each column in the order of their codes; None for numbers.

    Source: XGBoost, "Introduction to Model IO"; src/data/cat_container.h, CatContainer::Save.
    """
    learner = json.loads(bytes(booster.save_raw("json")).decode())["learner"]["gradient_booster"]
    model = learner.get("model") or learner.get("gbtree", {}).get("model", {})
    kept = (model.get("cats") or {}).get("enc") or [{}] * len(names)
    found = []  # type: List[Optional[List[Any]]]
    for name, kind, one in zip(names, booster.feature_types, kept):
        if kind == "c" and not one.get("values"):
            raise ValueError(OLD_FILE % name)
        found.append(_decoded(one, name) if kind == "c" else None)
    return found


def _decoded(kept: Dict[str, Any], name: str) -> List[Any]:
    if not kept.get("offsets"):
        return list(kept["values"])
    if min(kept["values"]) < 0:  # XGBoost 3.2 counts letters where it means bytes: it cuts what follows
        raise ValueError(CUT_TEXTS % name)
    content, ends = bytes(kept["values"]), kept["offsets"]
    return [content[begin:end].decode() for begin, end in zip(ends, ends[1:])]


def _categorical(text: List[bool], infos: List[str], categories: List[List[Any]]) -> List[Optional[List[Any]]]:
    """Return the categories of each column: LightGBM lists them in the columns' order and names none.

    `text` says which columns hold text by the contract, `infos` what LightGBM saw in each.
    """
    by_file = [not info.startswith("[") and info != "none" for info in infos]
    either = [a or b for a, b in zip(text, by_file)]
    for chosen in (either, by_file, text):
        if sum(chosen) == len(categories):
            left = iter(categories)
            return [next(left) if each else None for each in chosen]
    raise ValueError(
        "the LightGBM model records the categories of %d columns, and %d columns can be them; "
        "save it as a pipeline that encodes its texts" % (len(categories), sum(either))
    )


def _softmax(margins: Any) -> Any:
    import numpy as np

    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _logistic(margins: Any) -> Any:
    import numpy as np

    return 1.0 / (1.0 + np.exp(-margins))
