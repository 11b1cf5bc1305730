from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.findings import Finding, NotAudited
from model_checks.inputs import Repository
from model_checks.security.sc003_no_secret_in_repository import LARGEST, sc003
from tests.model_checks.security.secrets_made import RANDOM, made_secrets, quoted


def judged(folder: Path, files: dict[str, str | bytes], *allow: str) -> list[Finding]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    repository = Repository(root=folder, files=tuple(Path(n) for n in files), revision="")
    return list(sc003(repository, allow=allow))


def failures(folder: Path, name: str, content: str, *allow: str) -> list[Finding]:
    return [f for f in judged(folder, {name: content}, *allow) if f.ok is False]


@pytest.mark.parametrize("kind", made_secrets())
def test_secret_of_every_format_fails(kind: str, tmp_path: Path) -> None:
    name, content = made_secrets()[kind]
    [finding] = failures(tmp_path, name, "first line\n" + content + "\n")
    assert finding.where == name
    assert finding.rule.startswith(kind.partition(" #")[0])
    assert f"{name}:2" in finding.message
    assert "revoke" in finding.fix


@pytest.mark.parametrize("kind", made_secrets())
def test_the_secret_itself_is_never_printed(kind: str, tmp_path: Path) -> None:
    name, content = made_secrets()[kind]
    [finding] = failures(tmp_path, name, content)
    for word in content.replace('"', " ").replace("=", " ").split():
        assert len(word) < 16 or word not in finding.message


HARMLESS = [
    'password = "changeme"',
    'password = "your-password-here"',
    'token = "<token>"',
    'token = "${API_TOKEN}"',
    'token = os.environ["API_TOKEN_2024"]',
    'api_key = "xxxxxxxxxxxx1234"',
    'secret = "{{ vault_secret_1 }}"',
    'secret_name = "prod/db-credentials-7"',
    'pad_token = "[PAD0123]"',
    'tokenizer = "bert-base-v2-1a2b3c4d"',
    'token = "123e4567-e89b-42d3-a456-426614174000"',
    'password_hash = "5f4dcc3b5aa765d61d8327deb882cf99"',
    'checksum = "d41d8cd98f00b204e9800998ecf8427e"',
    "revision: 4c7a6b0e1d2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b",
    "    --hash=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "postgresql://user:password@localhost/db",
    "http://name:pass-word@127.0.0.1:9/simple",
    "postgresql://postgres:postgres@localhost/db",
    "postgresql://${USER}:${PASSWORD}@db/prod",
    "https://example.org:8443/path@2",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "-----BEGIN " + "PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    'def login(password: str = "") -> None:',
    'raise ValueError("password must have 8 characters")',
    "eyJhbGciOiJub25lIn0.short.x",
    '"image/png": "iVBORw0KGgoAAAANSUhEUgAA' + "A1b2C3d4" * 30 + '"',
]


@pytest.mark.parametrize("line", HARMLESS)
@pytest.mark.parametrize("name", ["train.py", "settings.yaml", "requirements.txt"])
def test_placeholders_lookups_and_digests_hold(line: str, name: str, tmp_path: Path) -> None:
    assert failures(tmp_path, name, line + "\n") == []


def test_clean_repository_holds_and_says_how_much_was_searched(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, {"a.py": "x = 1\n", "b.md": ""})
    assert finding.ok is True
    assert "2 text files" in finding.message


def test_empty_repository_holds(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, {})
    assert finding.ok is True


def test_baseline_survives_a_move_within_the_file_and_knows_a_new_secret(tmp_path: Path) -> None:
    [first] = failures(tmp_path, "a.py", quoted(RANDOM))
    [moved] = failures(tmp_path, "a.py", "\n\n" + quoted(RANDOM))
    [other] = failures(tmp_path, "a.py", quoted(RANDOM[::-1]))
    assert (first.where, first.rule) == (moved.where, moved.rule)
    assert first.rule != other.rule


