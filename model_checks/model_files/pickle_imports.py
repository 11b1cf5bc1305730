"""The opcodes that import, call and set attributes: all that can run something."""

from __future__ import annotations

from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from typing import TYPE_CHECKING

from model_checks.model_files.inspection import Unreadable
from model_checks.model_files.numpy_dtypes import build_dtype, called_dtype
from model_checks.model_files.pickle_values import Dtype, Import, Inert, Instance, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from model_checks.model_files.pickle_machine import Machine
    from model_checks.model_files.pickle_values import Value

OBJECT = Import(module="builtins", name="object")
ARRAY = Import(module="numpy", name="ndarray")
PARTIAL = Import(module="functools", name="partial")
DTYPE = Import(module="numpy", name="dtype")
RECONSTRUCTOR = Import(module="copyreg", name="_reconstructor")
NEW_OBJECT = Import(module="copyreg", name="__newobj__")
WRAPPERS = frozenset(
    Import(module=module, name="NumpyArrayWrapper")
    for module in ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
)
# What the unpickler looks up on an instance, where an attribute takes the method's place.
HOOKS = frozenset(("__setstate__", "append", "extend", "add", "__class__", "__dict__"))
NATIVE = frozenset(("xgboost", "lightgbm", "catboost", "_catboost"))
FIRST_PROTOCOL_WITHOUT_RENAMING = 3


def _refer(machine: Machine, module: str, name: str) -> Import:
    if machine.protocol < FIRST_PROTOCOL_WITHOUT_RENAMING:
        renamed = IMPORT_MAPPING.get(module, module), name
        module, name = NAME_MAPPING.get((module, name), renamed)
    machine.on_import(machine, module, name)
    return Import(module=module, name=name)


def _text(machine: Machine, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable("broken pickle", f"{machine.at} an import's name is not utf-8") from fault


def _import_lines(machine: Machine) -> Import:
    module = _text(machine, machine.line())
    return _refer(machine, module, _text(machine, machine.line()))


def _global(machine: Machine) -> None:
    machine.stack.append(_import_lines(machine))


def _stack_global(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise Unreadable("an import whose name is computed", f"{machine.at} the name is not a plain text")
    machine.stack.append(_refer(machine, module, name))


def _instance_lines(machine: Machine) -> None:
    imported = _import_lines(machine)
    arguments = tuple(machine.pop_mark())
    machine.stack.append(_called(machine, imported, arguments))


def _marked_object(machine: Machine) -> None:
    made_by, *arguments = machine.pop_mark() or [None]
    machine.stack.append(_called(machine, made_by, tuple(arguments)))


def _reduce(machine: Machine) -> None:
    arguments = machine.pop()
    machine.stack.append(_called(machine, machine.pop(), arguments))


def _new_object(machine: Machine) -> None:
    arguments = machine.pop()
    machine.stack.append(_made(machine, machine.pop(), arguments))


def _new_object_with_keywords(machine: Machine) -> None:
    keywords, arguments = machine.pop(), machine.pop()
    bare = isinstance(keywords, Table) and keywords.plain and not keywords.items
    machine.stack.append(_made(machine, machine.pop(), arguments if bare else Inert.DATA))


def _called(machine: Machine, made_by: Value, arguments: Value) -> Value:
    if not isinstance(made_by, Import):
        return _call_of_an_object(machine)
    if made_by == DTYPE:
        return called_dtype(arguments)
    match arguments:
        case (new, base, state) if made_by == RECONSTRUCTOR and _is_plain_base(base):
            return _made(machine, new, () if (base, state) == (OBJECT, None) else Inert.DATA)
        case (new, *rest) if made_by == NEW_OBJECT:
            return _made(machine, new, tuple(rest))
    if made_by in {RECONSTRUCTOR, NEW_OBJECT}:
        return _call_of_an_object(machine)
    return _made(machine, made_by, arguments)


def _made(machine: Machine, made_by: Value, arguments: Value) -> Instance:
    if not isinstance(made_by, Import):
        return _call_of_an_object(machine)
    _judge_partial(machine, made_by, arguments)
    if made_by.module.partition(".")[0] in NATIVE and arguments != ():
        why = f"{machine.at} unpickling never gives it arguments, which could name a file to read"
        machine.on_threat(machine, f"{made_by.module}.{made_by.name} with arguments", why)
    return Instance(made_by=made_by, state=Table() if arguments == () else None)


def _is_plain_base(base: Value) -> bool:
    return isinstance(base, Import) and (base.module == "builtins" or base == ARRAY)


def _judge_partial(machine: Machine, made_by: Import | None, arguments: Value) -> None:
    if made_by != PARTIAL:
        return
    if not isinstance(arguments, tuple) or not arguments or not isinstance(arguments[0], Import):
        why = f"{machine.at} what it will call is computed, so what runs cannot be told"
        machine.on_threat(machine, "functools.partial", why)


def _call_of_an_object(machine: Machine) -> Instance:
    why = f"{machine.at} the file calls something that it built itself, so what runs cannot be told"
    machine.on_threat(machine, "calls an object that it built", why)
    return Instance(made_by=None, state=None)


def _build(machine: Machine) -> None:
    state, target = machine.pop(), machine.top()
    if isinstance(target, Import):
        what = f"changes {target.module}.{target.name}"
        machine.on_threat(machine, what, f"{machine.at} the file sets attributes of an import")
    elif isinstance(target, Dtype):
        build_dtype(target, state)
    elif isinstance(target, Instance):
        _judge_partial(machine, target.made_by, state)
        _judge_hooks(machine, state)
        _keep_state(target, state)
        if target.made_by in WRAPPERS and machine.on_array is not None:
            machine.on_array(machine, target)


def _judge_hooks(machine: Machine, state: Value) -> None:
    for part in state if isinstance(state, tuple) else (state,):
        for name in HOOKS.intersection(part.items if isinstance(part, Table) else ()):
            if isinstance(part, Table) and isinstance(part.items[name], Import | Instance):
                why = f"{machine.at} an attribute takes the place of a method that loading calls"
                machine.on_threat(machine, f"replaces the method {name}", why)


def _keep_state(target: Instance, state: Value) -> None:
    if target.state is None:
        return
    if isinstance(state, Table) and state.plain:
        target.state.items |= state.items
    else:
        target.state = None


def _extension(machine: Machine) -> None:
    raise Unreadable("an import by number", f"{machine.at} the extension registry, unknown here, decides")


def _persistent_line(machine: Machine) -> None:
    raise Unreadable("an object kept elsewhere", f"{machine.at} a persistent id stands for an object")


def _persistent(machine: Machine) -> None:
    identity = machine.pop()
    match identity:
        case ("storage", Import(), *_) if machine.persistent:
            machine.stack.append(Instance(made_by=None, state=None))
        case _:
            _persistent_line(machine)


OPCODES: dict[int, Callable[[Machine], None]] = {
    ord("c"): _global,
    0x93: _stack_global,
    ord("i"): _instance_lines,
    ord("o"): _marked_object,
    ord("R"): _reduce,
    0x81: _new_object,
    0x92: _new_object_with_keywords,
    ord("b"): _build,
    0x82: _extension,
    0x83: _extension,
    0x84: _extension,
    ord("P"): _persistent_line,
    ord("Q"): _persistent,
}
