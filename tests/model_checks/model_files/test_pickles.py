from __future__ import annotations

import pickle
import pickletools
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.model_files.formats import inspect
from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.pickles import OPCODES
from tests.model_checks.model_files.hostile import CORPUS

if TYPE_CHECKING:
    from model_checks.inputs import Threat

PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda part: (
        st.lists(part) | st.dictionaries(st.text(), part) | st.tuples(part, part) | st.frozensets(st.text())
    ),
    max_leaves=20,
)


def threats(content: bytes) -> dict[tuple[str, str], Threat]:
    with ExitStack() as files:
        one = Inspection(vouched=frozenset(), open_files=files)
        try:
            inspect(content, "m", one)
        except Unreadable as fault:
            one.opaque("m", fault)
        return dict(one.threats)


def test_every_opcode_of_the_standard_library_is_known() -> None:
    assert {ord(o.code) for o in pickletools.opcodes} == set(OPCODES) | {ord(".")}


@given(PLAIN, st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_plain_data_is_always_cleared(value: object, protocol: int) -> None:
    assert threats(pickle.dumps(value, protocol)) == {}


@given(PLAIN, st.integers(0, 5), st.data())
@settings(max_examples=150, deadline=None)
def test_a_pickle_cut_short_is_never_cleared(value: object, protocol: int, data: st.DataObject) -> None:
    content = pickle.dumps(value, protocol)
    assert threats(content[: data.draw(st.integers(0, len(content) - 1))])


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_scanner_raise(content: bytes) -> None:
    threats(content)


@given(st.sampled_from(sorted(CORPUS)), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_changed_byte_makes_the_scanner_raise(name: str, data: st.DataObject) -> None:
    content = bytearray(CORPUS[name][0] or b"\0")
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    threats(bytes(content))


@given(PLAIN)
@settings(max_examples=50, deadline=None)
def test_a_call_anywhere_in_plain_data_is_found(value: object) -> None:
    class Runs:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return eval, ("1",)

    assert ("builtins.eval", "m") in threats(pickle.dumps([value, {"x": (Runs(), value)}]))