def test_one_secret_on_two_lines_is_one_finding_with_both_places(tmp_path: Path) -> None:
    [finding] = failures(tmp_path, "a.py", quoted(RANDOM) + "\n" + quoted(RANDOM))
    assert "a.py:1, a.py:2" in finding.message


def test_comment_on_the_line_allows_and_is_noted(tmp_path: Path) -> None:
    findings = judged(tmp_path, {"a.py": quoted(RANDOM) + "  # iddr: allow-secret\n"})
    assert [(f.ok, f.note) for f in findings] == [(True, True), (True, False)]
    assert "a.py:1" in findings[0].message


def test_comment_allows_its_own_line_alone(tmp_path: Path) -> None:
    assert failures(tmp_path, "a.py", "# iddr: allow-secret\n" + quoted(RANDOM))


def test_pattern_allows_its_files_alone_and_notes_them(tmp_path: Path) -> None:
    findings = judged(tmp_path, {"docs/a.md": quoted(RANDOM), "src/a.py": quoted(RANDOM)}, "docs/*")
    assert [(f.where, f.ok, f.note) for f in findings] == [("docs/a.md", True, True), ("src/a.py", False, False)]


def test_binary_and_large_files_are_noted_as_not_searched(tmp_path: Path) -> None:
    line = quoted(RANDOM).encode() + b"\n"
    files = {"model.bin": b"\0" + line, "large.txt": line + b" " * (LARGEST + 1 - len(line))}
    note, finding = judged(tmp_path, dict(files))
    assert "model.bin, large.txt" in note.message
    assert finding.ok is True


def test_file_at_the_size_limit_is_searched(tmp_path: Path) -> None:
    line = quoted(RANDOM) + "\n"
    assert failures(tmp_path, "a.txt", line + "\n" * (LARGEST - len(line)))


def test_notebook_source_fails_and_its_images_hold(tmp_path: Path) -> None:
    image = {"data": {"image/png": "A1b2" * 9000, "text/plain": "<Figure>"}, "output_type": "display_data"}
    cells = [
        {"cell_type": "code", "source": ["import x\n", quoted(RANDOM)], "outputs": [image]},
        {"cell_type": "code", "source": "1", "outputs": [{"text": [quoted(RANDOM)], "output_type": "stream"}]},
    ]
    [finding] = failures(tmp_path, "n.ipynb", json.dumps({"cells": cells}))
    assert "n.ipynb:cell 1:2" in finding.message


def test_token_that_a_notebook_printed_fails(tmp_path: Path) -> None:
    printed = {"output_type": "stream", "text": made_secrets()["GitHub token"][1]}
    cells = [{"cell_type": "code", "source": "", "outputs": [printed]}]
    [finding] = failures(tmp_path, "n.ipynb", json.dumps({"cells": cells}))
    assert "output of cell 1" in finding.message


def test_broken_notebook_is_searched_as_text(tmp_path: Path) -> None:
    assert failures(tmp_path, "n.ipynb", "{" + quoted(RANDOM))


def test_file_that_cannot_be_read_was_not_looked_at(tmp_path: Path) -> None:
    repository = Repository(root=tmp_path, files=(Path("gone.py"),), revision="")
    with pytest.raises(NotAudited, match=r"gone\.py"):
        list(sc003(repository))


def test_folder_that_is_none_was_not_looked_at(tmp_path: Path) -> None:
    with pytest.raises(NotAudited, match="give"):
        list(sc003(Repository(root=tmp_path / "none", files=(), revision="")))


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_around_a_secret_does_not_hide_it(tmp_path_factory: pytest.TempPathFactory, around: str) -> None:
    folder = tmp_path_factory.mktemp("repository")
    content = around + "\n" + made_secrets()["GitHub token"][1] + "\n" + around
    assert any("GitHub token" in f.rule for f in failures(folder, "a.txt", content))
