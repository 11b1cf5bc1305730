"""A mistake in the configuration, shown by GitHub where it is."""

from __future__ import annotations

import subprocess

import pytest

from ci_steps.commands.refused import refusal_lines

CONFIG = """\
schema = 1
[model]
name = "m"

[checks.MQ001]
metric = "roc_auc"
minimum = "high"

[[checks.MQ009.relations]]
name = "n"
"""
GITHUB = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def config(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "iddr.toml").write_text(CONFIG)
    return tmp_path / "models" / "iddr.toml"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("iddr.toml: checks.MQ001.minimum: found 'high'; expected number", 7),
        ("iddr.toml: checks.MQ001.minimun: unknown", 5),
        ("iddr.toml: checks.MQ009.relations[0].change: is missing", 9),
        ("iddr.toml: data: is missing", 1),
        ("iddr.toml: is no TOML: Invalid value (at line 6, column 10)", 6),
        ("there is no such thing", 1),
    ],
)
def test_a_mistake_is_shown_at_its_line(config, said, line):
    [told] = refusal_lines(said, config, GITHUB)
    assert told.startswith(f"::error file=models/iddr.toml,line={line},title=iddr::")
    assert refusal_lines(said, config.parent, GITHUB) == (told,)


def test_each_mistake_is_a_line_between_the_tokens_and_none_is_a_command(config):
    token = "0123456789abcdef" * 2
    said = "iddr.toml: model.name: found '%0A::set-output name=a::b'\niddr.toml: data: is missing"
    first, *errors, last = refusal_lines(said, config, GITHUB | {"IDDR_COMMANDS_TOKEN": token})
    assert (first, last) == (f"::{token}::", f"::stop-commands::{token}")
    assert len(errors) == 2
    assert "%250A" in errors[0]


def test_other_hosts_are_told_in_words_alone(config):
    assert refusal_lines("iddr.toml: data: is missing", config, {}) == ()
    assert refusal_lines("no configuration is concerned", None, GITHUB) == ()
