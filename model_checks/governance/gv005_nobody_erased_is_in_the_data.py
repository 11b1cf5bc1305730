"""GV005: nobody on the erasure list is in the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract import literals
from model_checks.erasure import BLANKS
from model_checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.dataset import Dataset
    from model_checks.erasure import ErasureList, Spelling

RULE = "nobody is on the erasure list"
SHOWN, BLOCK_BYTES = 5, 64


@check("nobody on the erasure list is in the data", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def gv005(
    train: Dataset, erasure_list: ErasureList, test: Dataset | None = None, current: Dataset | None = None
) -> Iterator[Finding]:
    """Look for everybody on the erasure list in every table of the run.

    The list (`[data] erasure_list`) holds SHA-256 or HMAC-SHA-256 digests of identifiers, one a line, and says in
    its header in which columns they stand and how they are spelled before they are hashed. Every cell of
    these columns is hashed alike; rows are counted and numbered (row 1 follows the header), never shown.

    Why: who withdrew consent, objected or asked for erasure must not be learned from again; a table that was
        exported before the request still holds them.
    Fix: delete the rows where the table is made, and make it again.
    Source: Regulation (EU) 2016/679, articles 7(3), 17 and 21; California Civil Code 1798.105 and 1798.120;
        RFC 2104 (HMAC).
    """
    looked = 0
    for table in (t for t in (train, test, current) if t is not None):
        present = [c for c in erasure_list.columns if c in table.columns]
        looked += len(present)
        yield from (_judged(table, column, erasure_list) for column in present)
        if not present:
            listed = ", ".join(erasure_list.columns)
            yield Finding.said(f"has none of the erasure list's columns ({listed})", where=table.name)
    if not looked:
        yield Finding(
            ok=None, where=erasure_list.name, rule=RULE,
            message="no table has a column that the list names, so nobody could be looked for",
            fix='say "# column: NAME = text" in the list, with the column that holds identifiers in the tables',
        )  # fmt: skip


def _judged(table: Dataset, column: str, erased: ErasureList) -> Finding:
    count, rows = _found(table, column, erased)
    where = f"{table.name}: {column}"
    if not count:
        message = f"none of {table.rows:,} rows is of the {len(erased.digests):,} on the list"
        return Finding(ok=True, where=where, rule=RULE, message=message, measured=0, limit=0, unit=" rows")
    numbers = ", ".join(map(str, rows)) + (" and others" if count > len(rows) else "")
    return Finding(
        ok=False, where=where, rule=RULE, measured=count, limit=0, unit=" rows",
        message=f"{'1 row is' if count == 1 else f'{count:,} rows are'} of people on the list: row {numbers}",
        fix=f"delete these rows where {table.name} is made, make it again, and train on what is left",
    )  # fmt: skip


def _found(table: Dataset, column: str, erased: ErasureList) -> tuple[int, list[int]]:
    if not erased.digests:
        return 0, []
    spelling = erased.columns[column]
    cell = f"CAST({literals.name(column)} AS VARCHAR)"
    matches = [f"{_digest(_spelled('value', spelling), spelling, erased.key)} IN (SELECT digest FROM erased)"]  # noqa: S608 - names are quoted
    # The engine knows no NFKC: cells that are not ASCII are hashed here, each once.
    other = f"list(DISTINCT {cell}) FILTER (strlen({cell}) <> length({cell}))"
    [[others]] = table.query(f"SELECT {other} FROM raw")  # noqa: S608 - names are quoted
    if found := tuple(v for v in others or () if erased.holds(v, spelling)):
        matches.append(f"value IN {literals.texts(found)}")
    # One text that the engine cuts: a list of as many constants takes it far longer to read.
    listed = " ".join(sorted(erased.digests))
    cells = f"SELECT row_number() OVER () AS row_at, {cell} AS value FROM raw"  # noqa: S608 - the same
    erased_list = f"SELECT unnest(string_split('{listed}', ' ')) AS digest"
    found_in = f"SELECT count(*), min(row_at, {SHOWN}) FROM ({cells}) WHERE {' OR '.join(matches)}"  # noqa: S608 - the same
    [(count, rows)] = table.query(f"WITH erased AS ({erased_list}) {found_in}")
    return int(count), list(rows or ())


def _spelled(value: str, spelling: Spelling) -> str:
    """Return SQL for an ASCII cell as it is hashed; NULL for an empty one, which is nobody's."""
    blanks = " || ".join(f"chr({ord(c)})" for c in BLANKS)
    spelled = {
        "exact": value,
        "digits": f"regexp_replace({value}, '[^0-9]', '', 'g')",
        "text": f"lower(trim({value}, {blanks}))",
        "digest": f"lower(trim({value}, {blanks}))",
    }[spelling]
    return f"nullif({spelled}, '')"


def _digest(text: str, spelling: Spelling, key: bytes) -> str:
    if spelling == "digest":
        return text
    if not key:
        return f"sha256({text})"
    inner, outer = _pad(key, 0x36), _pad(key, 0x5C)
    return f"sha256({outer} || unhex(sha256({inner} || encode({text}))))"


def _pad(key: bytes, byte: int) -> str:
    from hashlib import sha256

    short = sha256(key).digest() if len(key) > BLOCK_BYTES else key
    return "'" + "".join(f"\\x{b ^ byte:02X}" for b in short.ljust(BLOCK_BYTES, b"\0")) + "'::BLOB"
