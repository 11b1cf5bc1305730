"""The program that loads a model and lets it predict, in the model's own environment and sandbox.

Python 3.6 syntax; it needs the package `iddr_kinds` beside it, numpy and whatever the model itself needs (pandas
is used where it is there). Usage: child.py REQUESTS ANSWERS   two file descriptors. Both ways a message is two
lengths, a JSON object and raw bytes: columns as little-endian numbers, or as the ends of all texts, counted in
characters, and the texts in UTF-8, one behind the other; no pickles, no object arrays.
What the model prints goes to the log, never between the messages. The host imports the same `pack` and `unpack`.
"""
# ruff: noqa: UP006, UP035, UP045 - Python 3.6

import importlib
import json
import os
import struct
import sys
import time
from typing import Any, BinaryIO, Dict, List, Optional, Sequence, Tuple

LENGTHS = struct.Struct("<QQ")
NUMBERS = {"boolean": "|b1", "integer": "<i8", "number": "<f8"}
MESSAGE_LETTERS = 2000


def pack(values: Any, missing: Optional[Any] = None) -> Tuple[Dict[str, Any], bytes]:
    """Return the description and the bytes of one column.

    `values` has shape (rows,); `missing`, of the same shape, is True where there is no value. Kinds: boolean,
    integer (64 bit), number (double; NaN crosses), string. Raises TypeError for anything else.
    """
    import numpy as np

    kind = kind_of(values)
    if kind == "string":
        texts = values.tolist()
        ends = np.cumsum([0, *map(len, texts)])
        data = ends.astype("<i8").tobytes() + "".join(texts).encode("utf-8", "surrogatepass")
    else:
        data = values.astype(NUMBERS[kind]).tobytes()
    about = {"kind": kind, "rows": len(values), "bytes": len(data), "missing": missing is not None}
    return about, data + (b"" if missing is None else missing.astype("|b1").tobytes())


def kind_of(values: Any) -> str:
    """Return which kind of column `values` is, looking at each value of an object array."""
    import numpy as np

    if values.dtype.kind == "u" and values.size and values.max() > np.iinfo("<i8").max:
        raise TypeError("integers beyond 64 bits with sign")
    known = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "U": "string"}
    if values.dtype.kind in known:
        return known[values.dtype.kind]
    if values.dtype.kind != "O":
        raise TypeError("values of type %s" % values.dtype)  # noqa: UP031
    found = set(map(type, values.tolist()))
    for kind, types in (
        ("string", str),
        ("boolean", (bool, np.bool_)),
        ("integer", (int, np.integer)),
        ("number", (float, int, np.floating, np.integer)),
    ):
        if all(issubclass(each, types) for each in found):
            return kind
    raise TypeError("values of several types")


def unpack(about: Dict[str, Any], data: memoryview) -> Tuple[Any, Optional[Any], int]:
    """Return (values, missing or None, bytes used) of the column that begins `data`.

    Raises ValueError where description and bytes disagree: the other side need not be honest.
    """
    import numpy as np

    kind, rows, size = about["kind"], about["rows"], about["bytes"]
    end = size + (rows if about["missing"] else 0)
    if not (isinstance(rows, int) and isinstance(size, int) and rows >= 0 and size >= 0 and end <= len(data)):
        raise ValueError("a column is longer than its message")
    if kind == "string":
        values = unpack_strings(data[:size], rows)
    elif kind in NUMBERS and size == rows * np.dtype(NUMBERS[kind]).itemsize:
        values = np.frombuffer(data[:size], dtype=NUMBERS[kind])
    else:
        raise ValueError("a column is not of the size of its rows")
    missing = np.frombuffer(data[size:end], dtype="|b1") if about["missing"] else None
    return values, missing, end


def unpack_strings(data: memoryview, rows: int) -> Any:
    """Return an array of str of shape (rows,), its dtype object: one long text must not widen all."""
    import numpy as np

    if len(data) < 8 * (rows + 1):
        raise ValueError("a column of texts is shorter than its rows")
    ends = np.frombuffer(data[: 8 * (rows + 1)], dtype="<i8")
    text = bytes(data[8 * (rows + 1) :]).decode("utf-8", "surrogatepass")
    if ends[0] != 0 or ends[-1] != len(text) or (ends[1:] < ends[:-1]).any():
        raise ValueError("a column of texts has offsets out of order")
    places = ends.tolist()
    values = np.empty(rows, dtype=object)
    values[:] = [text[begin:end] for begin, end in zip(places, places[1:])]  # noqa: B905, RUF007
    return values


