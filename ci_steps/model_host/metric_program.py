"""The program that evaluates a team's own metric, in the model's own environment and sandbox.

One file in Python 3.6 syntax; it lies beside child.py, whose messages it reads and writes. Usage:
metric_program.py QUESTION ANSWER   two files. It runs in the folder of the sources, from which it imports. The
resamples are drawn here, so that no gigabytes of row numbers cross: by RandomState, whose numbers are the same in
every version of numpy.
"""
# ruff: noqa: PTH109, UP006, UP031, UP035 - Python 3.6

import importlib
import inspect
import math
import os
import sys
import traceback
from typing import Any, Callable, Dict, List, Tuple

ALIASES = {"y_true": "truth", "y_pred": "answers", "y_prob": "probabilities", "rows": "features"}
LETTERS = 300
SHOWN = 8


class Fault(Exception):  # noqa: N818 - told to the team as it is
    """What is wrong with the metric's function, in words for the team."""


def named(path: str) -> Any:
    """Return the function at `path`, written module:function."""
    module, _, inner = path.partition(":")
    try:
        value = importlib.import_module(module)
    except BaseException as error:  # noqa: BLE001 - SystemExit too
        lacking = getattr(error, "name", None)
        if isinstance(error, ImportError) and lacking and (module + ".").startswith(lacking + "."):
            text = "there is no module %s in the repository or the environment; git must know its file"
            raise Fault(text % lacking) from None
        raise Fault("module %s cannot be imported: %s" % (module, said(error))) from None
    for part in inner.split("."):
        if not hasattr(value, part):
            has = [n for n, v in sorted(vars(value).items()) if callable(v) and not n.startswith("_")]
            raise Fault("%s has no %s; it has: %s" % (module, part, ", ".join(has[:SHOWN]) or "no functions"))
        value = getattr(value, part)
    if not callable(value):
        raise Fault("it is no function but %r" % type(value).__name__)
    return value


def said(error: BaseException) -> str:
    """Return an exception in words, with the place in the team's own files where there is one."""
    here = os.getcwd() + os.sep
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(here)]
    place = " (%s, line %s)" % (frames[-1].filename[len(here) :], frames[-1].lineno) if frames else ""
    return "%s: %s%s" % (type(error).__name__, str(error)[:LETTERS], place)


