"""The tables that a graph of the kit's own takes columns in, as its notes tell; see the converter's `gathered`."""

import json
from typing import Any, Dict, Sequence

from .columns import numbers

NUMBERS, CODES, NOTE = "iddr_numbers", "iddr_codes", "iddr.inputs"
UNKNOWN = -1


def noted(session: Any, columns: Sequence[str]) -> Dict[str, Any]:
    """Return what each table holds: columns of numbers in order, or each column's code for each text.

    None are known for a graph that takes each column by itself. Raises ValueError where the notes and the contract
    do not go together.
    """
    written = session.get_modelmeta().custom_metadata_map.get(NOTE)
    tables = json.loads(written) if written else {}
    wide = {each.name: each.shape[-1] for each in session.get_inputs()}
    for name, held in tables.items():
        lacking = [each for each in held if each not in columns]
        if name not in (NUMBERS, CODES) or wide.get(name) != len(held) or lacking:
            raise ValueError(
                "the ONNX model's notes tell of the table %r of %s, which does not fit its inputs and the contract"
                % (name, ", ".join(map(str, held)))
            )
    return tables


def code_of(codes: Dict[str, int]) -> Dict[Any, int]:
    """Return the code of each text, and of a missing one, which a graph knows as the empty text."""
    found: Dict[Any, int] = dict(codes)
    found[None] = codes.get("", UNKNOWN)
    return found


def filled(wanted: Any, held: Any, table: Dict[str, Any]) -> Any:
    """Return the table for the input `wanted`, shape (rows, columns), filled from `table`."""
    import numpy as np

    if wanted.name == NUMBERS:
        kind = np.float32 if wanted.type == "tensor(float)" else np.float64
        return np.column_stack([numbers(table[each], each) for each in held]).astype(kind)
    columns = []
    for column, codes in held.items():
        known, texts = code_of(codes), table[column].tolist()
        columns.append([known.get(None if each != each else each, UNKNOWN) for each in texts])  # noqa: PLR0124 - NaN
    return np.array(columns, dtype=np.int64).T.copy()
