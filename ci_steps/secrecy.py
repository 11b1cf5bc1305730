"""Keeps the values of declared secrets out of logs, findings and progress."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

HIDDEN = "***"
SHORTEST = 4  # a shorter value is hidden nowhere: it would take words and numbers with it


@dataclass(frozen=True, slots=True)
class Secrecy:
    """The texts to hide, the longest first."""

    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str], env: Mapping[str, str]) -> Secrecy:
        """Return what hides the values of the variables `names`: as they are, each line, in base64, in a URL."""
        found = {text for name in names for text in _forms(env.get(name, "")) if len(text) >= SHORTEST}
        return cls(tuple(sorted(found, key=lambda text: (-len(text), text))))

    def hidden(self, text: str) -> str:
        """Return `text` with `***` in place of every secret."""
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text

    def hide_in(self, file: Path) -> None:
        """Hide every secret in `file`, whatever else it holds; a file without one is left as it is."""
        if not self.texts or not file.is_file():
            return
        found = content = file.read_bytes()
        for secret in self.texts:
            content = content.replace(secret.encode(), HIDDEN.encode())
        if content != found:
            file.write_bytes(content)


def _forms(value: str) -> Iterator[str]:
    for text in {value, *value.splitlines()}:
        yield text.strip()
        yield quote(text, safe="")
        yield base64.b64encode(text.encode()).decode().rstrip("=")
