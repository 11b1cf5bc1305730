"""GitHub: the facts of each event, and what its runner reads back as the runner itself would read it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.events import EVENTS
from ci_steps.hosts.facts import facts_of
from ci_steps.hosts.github import announce, read
from ci_steps.hosts.github_commands import (
    CUT,
    MOST_OF_A_KIND,
    SUMMARY_BYTES,
    annotation_lines,
    message_text,
    outputs_text,
    property_text,
    summary_text,
)
from ci_steps.results import Result, Run, Status

SHA = "a" * 40
COMMON = {
    "GITHUB_ACTIONS": "true", "GITHUB_SHA": SHA, "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "team/model", "GITHUB_RUN_ID": "42", "GITHUB_ACTOR": "ada",
}  # fmt: skip
MAIN = "refs/heads/main"
HERE = {"repo": {"full_name": "team/model"}}
FORK = {"repo": {"full_name": "stranger/model"}}


def facts(tmp_path, name, reference, payload, **variables):
    file = tmp_path / "event.json"
    file.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    env = COMMON | {"GITHUB_EVENT_NAME": name, "GITHUB_REF": reference, "GITHUB_EVENT_PATH": str(file)} | variables
    return read(env, tmp_path)


def pull_request(head, number=7):
    return {"number": number, "pull_request": {"head": head, "base": HERE}}


@pytest.mark.parametrize(
    ("name", "reference", "payload", "event"),
    [
        ("push", MAIN, {}, "main"),
        ("push", "refs/heads/master", {}, "main"),
        ("push", MAIN, {"repository": {"default_branch": "trunk"}}, "push"),
        ("push", "refs/heads/trunk", {"repository": {"default_branch": "trunk"}}, "main"),
        ("push", "refs/heads/work/main", {}, "push"),
        ("push", "refs/tags/v1.2", {}, "release"),
        ("push", "refs/tags/main", {}, "release"),
        ("release", "refs/tags/v1.2", {"action": "published"}, "release"),
        ("release", "refs/tags/v1.2", {"action": "deleted"}, "push"),
        ("schedule", MAIN, {}, "schedule"),
        ("workflow_dispatch", MAIN, {}, "main"),
        ("workflow_dispatch", "refs/heads/work", {}, "push"),
        ("workflow_dispatch", "refs/tags/v1", {}, "push"),
        ("pull_request", "refs/pull/7/merge", pull_request(HERE), "pull_request"),
        ("pull_request_target", MAIN, pull_request(FORK), "pull_request"),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-7", {}, "push"),
        ("workflow_run", MAIN, {}, "push"),
        ("something_new", MAIN, {}, "push"),
    ],
)
def test_each_event_of_github_counts_as_one_of_the_table(tmp_path, name, reference, payload, event):
    found = facts(tmp_path, name, reference, payload)
    assert found["event"] == event
    assert event in EVENTS


@pytest.mark.parametrize(
    ("payload", "fork"),
    [
        (pull_request(HERE), ""),
        (pull_request(FORK), "yes"),
        (pull_request({"repo": None}), "yes"),
        ({}, "yes"),
        ("no JSON", "yes"),
        ("[" * 100_000, "yes"),
        ([], "yes"),
    ],
)
def test_a_pull_request_is_of_a_fork_unless_its_event_says_otherwise(tmp_path, payload, fork):
    found = facts(tmp_path, "pull_request", "refs/pull/7/merge", payload)
    assert found["fork"] == fork
    assert facts(tmp_path, "push", MAIN, payload)["fork"] == ""


def test_a_pull_request_says_its_branch_its_base_and_its_number(tmp_path):
    hostile = 'x";$(touch canary)`touch canary`\n::set-output name=act::yes'
    found = facts(
        tmp_path, "pull_request", "refs/pull/7/merge", pull_request(HERE), GITHUB_HEAD_REF=hostile, GITHUB_BASE_REF="main"
    )  # fmt: skip
    assert (found["branch"], found["base"], found["pull_request"]) == (hostile, "main", "7")
    assert found["run_url"] == "https://github.com/team/model/actions/runs/42"
    assert (found["revision"], found["actor"]) == (SHA, "ada")


def test_what_is_no_number_and_no_revision_is_left_out(tmp_path):
    found = facts(tmp_path, "pull_request", "", pull_request(HERE, number="7; rm"), GITHUB_SHA="$(rm)")
    assert (found["pull_request"], found["revision"]) == ("", "")


def test_a_group_of_the_merge_queue_goes_to_its_base(tmp_path):
    assert facts(tmp_path, "merge_group", "", {"merge_group": {"base_ref": MAIN}})["base"] == "main"


def test_outside_github_it_is_another_host(tmp_path):
    assert read({"GITHUB_EVENT_NAME": "push"}, tmp_path) is None
    assert facts_of({}, tmp_path)["host"] == "local"
    assert facts_of(COMMON | {"GITHUB_EVENT_NAME": "schedule"}, tmp_path)["host"] == "github"


def as_the_runner_reads(line):
    """Return (command, properties, message), unescaped in the runner's order; None where the line is no command."""
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, message = line[2:].split("::", 1)
    command, _, listed = head.partition(" ")
    properties = {}
    for item in filter(None, listed.split(",")):
        name, _, value = item.partition("=")
        for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(code, character)
        properties[name] = value
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(code, character)
    return command, properties, message


