"""Gives back what loading needs and a loaded model does not: a third of a small worker, which glibc would keep."""

from __future__ import annotations

import ctypes

MMAP_THRESHOLD = -3  # of malloc.h
LOADING, ANSWERING = 1 << 16, 1 << 25  # bytes; the second is the most that glibc takes


def lean() -> None:
    """Let larger pieces have pages of their own, which go back whole."""
    _call("mallopt", MMAP_THRESHOLD, LOADING)


def returned() -> None:
    """Give back what is free, and stop giving large pieces pages of their own, which would cost time."""
    _call("mallopt", MMAP_THRESHOLD, ANSWERING)
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    if known := getattr(ctypes.CDLL(None), name, None):  # other libraries of C have neither
        known(*arguments)
