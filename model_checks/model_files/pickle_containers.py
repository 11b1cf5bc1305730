"""The opcodes that move the stack, use the memo and fill containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.pickle_values import Import, Inert, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from model_checks.model_files.pickle_machine import Machine
    from model_checks.model_files.pickle_values import Value

NEWEST_PROTOCOL = 5


def _protocol(machine: Machine) -> None:
    machine.protocol = machine.number(1)
    if machine.protocol > NEWEST_PROTOCOL:
        raise Unreadable("unknown pickle protocol", f"{machine.at} protocol {machine.protocol} is announced")


def _frame(machine: Machine) -> None:
    size = machine.number(8)
    if machine.lenient:
        return
    if machine.position < machine.frame_end:
        raise Unreadable("broken pickle", f"{machine.at} a frame begins within another")
    if size > len(machine.data) - machine.position:
        raise Unreadable("truncated pickle", f"{machine.at} a frame of {size} bytes is announced")
    machine.frame_end = machine.position + size


def _pop(machine: Machine) -> None:
    if machine.stack:
        machine.stack.pop()
    else:
        machine.pop_mark()


def _pop_mark(machine: Machine) -> None:
    machine.pop_mark()


def _duplicate(machine: Machine) -> None:
    machine.stack.append(machine.top())


def _get(size: int) -> Callable[[Machine], None]:
    return lambda machine: machine.recall(machine.number(size))


def _put(size: int) -> Callable[[Machine], None]:
    def put(machine: Machine) -> None:
        machine.memo[machine.number(size)] = machine.top()

    return put


def _index_line(machine: Machine) -> int:
    try:
        return int(machine.line())
    except ValueError as fault:
        raise Unreadable("broken pickle", f"{machine.at} a memo index is no number") from fault


def _get_line(machine: Machine) -> None:
    machine.recall(_index_line(machine))


def _put_line(machine: Machine) -> None:
    machine.memo[_index_line(machine)] = machine.top()


def _memoize(machine: Machine) -> None:
    machine.memo[len(machine.memo)] = machine.top()


def _tuple_of(size: int) -> Callable[[Machine], None]:
    def build(machine: Machine) -> None:
        items = [machine.pop() for _ in range(size)]
        machine.stack.append(tuple(reversed(items)))

    return build


def _tuple(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.stack.append(tuple(items))


def _marked(value: Inert) -> Callable[[Machine], None]:
    def build(machine: Machine) -> None:
        machine.pop_mark()
        machine.stack.append(value)

    return build


def _table(machine: Machine) -> None:
    table = Table()
    items = machine.pop_mark()
    _fill(machine, table, items)
    machine.stack.append(table)


def _append(machine: Machine) -> None:
    machine.pop()
    _fill(machine, machine.top(), ())


def _append_marked(machine: Machine) -> None:
    machine.pop_mark()
    _fill(machine, machine.top(), ())


def _set_item(machine: Machine) -> None:
    value = machine.pop()
    key = machine.pop()
    _fill(machine, machine.top(), (key, value))


def _set_items(machine: Machine) -> None:
    items = machine.pop_mark()
    _fill(machine, machine.top(), items)


def _fill(machine: Machine, container: Value, items: Sequence[Value]) -> None:
    if isinstance(container, Import):
        what = f"changes {container.module}.{container.name}"
        machine.on_threat(machine, what, f"{machine.at} the file writes into an import, which outlives loading")
    if not isinstance(container, Table):
        return
    if len(items) % 2:
        raise Unreadable("broken pickle", f"{machine.at} a key has no value")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) is str:
            container.items[key] = value
        else:
            container.plain = False


def _read_only(machine: Machine) -> None:
    machine.top()


def _out_of_band(machine: Machine) -> None:
    raise Unreadable("buffers outside the file", f"{machine.at} a buffer is expected from elsewhere")


OPCODES: dict[int, Callable[[Machine], None]] = {
    0x80: _protocol,
    0x95: _frame,
    ord("0"): _pop,
    ord("1"): _pop_mark,
    ord("2"): _duplicate,
    ord("("): lambda machine: machine.mark(),
    ord("g"): _get_line,
    ord("h"): _get(1),
    ord("j"): _get(4),
    ord("p"): _put_line,
    ord("q"): _put(1),
    ord("r"): _put(4),
    0x94: _memoize,
    ord(")"): lambda machine: machine.stack.append(()),
    ord("t"): _tuple,
    0x85: _tuple_of(1),
    0x86: _tuple_of(2),
    0x87: _tuple_of(3),
    ord("]"): lambda machine: machine.stack.append(Inert.LIST),
    ord("l"): _marked(Inert.LIST),
    0x8F: lambda machine: machine.stack.append(Inert.DATA),
    0x91: _marked(Inert.DATA),
    ord("}"): lambda machine: machine.stack.append(Table()),
    ord("d"): _table,
    ord("a"): _append,
    ord("e"): _append_marked,
    ord("s"): _set_item,
    ord("u"): _set_items,
    0x90: _append_marked,
    0x97: _out_of_band,
    0x98: _read_only,
}
