"""Holds what a licence withholds against what the data is used for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from model_checks.datasheet import is_question
from model_checks.findings import Finding
from model_checks.governance.declarations import unanswered, undeclared
from model_checks.governance.licences import Licence, licences_of, nearest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

DECLARED, ALLOWS = "licence or agreement is declared", "licence allows the use"
SAYS_NOT = re.compile(r"\b(non ?commercial|not commercial|not for profit|non ?profit)\b")
COMMERCIAL = re.compile(
    r"\b(commercial\w*|product|production|business|sales|marketing|advertis\w*|for profit|resale)\b"
)
OTHER = re.compile(r"\b(research|teaching|education\w*|academic|demonstration|private use|hobby)\b")


def licence_findings(
    sheet: str, terms: Mapping[str, Any], use: Mapping[str, Any]
) -> Generator[Finding, None, bool]:
    """Yield what the licence means for the use; return whether it is a known one.

    A known licence holds everywhere and for every purpose, but for what is yielded about it.

    Of several ways to be licensed (`A OR B`) the first that allows the use counts, else the first.
    """
    licence, agreement = terms.get("licence"), terms.get("agreement")
    where = f"{sheet}: terms.licence"
    asked = [(key, terms[key]) for key in ("licence", "agreement") if is_question(terms.get(key))]
    if asked:
        yield from (unanswered(f"{sheet}: terms.{key}", DECLARED, str(question)) for key, question in asked)
        return False
    if not str(licence or "").strip():
        if str(agreement or "").strip():
            yield Finding(ok=True, where=f"{sheet}: terms.agreement", rule=DECLARED, message=f"is {agreement}")
            return False
        fix = f'add licence = "<SPDX identifier>" or agreement = "<the contract>" to [terms] in {sheet}'
        yield undeclared(where, DECLARED, "the licence or the agreement that the data came under", fix)
        return False
    ways = licences_of(str(licence))
    if ways is None:
        yield _unknown(where, str(licence))
        return False
    return (yield from _known(sheet, where, str(licence), ways, use))


def _known(
    sheet: str, where: str, licence: str, ways: Sequence[Sequence[Licence]], use: Mapping[str, Any]
) -> Generator[Finding, None, bool]:
    judged = [(way, list(_held(sheet, where, way, use))) for way in ways]
    way, findings = next((j for j in judged if all(f.ok for f in j[1])), judged[0])
    spelled = " AND ".join(one.name for one in way)
    yield Finding(ok=True, where=where, rule=DECLARED, message=f"is {spelled}")
    if len(ways) == 1 and spelled != licence:
        yield Finding.said(f'"{licence}" is read as the SPDX identifier {spelled}', where=where)
    yield from findings
    return True


def _unknown(where: str, licence: str) -> Finding:
    if near := nearest(licence):
        return Finding(
            ok=False, where=where, rule=DECLARED,
            message=f'"{licence}" is no known SPDX identifier; did you mean {near}?',
            fix=f'write licence = "{near}" if it is that one, else agreement = "{licence}" with its purposes',
        )  # fmt: skip
    message = f'is "{licence}", which is no SPDX identifier known here: the declared purposes and territory count'
    return Finding(ok=True, where=where, rule=DECLARED, message=message)


def _held(sheet: str, where: str, way: Sequence[Licence], use: Mapping[str, Any]) -> Iterator[Finding]:
    shared = use.get("shared")
    for one in way:
        if one.non_commercial:
            yield _non_commercial(sheet, where, one.name, use)
        if one.no_derivatives and is_question(shared):
            yield unanswered(f"{sheet}: use.shared", ALLOWS, str(shared))
        elif one.no_derivatives and shared is True:
            yield Finding(
                ok=False, where=where, rule=ALLOWS,
                message=f"{one.name} lets nobody share what was made from the data, and use.shared is true",
                fix="keep the model and the prepared tables to yourselves, or get terms that allow to share them",
            )  # fmt: skip
        elif one.no_derivatives:
            yield Finding.said(f"{one.name}: what is made from the data must not be shared", where=where)
        if one.share_alike and shared is not False:
            yield Finding.said(f"{one.name}: adapted data that is shared must bear the same licence", where=where)


def _non_commercial(sheet: str, where: str, licence: str, use: Mapping[str, Any]) -> Finding:
    said, purpose = use.get("commercial"), str(use.get("purpose", ""))
    if is_question(said):
        return unanswered(f"{sheet}: use.commercial", ALLOWS, str(said))
    commercial = said if isinstance(said, bool) else _commercial(purpose)
    if commercial is False:
        return Finding(ok=True, where=where, rule=ALLOWS, message=f"{licence} allows a use that is not commercial")
    if commercial:
        return Finding(
            ok=False, where=where, rule=ALLOWS,
            message=f"{licence} allows no commercial use, and the purpose is {purpose or 'commercial'}",
            fix="use other data, or get the owner's agreement and declare it as terms.agreement",
        )  # fmt: skip
    return undeclared(
        f"{sheet}: use.commercial", ALLOWS, f"true or false, as {licence} allows no commercial use",
        f"add commercial = false to [use] in {sheet} if that is true of the purpose",
    )  # fmt: skip


def _commercial(purpose: str) -> bool | None:
    plain = " ".join(purpose.casefold().replace("-", " ").replace("_", " ").split())
    if SAYS_NOT.search(plain):
        return False
    if COMMERCIAL.search(plain):
        return True
    return False if OTHER.search(plain) else None
