"""Columns of a table as numbers, as codes of categories, or as they are."""

from typing import Any, Dict, List, Optional, Sequence


def columns_of(rows: Any, names: Sequence[str]) -> Dict[str, Any]:
    """Return the columns by name, shape (rows,) each; `names` are those of an array without any."""
    if hasattr(rows, "columns"):
        return {name: rows[name].to_numpy() for name in rows.columns}
    return dict(zip(names, rows.T))


def picked(wanted: Optional[Sequence[str]], names: Sequence[str], width: int, what: str) -> List[str]:
    """Return which of the contract's columns the model reads, in its own order.

    `wanted` are the names in the model's file; without them all `names` are read as they stand. Raises
    ValueError where the contract has not what the model reads.
    """
    if not wanted:
        if width != len(names):
            raise ValueError("%s reads %d columns without names, the contract has %d" % (what, width, len(names)))
        return list(names)
    known = {shape: name for name in names for shape in (name.replace(" ", "_"), name)}
    lacking = [name for name in wanted if name not in known]
    if lacking:
        raise ValueError("%s reads columns that the contract lacks: %s" % (what, ", ".join(lacking)))
    return [known[name] for name in wanted]


def numbers(values: Any, name: str) -> Any:
    """Return a column as doubles, what is missing as NaN; raises ValueError for text."""
    import numpy as np

    if values.dtype.kind not in "biuf" and any(isinstance(each, str) for each in values.tolist()):
        raise ValueError("column %r holds text, and the model file records no categories for it" % name)
    return values.astype(np.float64)


def codes(values: Any, categories: Sequence[Any], name: str, *, strict: bool) -> Any:
    """Return places in `categories` as doubles, what is missing as NaN.

    An unknown value is NaN too, or with `strict` a ValueError: each library has its own way.
    """
    import numpy as np

    place = {each: float(number) for number, each in enumerate(categories)}
    found = [place.get(each, np.nan) for each in values.tolist()]
    if strict:
        for each, code in zip(values.tolist(), found):
            if np.isnan(code) and isinstance(each, (str, int, bool)):
                raise ValueError("column %r holds %r, a category that the model was not trained on" % (name, each))
    return np.array(found, dtype=np.float64)