WITHOUT_ODD_ENDS = st.text(st.characters(codec="utf-8", exclude_characters="\v\f\x1c\x1d\x1e\x85\u2028\u2029"))


@given(WITHOUT_ODD_ENDS, WITHOUT_ODD_ENDS)
def test_no_text_ends_a_command_or_begins_another(message, value):
    line = f"::error file={property_text(value)}::{message_text(message)}"
    assert len(line.splitlines()) == 1
    assert as_the_runner_reads(line) == ("error", {"file": value}, message)


@given(st.text())
def test_a_command_is_one_line_whatever_ends_a_line(text):
    assert len(f"x{message_text(text)}x".splitlines()) == 1


def sarif(*results):
    return {"runs": [{"results": [dict(result) for result in results]}]}


def result(text="it fails", level="error", path="iddr.toml", **more):
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": 3}}
    return {
        "ruleId": "MQ001", "level": level, "message": {"text": text}, "suppressions": [],
        "locations": [{"physicalLocation": place}],
    } | more  # fmt: skip


def test_errors_come_first_each_at_its_line_and_what_was_accepted_is_quiet():
    lines = annotation_lines(
        sarif(
            result("slow", "warning"),
            result("unsure", "note"),
            result("bad", path="a%20b.csv"),
            result(suppressions=[1]),
        )
    )
    assert lines == (
        "::error file=a b.csv,line=3,title=iddr MQ001::bad",
        "::warning file=iddr.toml,line=3,title=iddr MQ001::slow",
    )


def test_no_more_annotations_than_github_shows_and_the_rest_is_counted():
    lines = annotation_lines(sarif(*(result(str(n)) for n in range(MOST_OF_A_KIND + 5))))
    assert len(lines) == MOST_OF_A_KIND + 1
    assert lines[-1] == "::notice title=iddr::5 more in the report"


def as_github_reads_outputs(text):
    values, lines = {}, iter(text.split("\n"))
    for line in lines:
        if "<<" in line:
            name, end = line.split("<<", 1)
            values[name] = "\n".join(iter(lambda: next(lines), end))
    return values


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(st.characters(exclude_characters="\r")))
)
def test_every_output_comes_back_as_it_was(values):
    assert as_github_reads_outputs(outputs_text(values, "f" * 32)) == values


def test_a_token_that_is_in_a_value_is_no_delimiter():
    with pytest.raises(ValueError, match="another"):
        outputs_text({"headline": "x\nabc\nact<<abc\nyes"}, "abc")


def test_a_summary_that_is_too_long_ends_at_a_line_and_says_so():
    text = summary_text("ä line\n" * 200_000)
    assert len(text.encode()) <= SUMMARY_BYTES
    assert text.endswith(f"ä line\n{CUT}")
    assert summary_text("short") == "short\n"


def a_run(**changes):
    return Run(
        id="r", model="m", profile="starter", started="2026-01-02T00:00:00+00:00", config_digest="d",
        facts={"host": "github"}, gates=(), results=(changes.pop("result"),) if "result" in changes else (),
    )  # fmt: skip


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / ".iddr/reports"
    folder.mkdir(parents=True)
    (folder / "report.sarif").write_text(json.dumps(sarif(result())))
    (folder / "report.md").write_text("# report\n")
    (folder.parent / "outputs.json").write_text('{"verdict": "closed", "exit_code": "1"}')
    return tmp_path


def test_github_is_told_by_its_log_its_summary_and_its_outputs(state):
    env = {"GITHUB_STEP_SUMMARY": "/tmp/summary", "GITHUB_OUTPUT": "/tmp/outputs"}  # noqa: S108 - never opened
    told = announce(a_run(), state, env)
    assert told.lines == ("::error file=iddr.toml,line=3,title=iddr MQ001::it fails",)
    assert told.appended[Path("/tmp/summary")] == "# report\n"  # noqa: S108
    outputs = as_github_reads_outputs(told.appended[Path("/tmp/outputs")])  # noqa: S108
    assert outputs == {"verdict": "closed", "exit_code": "1"}


def test_where_commands_are_stopped_they_go_on_for_the_announcement_alone(state):
    token = "0123456789abcdef" * 2
    lines = announce(a_run(), state, {"IDDR_COMMANDS_TOKEN": token}).lines
    assert (lines[0], lines[-1]) == (f"::{token}::", f"::stop-commands::{token}")
    assert len(lines) == 3
    assert len(announce(a_run(), state, {"IDDR_COMMANDS_TOKEN": "x\n::set-output::"}).lines) == 1


def test_a_run_that_the_configuration_stopped_tells_nothing_of_the_one_before(state):
    broken = Result(
        kind="step", name="fit", title="t", phase="integration", status=Status.BROKEN, fault="configuration"
    )
    told = announce(a_run(result=broken), state, {"GITHUB_STEP_SUMMARY": "/s", "GITHUB_OUTPUT": "/o"})
    assert told.lines == ()
    assert set(told.appended) == {Path("/o")}
