"""Recognises national identifiers of people: numbers for tax, health and social security.

Source: the validators of python-stdnum, which cite each country's rules; Social Security Administration, POMS
RM 10201.030 and .035; HM Revenue & Customs, NIM39110 (National Insurance numbers).
"""

from __future__ import annotations

import functools
import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_checks.personal_data.column import Column, Likeness, ascii_digits

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Scheme:
    """A country's identifier: its validator's module below `stdnum`, and how it is written.

    The check digit of a `weak` one is also that of other numbers (Luhn's, a book's), or it has none: it
    counts where the column's name says so.
    """

    module: str
    pattern: re.Pattern[str]
    weak: bool = False


def _scheme(module: str, pattern: str, *, weak: bool = False) -> Scheme:
    return Scheme(module, re.compile(pattern, re.ASCII | re.IGNORECASE), weak)


SCHEMES = (
    _scheme("at.vnr", r"\d{4} ?\d{6}"),
    _scheme("au.tfn", r"\d{3} ?\d{3} ?\d{2,3}", weak=True),
    _scheme("be.nn", r"\d\d\.?\d\d\.?\d\d[- ]?\d{3}[. -]?\d\d"),
    _scheme("bg.egn", r"\d{10}"),
    _scheme("br.cpf", r"\d{3}\.?\d{3}\.?\d{3}-?\d\d"),
    _scheme("ca.sin", r"\d{3}[ -]?\d{3}[ -]?\d{3}", weak=True),
    _scheme("ch.ssn", r"756\.?\d{4}\.?\d{4}\.?\d\d"),
    _scheme("cl.rut", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dk]"),
    _scheme("cn.ric", r"\d{17}[\dx]"),
    _scheme("cz.rc", r"\d{6}/\d{3,4}|\d{10}"),
    _scheme("de.idnr", r"\d\d ?\d{3} ?\d{3} ?\d{3}"),
    _scheme("dk.cpr", r"\d{6}-\d{4}"),
    _scheme("dk.cpr", r"\d{10}", weak=True),
    _scheme("ec.ci", r"\d{9}-?\d", weak=True),
    _scheme("ee.ik", r"[1-8]\d{10}"),
    _scheme("es.dni", r"\d{8}[- ]?[a-z]"),
    _scheme("es.nie", r"[xyz]-?\d{7}-?[a-z]"),
    _scheme("fi.hetu", r"\d{6}[-+a-fu-y]\d{3}[\da-y]"),
    _scheme("fr.nir", r"[1278] ?\d\d ?\d\d ?(?:2[ab]|\d\d) ?\d{3} ?\d{3} ?\d\d"),
    _scheme("gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", weak=True),
    _scheme("gr.amka", r"\d{11}"),
    _scheme("hr.oib", r"\d{11}"),
    _scheme("id.nik", r"\d{16}"),
    _scheme("ie.pps", r"\d{7}[a-w][a-iw]?"),
    _scheme("il.idnr", r"\d{8,9}|\d{8}-\d", weak=True),
    _scheme("in_.aadhaar", r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}"),
    _scheme("in_.pan", r"[a-z]{3}[abcfghljpt][a-z]\d{4}[a-z]"),
    _scheme("is_.kennitala", r"\d{6}-?\d{4}"),
    _scheme("it.codicefiscale", r"[a-z]{6}[\dlmnp-v]{2}[a-ehlmprst][\dlmnp-v]{2}[a-z][\dlmnp-v]{3}[a-z]"),
    _scheme("jp.in_", r"\d{4}[ -]?\d{4}[ -]?\d{4}"),
    _scheme("kr.rrn", r"\d{6}-?\d{7}"),
    _scheme("lt.asmens", r"[1-6]\d{10}"),
    _scheme("lv.pvn", r"\d{6}-\d{5}"),
    _scheme("mx.curp", r"[a-z]{4}\d{6}[hmx][a-z]{5}[a-z\d]\d"),
    _scheme("my.nric", r"\d{6}-\d\d-\d{4}"),
    _scheme("my.nric", r"\d{12}", weak=True),
    _scheme("nl.bsn", r"\d{9}|\d{4}\.\d\d\.\d{3}"),
    _scheme("no.fodselsnummer", r"\d{6}[ -]?\d{5}"),
    _scheme("nz.ird", r"\d{2,3}-?\d{3}-?\d{3}", weak=True),
    _scheme("pe.cui", r"\d{8}-?[\da-k]", weak=True),
    _scheme("pk.cnic", r"\d{5}-\d{7}-\d"),
    _scheme("pl.pesel", r"\d{11}"),
    _scheme("pt.nif", r"\d{9}|\d{3} \d{3} \d{3}", weak=True),
    _scheme("ro.cnp", r"[1-9]\d{12}"),
    _scheme("ru.inn", r"\d{12}"),
    _scheme("se.personnummer", r"(?:\d\d)?\d{6}[-+]?\d{4}"),
    _scheme("si.emso", r"\d{13}"),
    _scheme("th.pin", r"\d-?\d{4}-?\d{5}-?\d\d-?\d"),
    _scheme("tr.tckimlik", r"[1-9]\d{10}"),
    _scheme("ua.rntrc", r"\d{10}"),
    _scheme("za.idnr", r"\d{13}|\d{6} \d{4} \d{3}"),
)  # fmt: skip
INSURANCE = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d\d ?){3}[A-D]")
SOCIAL = r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}"
PLAIN_SOCIAL = re.compile(SOCIAL.replace("-", "-?"), re.ASCII)
DASHED_SOCIAL = re.compile(SOCIAL, re.ASCII)
NUMBERED = re.compile(r"(?=(?:.*\d){5})[A-Za-z\d][A-Za-z\d ./+-]{4,22}[A-Za-z\d]|\d{6,20}")
FIRST, HINTED, NEARLY_ALL, ENOUGH, MOST = 12, 0.3, 0.9, 10, 0.6
FEWEST_DASHED = 2