def features(columns: Sequence[Dict[str, Any]], data: memoryview) -> Any:
    """Return the rows, each column of its `dtype`, or as the contract types it; an array without pandas."""
    table, dtypes, used = {}, {}, 0
    for column in columns:
        values, missing, size = unpack(column, data[used:])
        used += size
        table[column["name"]] = typed(values, missing, column["type"], nullable=column["nullable"])
        dtypes[column["name"]] = column.get("dtype") or table[column["name"]].dtype
    try:
        import pandas as pd
    except ImportError:
        return plain(list(table.values()))
    made = {name: pd.Series(values, dtype=values.dtype).astype(dtypes[name]) for name, values in table.items()}
    return pd.DataFrame(made)


def typed(values: Any, missing: Optional[Any], kind: str, *, nullable: bool) -> Any:
    """Return a column in the type that the contract gives it.

    integer: int64, or float64 where it may be null; number: float64; boolean: bool, or object where it may be
    null; string: object. What lacks is NaN everywhere, as `pandas.read_csv` gave it to the training.
    """
    if kind == "integer":
        values = values.astype("float64" if nullable or missing is not None else "int64")
    elif kind == "number":
        values = values.astype("float64")
    elif kind == "string" or nullable or missing is not None:
        values = values.astype(object)
    else:
        values = values.astype(bool)
    if missing is not None and missing.any():
        values[missing] = float("nan")
    return values


def plain(columns: List[Any]) -> Any:
    """Return columns side by side, shape (rows, columns): float64, or object where one is no number."""
    import numpy as np

    numeric = all(column.dtype != object for column in columns)
    return np.column_stack([column.astype("float64" if numeric else object) for column in columns])


def load(kinds: Any, header: Dict[str, Any]) -> Any:
    """Load the model file as the host says; the scanner has cleared it before."""
    columns = header["columns"]
    told = dict(
        header["told"], columns=[each["name"] for each in columns],
        text=[each["name"] for each in columns if each["type"] == "string"],
    )  # fmt: skip
    with open(header["path"], "rb") as file:  # noqa: PTH123
        return kinds.load(file, header["format"], told)


def describe(kinds: Any, model: Any) -> Dict[str, Any]:
    """Return what the host needs to know of a loaded model."""
    import platform

    names = (
        "numpy", "pandas", "sklearn", "joblib", "skops", "xgboost", "lightgbm", "catboost", "scipy", "onnxruntime",
        "mlflow",
    )  # fmt: skip
    versions = {name: str(getattr(sys.modules.get(name), "__version__", "")) for name in names}
    versions["python"] = platform.python_version()
    return {
        "type": kinds.type_of(model),
        "classes": classes_of(kinds, model),
        "predicts_probabilities": kinds.gives_probabilities(model),
        "versions": {name: version for name, version in versions.items() if version},
    }


def classes_of(kinds: Any, model: Any) -> List[Any]:
    """Return the model's classes in its own order; none for a regression or for several targets."""
    import numpy as np

    classes = list(kinds.classes_of(model))
    kind_of(np.asarray(classes))
    return classes


def predict(kinds: Any, model: Any, rows: Any) -> Tuple[Dict[str, Any], bytes]:
    """Return the model's answers on `rows`, one each; probabilities follow, row after row, in class order."""
    import numpy as np

    values, chances = kinds.answers(model, rows)
    if values.ndim == 2 and values.shape[1] == 1:  # noqa: PLR2004
        values = values[:, 0]
    if values.shape != (len(rows),):
        raise ValueError("predict answered with shape %s to %d rows" % (values.shape, len(rows)))  # noqa: UP031
    about, data = pack(values)
    header = {"values": about, "probabilities": None}  # type: Dict[str, Any]
    if chances is not None:
        chances, classes = chances.astype("<f8"), kinds.classes_of(model)
        if chances.shape != (len(rows), len(classes)):
            text = "predict_proba answered with shape %s to %d rows and %d classes"
            raise ValueError(text % (chances.shape, len(rows), len(classes)))
        header["probabilities"], more = pack(np.ravel(chances))
        data += more
    return header, data


