"""Recognises IP and MAC addresses: online identifiers that single out a device and its owner.

Source: Regulation (EU) 2016/679, recital 30; RFC 791, RFC 4291; IEEE 802.
"""

from __future__ import annotations

import ipaddress
import re

from model_checks.personal_data.column import Column, Likeness

HINTS = ("ip", "ipv4", "ipv6", "ip address", "client ip", "remote addr", "host", "ipaddr")
VERSIONS = ("version", "build", "release", "firmware", "oid", "revision")
MAC = re.compile(
    r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)
MOST, HALF, LARGE = 0.8, 0.5, 100


def ip_address(column: Column) -> Likeness | None:
    """Recognise IPv4 and IPv6 addresses.

    Versions such as 1.12.0.3 are written alike, but their parts are small: without a hint in the name half
    of the values must have a part of 100 or more.
    """
    share = column.share(_is_ip)
    if share < MOST or column.says(*VERSIONS):
        return None
    if not column.says(*HINTS) and column.share(_is_no_version) < HALF:
        return None
    return Likeness(kind="IP address", confidence=0.9, reason=f"{share:.0%} of values are IP addresses")


def mac_address(column: Column) -> Likeness | None:
    """Recognise the hardware addresses of network cards."""
    share = column.share(lambda v: MAC.fullmatch(v) is not None)
    if share < MOST:
        return None
    return Likeness(kind="MAC address", confidence=0.9, reason=f"{share:.0%} of values are hardware addresses")


def _is_ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_no_version(value: str) -> bool:
    return ":" in value or any(part.isdecimal() and int(part) >= LARGE for part in value.split("."))
