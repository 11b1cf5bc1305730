from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.model_files.scanning import scan_file
from tests.ci_steps.serving.kinds.made_models import categorical, table, xgboost_file

if TYPE_CHECKING:
    from pathlib import Path


def text(word: str) -> bytes:
    return b"L" + struct.pack(">q", len(word)) + word.encode()


HEAD = b"{" + text("learner") + b"{}" + text("version") + b"[$i#L" + struct.pack(">q", 3) + b"\3\2\0"


@pytest.fixture(scope="module")
def booster() -> bytes:
    frame, labels = table()
    return xgboost_file("binary:logistic", categorical(frame), labels)[0]


def form(folder: Path, content: bytes) -> str:
    (folder / "m").write_bytes(content)
    found = scan_file(folder / "m")
    return found.format if found.cleared else found.threats[0].what


def test_xgboosts_own_file_is_cleared(booster: bytes, tmp_path: Path) -> None:
    assert form(tmp_path, booster) == "xgboost-ubj"
    assert form(tmp_path, HEAD + b"}") == "xgboost-ubj"


def test_a_file_that_is_cut_or_goes_on_is_not_cleared(booster: bytes, tmp_path: Path) -> None:
    assert "broken UBJSON" in form(tmp_path, booster[:-1])
    assert "broken UBJSON" in form(tmp_path, booster[: len(booster) // 2])
    assert "bytes behind" in form(tmp_path, booster + b"\0")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (HEAD + text("more") + b"T}", "unknown UBJSON"), (b"{" + text("learner") + b"T}", "unknown UBJSON"),
        (HEAD + b"?}", "broken UBJSON"), (HEAD[:-3] + b"[$S#L" + struct.pack(">q", 1), "broken UBJSON"),
        (b"{" + text("a") + b"[" * 100, "too deep"), (b"{L" + struct.pack(">q", -1), "broken UBJSON"),
        (b"{" + text("a") + b"[$d#L" + struct.pack(">q", 2**62) + b"]}", "broken UBJSON"),
    ],
)  # fmt: skip
def test_what_xgboost_never_writes_is_not_cleared(content: bytes, word: str, tmp_path: Path) -> None:
    assert word in form(tmp_path, content)


@given(st.binary(max_size=60))
def test_any_bytes_are_judged(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assert "xgboost" not in form(tmp_path_factory.getbasetemp(), b"{L" + content)