def measure(kinds: Any, model: Any, rows: Any, *, alone: bool, seconds: float) -> Dict[str, Any]:
    """Predict `rows` in one call, or each of them by itself (`alone`), and return what each call took.

    After `seconds` no further call begins. Transport and the making of the rows are not in it.
    """
    begun = spent()
    calls = []
    with one_thread():
        for row in range(len(rows) if alone else 1):
            part = getattr(rows, "iloc", rows)[row : row + 1] if alone else rows
            before = spent()
            predict(kinds, model, part)
            calls.append(since(before))
            if since(begun)["wall"] >= seconds:
                break
    return {"calls": calls, "peak": peak_bytes()}


def one_thread() -> Any:
    """Keep numeric libraries to one thread, as the serving image does, where there is what can."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        from contextlib import ExitStack

        return ExitStack()
    return threadpool_limits(1)


def spent() -> Tuple[float, float]:
    """Return the processor time of this process, all its threads together, and the clock, in seconds."""
    return time.process_time(), time.perf_counter()


def since(before: Tuple[float, float]) -> Dict[str, float]:
    """Return the seconds that were spent after `before`."""
    cpu, wall = spent()
    return {"cpu": cpu - before[0], "wall": wall - before[1]}


def peak_bytes() -> int:
    """Return the most memory that this process has had resident so far, as the kernel counts it."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read(stream: BinaryIO) -> Optional[Tuple[Dict[str, Any], memoryview]]:
    """Return the next request with its bytes; None when there will be none."""
    start = stream.read(LENGTHS.size)
    if len(start) < LENGTHS.size:
        return None
    header, payload = LENGTHS.unpack(start)
    return json.loads(stream.read(header).decode()), memoryview(stream.read(payload))


def write(stream: BinaryIO, header: Dict[str, Any], payload: bytes = b"") -> None:
    """Send one answer."""
    text = json.dumps(header).encode()
    stream.write(LENGTHS.pack(len(text), len(payload)) + text + payload)
    stream.flush()


def serve(requests: BinaryIO, answers: BinaryIO, kinds: Any) -> None:
    """Answer requests until there are none; what the model raises is an answer too, whatever it is."""
    model, columns = None, {}  # type: Any, Dict[str, Dict[str, Any]]
    loading = {}  # type: Dict[str, Any]
    while True:
        request = read(requests)
        if request is None:
            return
        header, payload = request
        before = spent()
        try:
            if header["do"] == "load":
                model, columns = load(kinds, header), {c["name"]: c for c in header["columns"]}
                answer = describe(kinds, model), b""
            else:
                sent = [dict(columns[about["name"]], **about) for about in header["columns"]]
                rows = features(sent, payload)
                if header["do"] == "measure":
                    found = measure(kinds, model, rows, alone=header["alone"], seconds=header["seconds"])
                    answer = dict(found, loading=loading), b""
                else:
                    answer = predict(kinds, model, rows)
        except BaseException as error:  # noqa: BLE001 - SystemExit too: the model must not end the host
            answer = {"raised": {"type": type(error).__name__, "message": str(error)[:MESSAGE_LETTERS]}}, b""
        if not loading:  # the first request loads
            loading = dict(since(before), peak=peak_bytes())
        write(answers, *answer)


def main() -> None:
    """Keep the messages on their own descriptors: what is printed goes to the log, as for every program."""
    kinds = importlib.import_module("iddr_kinds.opening")
    sys.path.pop(0)  # the folder of this file is no part of the model's world
    requests, answers = int(sys.argv[1]), int(sys.argv[2])
    for each in (requests, answers):
        os.set_inheritable(each, False)  # noqa: FBT003 - the standard library's own
    with os.fdopen(requests, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
        serve(incoming, outgoing, kinds)


if __name__ == "__main__":
    main()
