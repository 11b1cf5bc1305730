"""Recognises IP and MAC addresses: online identifiers that single out a device and its owner.

Source: Regulation (EU) 2016/679, recital 30; RFC 791, RFC 4291; IEEE 802.
"""

from __future__ import annotations

import ipaddress
import re

from model_checks.personal_data.column import Column, Likeness

MAC = re.compile(
    r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)
BARE_MAC = re.compile(r"[0-9A-Fa-f]{12}")
WITHIN = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)", re.ASCII)
AROUND = re.compile(r"^\[|\]?:\d{1,5}$|/\d{1,2}$")
MOST, HALF, LARGE = 0.7, 0.5, 100


def ip_address(column: Column) -> Likeness | None:
    """Recognise IPv4 and IPv6 addresses, also with a port or a prefix length.

    Versions such as 1.12.0.3 are written alike, but their parts are small: without a hint in the name half
    of the values must have a part of 100 or more.
    """
    share = column.share(_is_ip)
    if share < MOST or column.says("version"):
        return None
    if not column.says("ip") and column.share(_is_no_version) < HALF:
        return None
    return Likeness(kind="IP address", confidence=0.95, reason=f"{share:.0%} of values are IP addresses")


def mac_address(column: Column) -> Likeness | None:
    """Recognise the hardware addresses of network cards; without separators where the name says so."""
    hinted = "mac" in column.words
    share = column.share(lambda v: bool(MAC.fullmatch(v) or (hinted and BARE_MAC.fullmatch(v))))
    if share < MOST:
        return None
    return Likeness(kind="MAC address", confidence=0.95, reason=f"{share:.0%} of values are hardware addresses")


def holds_public_ip(value: str) -> bool:
    """Tell whether a longer text has an IPv4 address of the public net: others lead to no person."""
    return any(_is_global(m.group()) and _is_no_version(m.group()) for m in WITHIN.finditer(value))


def _is_ip(value: str) -> bool:
    if not ("." in value or ":" in value) or len(value) < 3:  # noqa: PLR2004 - "::1"
        return False
    return _is_address(value) or _is_address(AROUND.sub("", AROUND.sub("", value)))


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_global(value: str) -> bool:
    try:
        return ipaddress.ip_address(value).is_global
    except ValueError:
        return False


def _is_no_version(value: str) -> bool:
    return ":" in value or any(part.isdecimal() and int(part) >= LARGE for part in value.split("."))
