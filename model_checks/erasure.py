"""Reads an erasure list: hashed identifiers of people who asked that their data be used no more.

A list is UTF-8 text. Lines with "#" say how it was made; every other line is one digest in lower-case
hexadecimal, of 64 digits:

    # algorithm: hmac-sha256
    # key: ERASURE_KEY
    # key-check: 0f3c2d...
    # column: email = text
    # column: phone = digits
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

`algorithm` is sha256 or hmac-sha256; `key` names the environment variable that holds the key of the latter,
which never stands in a file, and `key-check` is the digest of "iddr erasure list" by it: with another key
nobody would be found. Each `column` names where identifiers stand in the tables, and how they are
spelled before they are hashed: `text` (Unicode NFKC, without blanks around, lower case), `digits` (NFKC, the
digits 0 to 9 alone), `exact` (as they are), or `digest` (the cells hold such digests already).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast, get_args

from model_checks.findings import NotAudited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Spelling = Literal["text", "digits", "exact", "digest"]
ALGORITHMS = ("sha256", "hmac-sha256")
DIGEST = re.compile(r"[0-9a-f]{64}")
PROOF = b"iddr erasure list"
# What str.strip takes off ASCII texts.
BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"


class ErasureListError(ValueError):
    """The list cannot be read; the message says where and why, and never what stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureList:
    """Digests of people, and in which columns they are looked for; an empty `key` means plain SHA-256."""

    name: str
    columns: Mapping[str, Spelling]
    digests: frozenset[str]
    key: bytes = field(default=b"", repr=False)

    def holds(self, value: str, spelling: Spelling) -> bool:
        """Tell whether the person whose identifier is `value` is on the list; nobody has an empty one."""
        spelled = spelled_as(value, spelling)
        return bool(spelled) and self.digest(spelled, spelling) in self.digests

    def digest(self, spelled: str, spelling: Spelling) -> str:
        """Return the digest of an identifier that is spelled as it must be."""
        if spelling == "digest":
            return spelled
        text = spelled.encode("utf-8", "surrogatepass")
        return hmac.new(self.key, text, "sha256").hexdigest() if self.key else hashlib.sha256(text).hexdigest()


def spelled_as(value: str, spelling: Spelling) -> str:
    """Return `value` as it is hashed."""
    if spelling == "exact":
        return value
    plain = unicodedata.normalize("NFKC", value)
    if spelling == "digits":
        return re.sub(r"[^0-9]", "", plain)
    return plain.strip().lower()


def read_erasure_list(path: Path, environment: Mapping[str, str]) -> ErasureList:
    """Return the list at `path`; `environment` holds the key where the list is keyed.

    Raises:
        ErasureListError: it cannot be opened, its header is not as it must be, or a line is no digest.
        NotAudited: the environment lacks the key, or has another one.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise ErasureListError(f"{path.name}: cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ErasureListError(f"{path.name}: is not UTF-8 text; save it as UTF-8") from error
    header = [(number, line[1:].strip()) for number, line in enumerate(lines, 1) if line.startswith("#")]
    said = {n: tuple(part.strip() for part in text.split(":", 1)) for n, text in header if ":" in text}
    digests = frozenset(_digests(path.name, lines))
    values = {pair[0]: pair[1] for pair in said.values() if pair[0] != "column"}
    columns = dict(_column(path.name, n, pair[1]) for n, pair in said.items() if pair[0] == "column")
    if not columns:
        raise ErasureListError(
            f'{path.name}: no line says "# column: NAME = text"; say in which columns the identifiers stand'
        )
    return ErasureList(name=path.name, columns=columns, digests=digests, key=_key(path.name, values, environment))


def _digests(name: str, lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            if not DIGEST.fullmatch(text):
                raise ErasureListError(
                    f"{name}: line {number} is no digest, expected 64 of 0-9 and a-f; no identifier may stand in"
                    " the clear here"
                )
            yield text


def _column(name: str, number: int, text: str) -> tuple[str, Spelling]:
    column, _, spelling = (part.strip() for part in text.rpartition("="))
    if not column or spelling not in get_args(Spelling):
        expected = ", ".join(get_args(Spelling))
        raise ErasureListError(f'{name}: line {number}: expected "# column: NAME = " and one of {expected}')
    return column, cast("Spelling", spelling)


def _key(name: str, values: Mapping[str, str], environment: Mapping[str, str]) -> bytes:
    algorithm, variable = values.get("algorithm", "sha256"), values.get("key", "")
    if algorithm not in ALGORITHMS:
        raise ErasureListError(f"{name}: algorithm is not known, expected one of {', '.join(ALGORITHMS)}")
    if (algorithm == "hmac-sha256") != bool(variable):
        raise ErasureListError(
            f'{name}: hmac-sha256, and it alone, needs "# key: NAME_OF_AN_ENVIRONMENT_VARIABLE"'
        )
    if not variable:
        return b""
    key = environment.get(variable, "").encode()
    if not key:
        raise NotAudited(f"{name} is keyed, and the environment has no {variable}; set it, from the secret store")
    if hmac.new(key, PROOF, "sha256").hexdigest() != values.get("key-check", ""):
        raise NotAudited(
            f'{name}: {variable} is not the key that the list was made with; set that one, and say "# key-check: '
            f'DIGEST" in the list, the HMAC-SHA-256 of "{PROOF.decode()}" by it'
        )
    return key