def asked(function: Callable[..., Any], known: List[str]) -> Dict[str, str]:
    """Return what each parameter of `function` asks for."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        wanted = ALIASES.get(name, name)
        if wanted in known:
            found[name] = wanted
        elif parameter.default is parameter.empty:
            raise Fault("it asks for %r, and may ask for: %s" % (name, ", ".join(known)))
    return found


def taken(value: Any, places: Any) -> Any:
    """Return the rows of `value` at `places`; None stays None."""
    if value is None:
        return None
    return value.iloc[places].reset_index(drop=True) if hasattr(value, "iloc") else value[places]


def number(value: Any) -> float:
    """Return what the function gave as a finite number."""
    if isinstance(value, (str, bytes, bool)) or value is None:
        raise Fault("it gives %r, expected a number or an array with one number a row" % (value,))
    try:
        found = float(value)
    except (TypeError, ValueError):
        shape = getattr(value, "shape", None)
        what = "an array of shape %s" % (shape,) if shape is not None else "a %s" % type(value).__name__
        raise Fault("it gives %s, expected a number or an array with one number a row" % what) from None
    if not math.isfinite(found):
        raise Fault("it gives %s, expected a finite number" % found)
    return found


def by_row(value: Any, rows: int) -> Any:
    """Return the numbers of the rows, shape (rows,); None where the function gave a single value."""
    import numpy as np

    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__"):
        return None
    array = np.asarray(value)
    if array.shape != (rows,):
        return None
    try:
        numbers = array.astype("float64")
    except (TypeError, ValueError):
        raise Fault("it gives an array of %s, expected numbers" % array.dtype) from None
    bad = ~np.isfinite(numbers)
    if bad.any():
        text = "it gives no finite number for %d of %d rows (first: row %d)"
        raise Fault(text % (bad.sum(), rows, bad.argmax()))
    return numbers


class Metric:
    """A function with the rows that it is asked about."""

    def __init__(self, function: Callable[..., Any], by_rows: Dict[str, Any], whole: Dict[str, Any]) -> None:
        """Keep `by_rows`, whose values are of rows, and `whole`, whose are not."""
        self.function, self.by_rows, self.whole = function, by_rows, whole
        self.asked = asked(function, [*by_rows, *whole])
        self.first = ""

    def at(self, places: Any) -> Any:
        """Return what the function gives for the rows at `places`."""
        cut = {key: taken(self.by_rows[key], places) for key in self.asked.values() if key in self.by_rows}
        cut.update(self.whole)
        return self.function(**{name: cut[key] for name, key in self.asked.items()})

    def value(self, places: Any) -> float:
        """Return the number for the rows at `places`; NaN where there is none, and keep why of the first."""
        try:
            return number(self.at(places))
        except Exception as error:  # noqa: BLE001 - whatever the team's function raises
            self.first = self.first or (str(error) if isinstance(error, Fault) else "it raises " + said(error))
            return math.nan

    def on_all(self, rows: int) -> Any:
        """Return what the function gives for all rows, each time anew from copies."""
        import numpy as np

        try:
            value = self.at(np.arange(rows))
        except BaseException as error:  # noqa: BLE001 - SystemExit too
            raise Fault("it raises " + said(error)) from None
        found = by_row(value, rows)
        return number(value) if found is None else found


def replicates(metric: Metric, rows: int, resamples: int, seed: int) -> Any:
    """Return the metric of as many resamples of the rows, shape (resamples,)."""
    import numpy as np

    random = np.random.RandomState(seed)
    return np.array([metric.value(random.randint(0, rows, rows)) for _ in range(resamples)], dtype="float64")


def left_out(metric: Metric, rows: int, blocks: int, seed: int) -> Any:
    """Return the metric with one random block of rows left out, shape (blocks,)."""
    import numpy as np

    order = np.random.RandomState(seed).permutation(rows)
    every = np.arange(rows)
    return np.array(
        [metric.value(np.delete(every, block)) for block in np.array_split(order, blocks)], dtype="float64"
    )


def measured(metric: Metric, asked_for: Dict[str, Any]) -> Tuple[Dict[str, Any], List[Any]]:
    """Return what is told of the metric, and the arrays that follow."""
    import numpy as np

    rows, seed = asked_for["rows"], asked_for["seed"]
    first, again = metric.on_all(rows), metric.on_all(rows)
    if not np.array_equal(first, again):
        a, b = (float(np.mean(each)) for each in (first, again))
        raise Fault("it gives %.6g and then %.6g for the same rows: seed what is random in it" % (a, b))
    if not isinstance(first, float):
        return {"estimate": float(first.mean()), "by_row": True, "undefined": ""}, [first]
    found = [replicates(metric, rows, asked_for["resamples"], seed)]
    found += [left_out(metric, rows, asked_for["blocks"], seed)] if asked_for["blocks"] else []
    return {"estimate": first, "by_row": False, "undefined": metric.first}, found


def read_rows(child: Any, header: Dict[str, Any], data: memoryview) -> Dict[str, Any]:
    """Return truth, answers, probabilities and features, in this order in `data`."""
    found = {}  # type: Dict[str, Any]
    for name in ("truth", "answers"):
        found[name], _, size = child.unpack(header[name], data)
        data = data[size:]
    found["probabilities"] = None
    if header["probabilities"] is not None:
        chances, _, size = child.unpack(header["probabilities"], data)
        found["probabilities"], data = chances.reshape(header["rows"], -1), data[size:]
    found["features"] = child.features(header["features"], data)
    return found


def main() -> None:
    """Answer the one question."""
    question, answer = sys.argv[1:3]
    child = importlib.import_module("child")
    sys.modules.pop("child")
    sys.path[0] = os.getcwd()  # from here on the modules are the team's
    with open(question, "rb") as file:  # noqa: PTH123
        header, data = child.read(file)
    arrays = []  # type: List[Any]
    try:
        function = named(header["function"])
        whole = {"classes": header["classes"], "positive": header["positive"]}
        metric = Metric(function, read_rows(child, header, data), whole)
        told, arrays = measured(metric, header)
    except Fault as fault:
        told = {"fault": str(fault)}
    packed = [child.pack(array) for array in arrays]
    told["arrays"] = [about for about, _ in packed]
    with open(answer, "wb") as file:  # noqa: PTH123
        child.write(file, told, b"".join(data for _, data in packed))


if __name__ == "__main__":
    main()
