"""Tells a value that could be a real secret from a placeholder, a lookup or an identifier."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter

PLACEHOLDER = re.compile(
    r"example|change.?me|change.?it|\byour|placeholder|dummy|sample|redacted|insert|replace|todo|fixme|fake|mock"
    r"|not.?(?:a.?)?real|not.?secret|test(?:ing)?.?(?:password|secret|token|key)|pass.?word|passwd|secret|hunter2"
    r"|none$|null$|true$|false$|12345|abcdef|qwerty|\.\.\.|x{4,}|0{6,}|\*{3,}",
    re.IGNORECASE,
)
TEMPLATE = re.compile(r"[<>{}$%`()\[\]]|^@|^!|^env[.:]|^vault:|^ref\+|environ|getenv|secrets\.", re.IGNORECASE)
MADE_UP = re.compile(r"example|x{4,}|(.)\1{7,}", re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
WORDS = re.compile(r"[A-Za-z]+(?:[-_./: ][A-Za-z]+)*\d{0,2}")
BITS_A_CHARACTER = 3.0
SHORTEST = 8


def bits_a_character(text: str) -> float:
    """Return the Shannon entropy of the characters of `text`, in bits; 0 for an empty one."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def is_made_up(value: str) -> bool:
    """Tell whether a token in a well-known format is only an illustration of that format."""
    return MADE_UP.search(value) is not None or len(set(value)) < SHORTEST


def is_weak_password(value: str) -> bool:
    """Tell whether a password in an address is a placeholder or a lookup."""
    return TEMPLATE.search(value) is not None or PLACEHOLDER.search(value) is not None


def looks_random(value: str) -> bool:
    """Tell whether `value` has the length and the mixture of characters of a secret, and is no placeholder."""
    if len(value) < SHORTEST or is_weak_password(value) or UUID.fullmatch(value) or WORDS.fullmatch(value):
        return False
    digits = any(c.isdigit() for c in value)
    letters = any(c.isalpha() for c in value)
    return digits and letters and bits_a_character(value) >= min(BITS_A_CHARACTER, math.log2(len(value)) - 0.5)


def is_signed_token(value: str) -> bool:
    """Tell whether `value` is a JSON Web Token: its first part is a JSON header that names an algorithm."""
    header = value.partition(".")[0]
    try:
        content = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, binascii.Error):
        return False
    return isinstance(content, dict) and "alg" in content
