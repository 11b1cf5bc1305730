"""The record of what is packaged: which form, what it was converted from, and by what."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """`form` is "onnx", "skops" or "original"; `judged` and `packaged` are SHA-256 of model files.

    `versions` are those of the converter and of the model's own packages, `classes` the judged model's labels in
    its order. `parity` says how far apart the answers to the test table are: rows, labels, tied, distance.
    """

    form: str
    judged: str
    packaged: str
    classes: tuple[Any, ...] = ()
    gives_probabilities: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.0
    parity: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_converted(self) -> bool:
        """True where the packaged file is another than the judged one."""
        return self.form != "original"

    def write(self, file: Path) -> None:
        """Write the record."""
        file.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", "utf-8")

    @classmethod
    def read(cls, file: Path) -> Conversion:
        """Return the record in `file`, which `write` wrote."""
        found = json.loads(file.read_text("utf-8"))
        return cls(**found | {"classes": tuple(found["classes"])})