def national_identifier(column: Column) -> Likeness | None:
    """Recognise numbers that a country's rules accept; any with enough digits where the name is certain."""
    certain = column.says("national")
    hinted = certain or column.says("national_or_other")
    country, share = _best(column, hinted=hinted)
    if country:
        said = ", as the name says" if hinted else ""
        return _likeness(0.97 if hinted else 0.9, f"{share:.0%} of values follow the rules of {country}{said}")
    if certain and (share := column.share(lambda v: NUMBERED.fullmatch(ascii_digits(v)) is not None)) >= MOST:
        return _likeness(0.8, f"the name says so and {share:.0%} of values are such numbers")
    return None


def _likeness(confidence: float, reason: str) -> Likeness:
    return Likeness(kind="national identifier", confidence=confidence, reason=reason)


def _best(column: Column, *, hinted: bool) -> tuple[str, float]:
    """Return the country whose rules fit best, and the share of values that follow them; "" where none does."""
    least = HINTED if hinted else NEARLY_ALL
    social = PLAIN_SOCIAL if hinted else DASHED_SOCIAL
    fits = [
        (column.share(_is_insurance), "GB"),
        (column.share(lambda v: social.fullmatch(v) is not None), "US"),
    ]
    fits += [
        (column.share(_rule(scheme)), scheme.module[:2].upper())
        for scheme in SCHEMES
        if (hinted or not scheme.weak) and _looks(column, scheme, least)
    ]
    share, country = max(fits)
    few = len(column.some) < (1 if hinted else ENOUGH) and not _is_telling(column)
    return ("", 0.0) if share < least or few else (country, share)


def _looks(column: Column, scheme: Scheme, least: float) -> bool:
    first = column.some[:FIRST]
    return sum(scheme.pattern.fullmatch(v) is not None for v in first) >= least * len(first) / 2 > 0


def _is_telling(column: Column) -> bool:
    """Tell whether values have dashes or letters where the rules want them: chance seldom puts them there."""
    written = [v for v in column.some if not v.isdecimal()]
    return len(written) == len(column.some) >= FEWEST_DASHED


def _rule(scheme: Scheme) -> Callable[[str], bool]:
    is_valid = _validator(scheme.module)
    return lambda value: scheme.pattern.fullmatch(value) is not None and is_valid(value)


@functools.cache
def _validator(module: str) -> Callable[[str], bool]:
    loaded = importlib.import_module(f"stdnum.{module}")
    function: Callable[[str], bool] = loaded.is_valid
    return function


def _is_insurance(value: str) -> bool:
    return INSURANCE.fullmatch(value.upper()) is not None
