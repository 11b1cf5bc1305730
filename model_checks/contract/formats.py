"""The formats that are checked, each as a pattern of the supported subset, so that all judge them alike.

Dates are of the years 0001 to 9999 and exist in the calendar; a date-time has an offset and no leap second.
Source: RFC 3339 (date, date-time), RFC 4122 (uuid), RFC 2673 3.2 (ipv4), HTML's input type email.
"""

from __future__ import annotations

from .patterns import Pattern, read

_YEAR = r"([0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"  # 0000 is not a year
_DAY = r"(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
_DATE = rf"({_YEAR}-({_DAY})|{_LEAP}-02-29)"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HEX = "[0-9A-Fa-f]"

FORMATS: dict[str, Pattern] = {
    name: read(f"^{source}$")
    for name, source in {
        "date": _DATE,
        "date-time": rf"{_DATE}[Tt]{_CLOCK}:[0-5][0-9](\.[0-9]+)?([Zz]|[+\-]{_CLOCK})",
        "email": rf"[A-Za-z0-9.!#$%&'*+/=?\^_`{{|}}~\-]{{1,64}}@{_LABEL}(\.{_LABEL})*",
        "ipv4": rf"({_OCTET}\.){{3}}{_OCTET}",
        "uuid": rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
    }.items()
}
