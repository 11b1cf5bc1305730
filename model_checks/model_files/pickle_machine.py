"""The unpickler's state: where it reads, its stack, its marks and its memo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from model_checks.model_files.inspection import Unreadable

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

    from model_checks.model_files.inspection import Inspection
    from model_checks.model_files.pickle_values import Instance, Value

    Data: TypeAlias = bytes | mmap.mmap


@dataclass(slots=True, kw_only=True)
class Machine:
    """An unpickler that judges instead of acting.

    `on_import(machine, module, name)` is told every import and `on_threat(machine, what, why)` every other
    act. `on_array(machine, wrapper)` reads the array behind a joblib wrapper; None where the file is read as
    plain pickle does, which knows no wrappers. `persistent` says whether persistent ids may occur. A `lenient`
    machine goes on where some unpickler might, because it looks for what could still run.
    """

    data: Data
    place: str
    inspection: Inspection
    on_import: Callable[[Machine, str, str], None]
    on_threat: Callable[[Machine, str, str], None]
    on_array: Callable[[Machine, Instance], None] | None = None
    persistent: bool = False
    lenient: bool = False
    position: int = 0
    opcode_at: int = 0
    protocol: int = 0
    frame_end: int = 0
    stack: list[Value] = field(default_factory=list)
    below_marks: list[list[Value]] = field(default_factory=list)
    memo: dict[int, Value] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The place of the opcode at work, in words."""
        return f"at byte {self.opcode_at}"

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes.

        Raises:
            Unreadable: the data ends before.
        """
        start = self.position
        self.skip(size)
        return self.data[start : start + size]

    def skip(self, size: int) -> None:
        """Pass over `size` bytes of data.

        Raises:
            Unreadable: the data ends before.
        """
        if size < 0 or size > len(self.data) - self.position:
            raise Unreadable("truncated pickle", f"{self.at} {size} bytes are announced, the data ends before")
        self.position += size

    def number(self, size: int) -> int:
        """Return the next `size` bytes as an unsigned little-endian number."""
        return int.from_bytes(self.take(size), "little")

    def line(self) -> bytes:
        """Return the text up to the next line end, without it.

        Raises:
            Unreadable: there is no line end within reach.
        """
        end = self.data.find(b"\n", self.position)
        if end < 0:
            raise Unreadable("truncated pickle", f"{self.at} a line does not end")
        return self.take(end + 1 - self.position)[:-1]

    def pop(self) -> Value:
        """Take the top of the stack.

        Raises:
            Unreadable: the stack is empty.
        """
        if not self.stack:
            raise Unreadable("broken pickle", f"{self.at} the stack is empty")
        return self.stack.pop()

    def top(self) -> Value:
        """Return the top of the stack and leave it there.

        Raises:
            Unreadable: the stack is empty.
        """
        if not self.stack:
            raise Unreadable("broken pickle", f"{self.at} the stack is empty")
        return self.stack[-1]

    def mark(self) -> None:
        """Begin a new stack above the present one."""
        self.below_marks.append(self.stack)
        self.stack = []

    def pop_mark(self) -> list[Value]:
        """Return all above the last mark and drop the mark.

        Raises:
            Unreadable: there is no mark.
        """
        if not self.below_marks:
            raise Unreadable("broken pickle", f"{self.at} there is no mark")
        items = self.stack
        self.stack = self.below_marks.pop()
        return items

    def recall(self, index: int) -> None:
        """Push what is remembered as `index`.

        Raises:
            Unreadable: nothing is.
        """
        if index not in self.memo:
            raise Unreadable("broken pickle", f"{self.at} memo entry {index} does not exist")
        self.stack.append(self.memo[index])
