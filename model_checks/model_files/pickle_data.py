"""The opcodes that push data: numbers, texts, bytes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.pickle_values import Inert

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.model_files.pickle_machine import Machine
    from model_checks.model_files.pickle_values import Value

LONGEST_NUMBER = 32


def _push(value: Value) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(value)


def _whole(size: int, *, signed: bool = False) -> Callable[[Machine], None]:
    def push(machine: Machine) -> None:
        machine.stack.append(int.from_bytes(machine.take(size), "little", signed=signed))

    return push


def _long(size: int) -> Callable[[Machine], None]:
    def push(machine: Machine) -> None:
        length = machine.number(size)
        if length <= LONGEST_NUMBER:
            machine.stack.append(int.from_bytes(machine.take(length), "little", signed=True))
        else:
            machine.skip(length)
            machine.stack.append(Inert.DATA)

    return push


def _skipped(size: int) -> Callable[[Machine], None]:
    def push(machine: Machine) -> None:
        machine.skip(machine.number(size))
        machine.stack.append(Inert.DATA)

    return push


def _unicode(size: int) -> Callable[[Machine], None]:
    def push(machine: Machine) -> None:
        machine.stack.append(_decoded(machine, machine.take(machine.number(size)), "utf-8", "surrogatepass"))

    return push


def _bytes_of_python_2(size: int) -> Callable[[Machine], None]:
    def push(machine: Machine) -> None:
        text = machine.take(machine.number(size))
        machine.stack.append(text.decode("ascii") if text.isascii() else Inert.DATA)

    return push


def _decoded(machine: Machine, text: bytes, encoding: str, errors: str = "strict") -> Value:
    try:
        return text.decode(encoding, errors)
    except UnicodeDecodeError:
        return _broken(machine, f"a text is not {encoding}")


def _broken(machine: Machine, what: str) -> Value:
    if machine.lenient:
        return Inert.DATA
    raise Unreadable("broken pickle", f"{machine.at} {what}")


def _number_line(machine: Machine, text: bytes) -> None:
    try:
        machine.stack.append(int(text, 0) if len(text) <= LONGEST_NUMBER else Inert.DATA)
    except ValueError:
        machine.stack.append(_broken(machine, "a number does not read as one"))


def _int_line(machine: Machine) -> None:
    text = machine.line()
    if text in {b"00", b"01"}:
        machine.stack.append(text == b"01")
    else:
        _number_line(machine, text)


def _long_line(machine: Machine) -> None:
    _number_line(machine, machine.line().removesuffix(b"L"))


def _float_line(machine: Machine) -> None:
    machine.line()
    machine.stack.append(Inert.DATA)


def _float(machine: Machine) -> None:
    machine.skip(8)
    machine.stack.append(Inert.DATA)


def _string_line(machine: Machine) -> None:
    text = machine.line()
    quoted = len(text) > 1 and text[:1] == text[-1:] and text[:1] in {b"'", b'"'}
    try:
        plain, _ = codecs.escape_decode(text[1:-1]) if quoted else (None, 0)
    except ValueError:
        plain = None
    if plain is None:
        machine.stack.append(_broken(machine, "a text has no quotes or a broken escape"))
    else:
        machine.stack.append(plain.decode("ascii") if plain.isascii() else Inert.DATA)


def _unicode_line(machine: Machine) -> None:
    machine.stack.append(_decoded(machine, machine.line(), "raw-unicode-escape"))


OPCODES: dict[int, Callable[[Machine], None]] = {
    ord("N"): _push(None),
    0x88: _push(True),  # noqa: FBT003 - the value pushed
    0x89: _push(False),  # noqa: FBT003 - the value pushed
    ord("I"): _int_line,
    ord("L"): _long_line,
    ord("J"): _whole(4, signed=True),
    ord("K"): _whole(1),
    ord("M"): _whole(2),
    0x8A: _long(1),
    0x8B: _long(4),
    ord("F"): _float_line,
    ord("G"): _float,
    ord("S"): _string_line,
    ord("T"): _bytes_of_python_2(4),
    ord("U"): _bytes_of_python_2(1),
    ord("V"): _unicode_line,
    ord("X"): _unicode(4),
    0x8C: _unicode(1),
    0x8D: _unicode(8),
    ord("B"): _skipped(4),
    ord("C"): _skipped(1),
    0x8E: _skipped(8),
    0x96: _skipped(8),
}
