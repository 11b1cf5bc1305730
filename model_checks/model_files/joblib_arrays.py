"""Passes over the arrays that joblib writes between the opcodes of a pickle.

Source: joblib's numpy_pickle: after the BUILD of a NumpyArrayWrapper the array follows as raw bytes (from
joblib 1.2 on behind one byte that counts padding), an array of objects as a pickle of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.numpy_dtypes import total_bytes
from model_checks.model_files.pickle_values import Dtype, Inert, Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.model_files.pickle_machine import Machine

ALIGNMENT = "numpy_array_alignment_bytes"


def pass_array(machine: Machine, wrapper: Instance, nested: Callable[[Machine], None]) -> None:
    """Move past the array of `wrapper`, whose place on the stack it takes; `nested` reads object arrays.

    Raises:
        Unreadable: the array's type, shape or place is not certain, or the data ends before.
    """
    # A frame is read ahead as a whole, so an array inside one would be looked for behind it.
    if machine.position < machine.frame_end:
        raise Unreadable("an array inside a frame", f"{machine.at} joblib never writes that")
    attributes = wrapper.state.items if wrapper.state is not None else {}
    dtype = attributes.get("dtype")
    if not isinstance(dtype, Dtype):
        raise Unreadable("an array of uncertain size", f"{machine.at} a joblib array has no plain dtype")
    size = total_bytes(attributes.get("shape"), dtype)
    if dtype.has_objects:
        nested(machine)
    else:
        _pass_padding(machine, attributes.get(ALIGNMENT))
        machine.skip(size)
    machine.stack[-1] = Inert.DATA


def _pass_padding(machine: Machine, alignment: object) -> None:
    if alignment is None:
        return
    if not isinstance(alignment, int):
        raise Unreadable("an array of uncertain size", f"{machine.at} an alignment is no number")
    machine.skip(machine.number(1))
