"""The same rows as a client may send them that knows less of the types than the contract does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from model_checks.contract.dialect import Contract

ANOTHER_ORDER = "asked with columns in another order"
DOUBLES = "asked with whole numbers as floats"
OBJECTS = "asked with all columns as objects"
CATEGORIES = "asked with texts as categories"
OTHERWISE = (ANOTHER_ORDER, DOUBLES, OBJECTS, CATEGORIES)
EXACT = 2**53  # float64 holds every whole number up to it


def sent_otherwise(features: pd.DataFrame, contract: Contract) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each way and the rows in it, with the same values; only ways that make a difference.

    float32 is none of them: a model may well compute in it, and then rounds.
    """
    names = [str(name) for name in features]
    if len(names) > 1:
        yield ANOTHER_ORDER, features.iloc[:, ::-1]
    integers = [name for name in names if features[name].dtype.kind == "i"]
    if whole := [name for name in integers if features[name].between(-EXACT, EXACT).all()]:
        yield DOUBLES, features.astype(dict.fromkeys(whole, "float64"))
    if any(features[name].dtype != object for name in names):
        yield OBJECTS, features.astype(object)
    if texts := [name for name in names if contract.columns[name].type == "string"]:
        yield CATEGORIES, features.astype(dict.fromkeys(texts, "category"))
