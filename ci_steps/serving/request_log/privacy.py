"""What of a row may be written down: personal columns are left out, or hashed with a key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci_steps.serving.engine import Columns
    from model_checks.contract.dialect import Column

DIGEST = 16  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Which columns are personal, and the key they are hashed with; without a key they are left out."""

    personal: frozenset[str]
    key: bytes = b""

    def kinds(self, columns: Mapping[str, Column]) -> dict[str, str]:
        """Return the columns that are written, each with its kind."""
        kept = {name: column.type for name, column in columns.items() if self.key or name not in self.personal}
        return {name: "string" if name in self.personal else kind for name, kind in kept.items()}

    def shown(self, name: str, columns: Columns) -> Sequence[Any]:
        """Return the values of a column as they are written.

        The same value has the same hash under one key, so that a person's rows can be counted and, by whoever has
        the key, found and erased. Without the key nobody can try out values, as they can with a plain hash.
        """
        if name not in self.personal:
            return columns[name]
        return [None if value is None else self._hash(value) for value in columns[name]]

    def _hash(self, value: Any) -> str:
        # A client may write the whole number 3 as 3.0: it is the same value.
        is_whole = isinstance(value, float) and value.is_integer()
        text = json.dumps(int(value) if is_whole else value).encode()
        return hashlib.blake2b(text, key=self.key, digest_size=DIGEST).hexdigest()
