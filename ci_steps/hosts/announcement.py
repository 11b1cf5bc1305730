"""What a host is told when a run has ended: lines for its log, and text for the files that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """`lines` go to standard error; each text of `appended` is added to the end of its file."""

    lines: tuple[str, ...] = ()
    appended: Mapping[Path, str] = field(default_factory=dict)
