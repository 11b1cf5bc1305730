"""GV002: terms allow the purpose, and retention has not passed."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, WARN, Phase, check
from model_checks.datasheet import is_question
from model_checks.findings import Finding
from model_checks.governance.declarations import section, unanswered, undeclared
from model_checks.governance.licence_terms import licence_findings
from model_checks.governance.territories import WORLD, outside, places_of
from model_checks.signatures import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.inputs import Datasheet

ANY_PURPOSE = frozenset({"any", "any purpose", "all", "all purposes", "every purpose"})
PURPOSE, TERRITORY, EXPIRY, RETENTION = (
    "terms allow the purpose", "terms allow the territory", "terms have not expired", "retention has not passed",
)  # fmt: skip


@check(
    "terms allow the purpose, and retention has not passed",
    phases=Phase.INTEGRATION,
    levels=(WARN, WARN, BLOCK),
)
def gv002(datasheet: Datasheet, today: dt.date, *, notice_days: Count = 30) -> Iterator[Finding]:
    """Hold what the model is for against the terms under which the data came.

    A licence is read as an SPDX expression: one that withholds commercial use, derivatives or freedom to
    license what is shared is held against `use.purpose`, `use.commercial` and `use.shared`. The purpose must
    be among `terms.purposes`, and `use.territory` lie in `terms.territory`; a licence that is known here may
    leave out both. `terms.expires` and `retention.until` are the last good days; `retention.days` count
    from the first day of `source.collected`. What ends within `notice_days` is noted.

    Why: a model made from data that its owner may not use so, or no longer, has to be taken back.
    Fix: get terms that allow what is done, or other data; delete what is kept beyond its time.
    Source: Regulation (EU) 2016/679, articles 5(1)(b) and 5(1)(e); SPDX specification 3.0, annex B; Creative
        Commons legal code 4.0, sections 1 to 3.
    """
    if not datasheet.name:
        yield Finding(
            ok=False, rule="datasheet", message="there is no datasheet, expected one with the data's terms",
            fix="write datasheet.toml with [terms] and [use] and name it in iddr.toml as data.datasheet",
        )  # fmt: skip
        return
    terms, use = section(datasheet, "terms"), section(datasheet, "use")
    licensed = yield from licence_findings(datasheet.name, terms, use)
    yield _purpose(datasheet.name, terms, use, licensed=licensed)
    yield _territory(datasheet.name, terms, use, licensed=licensed)
    yield from _expiry(datasheet.name, terms, today, notice_days)
    yield from _retention(datasheet, today, notice_days)


def _purpose(sheet: str, terms: Mapping[str, Any], use: Mapping[str, Any], *, licensed: bool) -> Finding:
    purpose, allowed = str(use.get("purpose", "")).strip(), terms.get("purposes")
    where = f"{sheet}: use.purpose"
    if is_question(purpose):
        return unanswered(where, PURPOSE, purpose)
    if not purpose:
        return undeclared(where, PURPOSE, "what the model is for", f"add purpose to [use] in {sheet}")
    if allowed is None and licensed:
        return Finding(
            ok=True, where=where, rule=PURPOSE, message=f"{purpose}: no list of purposes limits the licence"
        )
    return _among(sheet, where, purpose, allowed)


def _among(sheet: str, where: str, purpose: str, allowed: object) -> Finding:
    place = f"{sheet}: terms.purposes"
    if is_question(allowed):
        return unanswered(place, PURPOSE, str(allowed))
    listed = {_plain(p): p for p in allowed if str(p).strip()} if isinstance(allowed, list) else {}
    if open_question := next((p for p in listed.values() if is_question(p)), None):
        return unanswered(place, PURPOSE, open_question)
    if not listed:
        fix = f"add purposes, a list of texts, to [terms] in {sheet}"
        return undeclared(place, PURPOSE, "the purposes that the terms allow", fix)
    if _plain(purpose) in listed or listed.keys() & ANY_PURPOSE:
        return Finding(ok=True, where=where, rule=PURPOSE, message=f"{purpose}: allowed by the terms")
    near = difflib.get_close_matches(_plain(purpose), listed, n=1)
    hint = f"; did you mean {listed[near[0]]}?" if near else ""
    return Finding(
        ok=False, where=where, rule=PURPOSE,
        message=f"{purpose} is not among the purposes that the terms allow: {', '.join(listed.values())}{hint}",
        fix="use the data for what the terms allow only, or get terms that allow this purpose and declare them",
    )  # fmt: skip


def _territory(sheet: str, terms: Mapping[str, Any], use: Mapping[str, Any], *, licensed: bool) -> Finding:
    where, granted, used = f"{sheet}: use.territory", terms.get("territory"), use.get("territory")
    for key, value in (("terms.territory", granted), ("use.territory", used)):
        for one in (v for v in (value if isinstance(value, list) else [value]) if is_question(v)):
            return unanswered(f"{sheet}: {key}", TERRITORY, str(one))
    allowed, places = places_of(granted or ()), places_of(used or ())
    if allowed and WORLD not in allowed:
        return _inside(sheet, where, allowed, places)
    if not allowed and not licensed:
        fix = f'add territory, such as "EU" or "worldwide", to [terms] in {sheet}'
        return undeclared(f"{sheet}: terms.territory", TERRITORY, "where the data may be used", fix)
    whose = "the terms hold" if allowed else "the licence holds"
    return Finding(ok=True, where=where, rule=TERRITORY, message=f"{whose} all over the world")


def _inside(sheet: str, where: str, allowed: tuple[str, ...], places: tuple[str, ...]) -> Finding:
    if not places:
        fix = f"add territory, where the data is stored and processed, to [use] in {sheet}"
        return undeclared(where, TERRITORY, f"where it is used, as the terms hold for {_shown(allowed)}", fix)
    if beyond := outside(places, allowed):
        return Finding(
            ok=False, where=where, rule=TERRITORY,
            message=f"{_shown(beyond)} is outside of where the terms allow it: {_shown(allowed)}",
            fix="process the data where the terms allow it, or get terms that hold there too",
        )  # fmt: skip
    return Finding(ok=True, where=where, rule=TERRITORY, message=f"{_shown(places)} is in {_shown(allowed)}")


def _expiry(sheet: str, terms: Mapping[str, Any], today: dt.date, notice: int) -> Iterator[Finding]:
    expires, where = terms.get("expires"), f"{sheet}: terms.expires"
    if is_question(expires):
        yield unanswered(where, EXPIRY, str(expires))
    elif isinstance(expires, dt.date):
        fix = "renew the terms, or stop using the data and what was made from it"
        yield from _in_time(where, EXPIRY, "the terms hold", expires, today, notice, fix)


def _retention(sheet: Datasheet, today: dt.date, notice: int) -> Iterator[Finding]:
    kept, where = section(sheet, "retention"), f"{sheet.name}: retention"
    asked = [(key, kept[key]) for key in ("until", "days") if is_question(kept.get(key))]
    for key, question in asked:
        yield unanswered(f"{where}.{key}", RETENTION, question)
    fix = "delete the data and retrain without it, or declare the ground on which it is kept longer"
    if isinstance(until := kept.get("until"), dt.date):
        yield from _in_time(f"{where}.until", RETENTION, "the data may be kept", until, today, notice, fix)
    if isinstance(days := kept.get("days"), int):
        first = _first_day(section(sheet, "source").get("collected"))
        if first is None:
            expected = "the day from which retention.days count"
            yield undeclared(f"{sheet.name}: source.collected", RETENTION, expected, "add collected to [source]")
        else:
            last = first + dt.timedelta(days=min(days, (dt.date.max - first).days))
            held = f"rows collected on {first} may be kept"
            yield from _in_time(f"{where}.days", RETENTION, held, last, today, notice, fix)
    if not asked and not kept.keys() & {"until", "days"} and section(sheet, "personal").get("contains") is True:
        fix = f"add until or days to [retention] in {sheet.name}"
        yield undeclared(where, RETENTION, "until when personal data is kept", fix)


def _in_time(
    where: str, rule: str, what: str, last: dt.date, today: dt.date, notice: int, fix: str
) -> Iterator[Finding]:
    left = (last - today).days
    if left < 0:
        yield Finding(
            ok=False, where=where, rule=rule, message=f"{what} until {last}, and today is {today}", measured=left,
            limit=0, unit=" days", fix=fix,
        )  # fmt: skip
        return
    yield Finding(
        ok=True, where=where, rule=rule, message=f"{what} until {last}", measured=left, limit=0, unit=" days"
    )
    if left <= notice:
        yield Finding.said(f"{what} for {left} more days", where=where)


def _first_day(collected: object) -> dt.date | None:
    first = collected.get("from") if isinstance(collected, dict) else collected
    return first if isinstance(first, dt.date) else None


def _plain(text: object) -> str:
    return " ".join(str(text).casefold().replace("-", " ").replace("_", " ").split())


def _shown(places: tuple[str, ...]) -> str:
    return ", ".join(p.upper() if len(p) <= len("us-ca") else p for p in places)
