"""Reads pickles opcode by opcode, as pickle.load and as joblib.load would, and runs none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.model_files import pickle_containers, pickle_data, pickle_imports
from model_checks.model_files.allowed_imports import is_standard_module
from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.joblib_arrays import pass_array
from model_checks.model_files.pickle_machine import Machine

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data
    from model_checks.model_files.pickle_values import Instance

OPCODES = pickle_data.OPCODES | pickle_containers.OPCODES | pickle_imports.OPCODES
STOP = ord(".")
COPIED_ENTRIES = 20_000_000


def inspect_pickles(
    data: Data, place: str, inspection: Inspection, *, start: int = 0, persistent: bool = False
) -> str:
    """Judge all pickles from byte `start` to the end of `data`; return "pickle" or "joblib".

    Raises:
        Unreadable: an opcode, its data or what stands behind the last pickle cannot be read.
    """
    second_readings: list[Machine] = []
    arrays: list[int] = []

    def on_array(machine: Machine, wrapper: Instance) -> None:
        arrays.append(machine.position)
        _keep_second_reading(machine, second_readings)
        pass_array(machine, wrapper, _read_nested)

    position = start
    try:
        while position < len(data) or position == start:
            machine = Machine(
                data=data, place=place, inspection=inspection, position=position, persistent=persistent,
                on_import=_judge_import, on_threat=_keep_threat, on_array=on_array,
            )  # fmt: skip
            walk(machine)
            position = machine.position
    except Unreadable as fault:
        if position > start:
            raise Unreadable("bytes behind the pickle", f"from byte {position} on: {fault.why}") from fault
        raise
    finally:
        for machine in second_readings:
            read_leniently(machine)
    return "joblib" if arrays else "pickle"


def walk(machine: Machine) -> None:
    """Carry out opcodes up to STOP.

    Raises:
        Unreadable: the data is no pickle, ends before, or goes on in the frame behind STOP.
    """
    data, end, handlers = machine.data, len(machine.data), OPCODES
    while machine.position < end:
        machine.opcode_at = machine.position
        opcode = data[machine.position]
        machine.position += 1
        if opcode == STOP:
            machine.pop()
            if machine.position < machine.frame_end:
                raise Unreadable("bytes behind the pickle", f"{machine.at} the frame goes on behind the end")
            return
        handler = handlers.get(opcode)
        if handler is None:
            raise Unreadable("no pickle opcode", f"{machine.at} stands {opcode:#04x}")
        handler(machine)
    raise Unreadable("truncated pickle", "the data ends before the pickle does")


def read_leniently(machine: Machine) -> None:
    """Read on as another loader would, up to the byte where it fails, and judge its imports."""
    machine.lenient = True
    machine.on_import = _judge_likely_import
    machine.on_threat = _ignore
    try:
        walk(machine)
    except Unreadable:
        return


def read_as_pickle_too(data: Data, place: str, inspection: Inspection) -> None:
    """Judge what pickle.load would import if it were given a file of another format."""
    read_leniently(Machine(data=data, place=place, inspection=inspection, on_import=_ignore, on_threat=_ignore))


def _read_nested(machine: Machine) -> None:
    inner = _branch(machine)
    inner.stack, inner.below_marks, inner.memo, inner.protocol, inner.frame_end = [], [], {}, 0, 0
    inner.on_array = None
    walk(inner)
    machine.position = inner.position


def _keep_second_reading(machine: Machine, kept: list[Machine]) -> None:
    # pickle.load knows no wrappers: it takes the array's bytes for opcodes. Where the first is none, it stops.
    if machine.position >= len(machine.data) or machine.data[machine.position] not in OPCODES:
        return
    copied = sum(len(m.memo) + len(m.stack) for m in kept)
    if copied + len(machine.memo) > COPIED_ENTRIES:
        raise Unreadable("too many arrays with two readings", f"{machine.at} the scanner gives up")
    kept.append(_branch(machine))


def _branch(machine: Machine) -> Machine:
    return Machine(
        data=machine.data, place=machine.place, inspection=machine.inspection, on_import=machine.on_import,
        on_threat=machine.on_threat, persistent=machine.persistent, position=machine.position,
        protocol=machine.protocol, frame_end=machine.frame_end, stack=list(machine.stack),
        below_marks=[list(items) for items in machine.below_marks], memo=dict(machine.memo),
    )  # fmt: skip


def _judge_import(machine: Machine, module: str, name: str) -> None:
    machine.inspection.judge(module, name, machine.place, at=machine.at)


def _judge_likely_import(machine: Machine, module: str, name: str) -> None:
    # In a reading that nobody meant, memo entries are mixed up and give names that exist nowhere. A name that
    # the file imports anyway is such an accident, unless Python itself has the module.
    inspection = machine.inspection
    accident = name in inspection.allowed_names and not is_standard_module(module)
    if not accident and not inspection.allows(module, name):
        inspection.judge(module, name, machine.place, at=f"{machine.at}, read with pickle.load")


def _keep_threat(machine: Machine, what: str, why: str) -> None:
    machine.inspection.threat(what, machine.place, why)


def _ignore(machine: Machine, first: str, second: str) -> None:
    """Do nothing: the reading is judged by its imports."""
