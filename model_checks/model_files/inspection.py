"""What one scan collects on its way through a file, and how much it may still unpack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model_checks.inputs import Threat
from model_checks.model_files.allowed_imports import danger, is_allowed

if TYPE_CHECKING:
    from contextlib import ExitStack

UNPACKED_BYTES = 4 * 1024**3
MEMBERS = 10_000
NESTING = 8
OPAQUE = "the scanner cannot see through"


class Unreadable(Exception):  # noqa: N818 - a verdict on the file, not a fault of ours
    """The bytes are not what their format says, or need something that the scanner does not have.

    Attributes:
        kind: a few stable words without numbers.
        why: the place and what was found there.
    """

    def __init__(self, kind: str, why: str) -> None:
        """Keep both texts."""
        super().__init__(f"{kind}: {why}")
        self.kind = kind
        self.why = why


@dataclass(slots=True, kw_only=True)
class Inspection:
    """The threats and imports found so far; `vouched` holds the names that the team allows.

    `bytes_left` and `members_left` are shared by everything nested in the file, so that no bomb is unpacked.
    `allowed_names` holds the last part of every allowed import. `open_files` closes what was unpacked. `own_code`
    says that an archive of Python may be the repository's own; `inside` and `code` are as in `Scan`.
    """

    vouched: frozenset[str]
    open_files: ExitStack
    bytes_left: int = UNPACKED_BYTES
    members_left: int = MEMBERS
    threats: dict[tuple[str, str], Threat] = field(default_factory=dict)
    imports: dict[str, None] = field(default_factory=dict)
    allowed_names: set[str] = field(default_factory=set)
    own_code: bool = False
    inside: dict[str, str] = field(default_factory=dict)
    code: list[str] = field(default_factory=list)

    def threat(self, what: str, place: str, why: str) -> None:
        """Keep the first threat of its kind in each place."""
        self.threats.setdefault((what, place), Threat(what=what, where=place, why=why))

    def opaque(self, place: str, fault: Unreadable) -> None:
        """Keep that a part could not be read, which is a threat."""
        self.threat(f"{OPAQUE}: {fault.kind}", place, fault.why)

    def judge(self, module: str, name: str, place: str, *, at: str) -> None:
        """Keep the import `module.name`; a threat unless it is allowed or vouched for."""
        dotted = printable(f"{module}.{name}")
        self.imports[dotted] = None
        if self.allows(module, name):
            self.allowed_names.add(name)
        else:
            self.threat(dotted, place, f"{at}: {danger(printable(module), printable(name))}")

    def allows(self, module: str, name: str) -> bool:
        """Tell whether the import is on the allow list or vouched for."""
        return is_allowed(module, name) or f"{module}.{name}" in self.vouched

    def charge(self, size: int) -> None:
        """Take `size` unpacked bytes from what is left.

        Raises:
            Unreadable: there are not as many left.
        """
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise Unreadable("unpacks to too much", f"more than {UNPACKED_BYTES // 1024**3} GiB unpacked")

    def charge_member(self) -> None:
        """Take one archive member from what is left.

        Raises:
            Unreadable: there is none left.
        """
        self.members_left -= 1
        if self.members_left < 0:
            raise Unreadable("too many members", f"more than {MEMBERS} members in archives")


def printable(text: str) -> str:
    """Return `text` on one line, 200 characters at most, so that a file cannot forge what a report says."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:200])
