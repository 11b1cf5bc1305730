from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.erasure import ErasureListError, read_erasure_list, spelled_as
from model_checks.findings import NotAudited

KEY = b"a key of the secret store"
DIGEST = hashlib.sha256(b"ann@example.org").hexdigest()


def by(key, text):
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def written(folder, *lines):
    path = folder / "erased.txt"
    path.write_text("\n".join(lines), "utf-8")
    return path


def keyed(folder, check=None):
    check = check or by(KEY, "iddr erasure list")
    head = ("# algorithm: hmac-sha256", "# key: ERASURE_KEY", f"# key-check: {check}", "# column: email = text")
    return written(folder, *head, by(KEY, "ann@example.org"))


def test_plain_list_is_read_with_its_columns(tmp_path):
    path = written(
        tmp_path, "# made on Monday", "# column: e = mail = text", "# column: phone = digits", "", DIGEST
    )
    found = read_erasure_list(path, {})
    assert dict(found.columns) == {"e = mail": "text", "phone": "digits"}
    assert found.digests == {DIGEST}
    assert found.holds(" Ann@Example.org ", "text")
    assert not found.holds("ben@example.org", "text")


def test_keyed_list_takes_its_key_from_the_environment_and_hides_it(tmp_path):
    found = read_erasure_list(keyed(tmp_path), {"ERASURE_KEY": KEY.decode()})
    assert found.holds("ann@example.org", "text")
    assert KEY.decode() not in repr(found)


@pytest.mark.parametrize("environment", [{}, {"ERASURE_KEY": ""}, {"ERASURE_KEY": "another key"}])
def test_without_the_right_key_nobody_is_looked_for(tmp_path, environment):
    with pytest.raises(NotAudited, match="ERASURE_KEY"):
        read_erasure_list(keyed(tmp_path), environment)


def test_keyed_list_without_a_proof_of_its_key_is_not_looked_at(tmp_path):
    with pytest.raises(NotAudited, match="key-check"):
        read_erasure_list(keyed(tmp_path, check="0"), {"ERASURE_KEY": KEY.decode()})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((DIGEST,), "in which columns"),
        (("# column: email",), "line 1: expected"),
        (("# column: email = upper",), "one of text, digits, exact, digest"),
        (("# algorithm: md5", "# column: e = text"), "algorithm is not known"),
        (("# algorithm: hmac-sha256", "# column: e = text"), "hmac-sha256, and it alone"),
        (("# key: K", "# column: e = text"), "hmac-sha256, and it alone"),
        (("# column: e = text", DIGEST.upper()), "line 2 is no digest"),
    ],
)
def test_wrong_list_is_refused_with_its_place(tmp_path, lines, told):
    with pytest.raises(ErasureListError, match=told):
        read_erasure_list(written(tmp_path, *lines), {})


def test_identifier_in_the_clear_is_not_repeated(tmp_path):
    with pytest.raises(ErasureListError) as raised:
        read_erasure_list(written(tmp_path, "# column: e = text", "ann@example.org"), {})
    assert "ann" not in str(raised.value)


def test_file_that_is_not_there_or_not_text_is_told(tmp_path):
    with pytest.raises(ErasureListError, match="cannot be opened"):
        read_erasure_list(tmp_path / "none.txt", {})
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ErasureListError, match="UTF-8"):
        read_erasure_list(tmp_path / "bytes.txt", {})


@pytest.mark.parametrize(
    ("value", "spelling", "spelled"),
    [
        (" Zoë@Example.ORG\t", "text", "zoë@example.org"),
        ("\uff21nn", "text", "ann"),
        ("+49 (30) 90-18", "digits", "49309018"),
        ("\uff14\uff19", "digits", "49"),
        (" As Is ", "exact", " As Is "),
    ],
)
def test_identifier_is_spelled_before_it_is_hashed(value, spelling, spelled):
    assert spelled_as(value, spelling) == spelled


@given(st.text())
def test_spelling_twice_changes_nothing(value):
    for spelling in ("digits", "exact"):
        assert spelled_as(spelled_as(value, spelling), spelling) == spelled_as(value, spelling)


def test_nobody_has_an_empty_identifier(tmp_path):
    path = written(tmp_path, "# column: e = text", hashlib.sha256(b"").hexdigest())
    assert not read_erasure_list(path, {}).holds("  ", "text")
