from __future__ import annotations

import json
import os
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_steps.history import BRANCHES, KEPT, compared_past, keep, past_runs, reference_of
from ci_steps.past_runs import past_run_from, past_run_of
from ci_steps.results import Gate, Status
from tests.ci_steps.reports.made_runs import a_result, a_run, measured, troubled

MAIN = {"event": "main", "branch": "main", "pull_request": ""}


def on_main(number, *results, **more):
    results = results or (a_result("MQ001", Status.PASSED, measured(value=0.9 + number / 1000)),)
    started = f"2026-11-{1 + number % 28:02d}T00:00:00+00:00"
    return a_run(*results, facts=MAIN, id=f"20261101T{number:06d}Z-aa", started=started, **more)


def files(cache):
    return sorted(path for path in (cache / "history").rglob("*") if path.is_file())


def test_a_pull_request_is_compared_with_the_last_run_of_the_branch_that_it_goes_to(tmp_path):
    for number in range(3):
        assert keep(tmp_path, on_main(number)) == ""
    release = a_run(a_result(), facts={"event": "push", "branch": "release-2", "pull_request": ""}, id="2")
    keep(tmp_path, release)
    assert compared_past(tmp_path, troubled()).last == past_run_of(on_main(2))
    assert compared_past(tmp_path, troubled()).branch == "refs/heads/main"
    into = a_run(a_result(), facts={"base": "release-2"}, id="3")
    assert compared_past(tmp_path, into).last == past_run_of(release)


def test_the_main_branch_is_compared_with_its_own_last_run(tmp_path):
    assert compared_past(tmp_path, on_main(1)).last is None
    keep(tmp_path, on_main(1))
    assert compared_past(tmp_path, on_main(1)).last is None
    assert compared_past(tmp_path, on_main(2)).last == past_run_of(on_main(1))


def test_a_branch_without_a_main_one_is_compared_with_itself(tmp_path):
    keep(tmp_path, a_run(a_result(), facts={"event": "push", "branch": "odd", "base": ""}, id="1"))
    now = a_run(a_result(), facts={"event": "push", "branch": "odd", "base": ""}, id="2")
    assert compared_past(tmp_path, now).branch == "refs/heads/odd"


def test_thirty_runs_are_kept(tmp_path):
    for number in range(KEPT + 5):
        keep(tmp_path, on_main(number))
    kept = {run.run for run in past_runs(tmp_path, "credit-risk", "refs/heads/main")}
    assert kept == {on_main(number).id for number in range(5, KEPT + 5)}


def test_a_hundred_branches_are_kept(tmp_path):
    keep(tmp_path, on_main(1))
    for number in range(BRANCHES):
        if number == 50:
            keep(tmp_path, on_main(2))
        keep(tmp_path, a_run(a_result(), facts={"pull_request": f"{number}"}))
        newest = max((tmp_path / "history").glob("*/*"), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number + 10**9, number + 10**9))
    assert len(list((tmp_path / "history").glob("*/*"))) == BRANCHES
    assert len(past_runs(tmp_path, "credit-risk", "refs/heads/main")) == 2
    assert past_runs(tmp_path, "credit-risk", "refs/pull/0") == ()


@pytest.mark.parametrize(
    "run",
    [
        a_run(a_result(), facts={"fork": "yes"}),
        a_run(a_result(), interrupted=True),
        a_run(a_result(status=Status.BROKEN, fault="infrastructure")),
    ],
)
def test_what_says_nothing_of_the_model_or_comes_from_a_fork_is_not_kept(tmp_path, run):
    assert keep(tmp_path, run) == ""
    assert not (tmp_path / "history").exists()


def test_a_fork_named_like_the_main_branch_reads_and_does_not_write(tmp_path):
    keep(tmp_path, on_main(1))
    before = files(tmp_path)
    fork = a_run(a_result(), facts={"fork": "yes", "branch": "main", "pull_request": ""})
    assert compared_past(tmp_path, fork).last is not None
    keep(tmp_path, fork)
    assert files(tmp_path) == before


def test_a_pull_request_from_the_main_branch_is_not_taken_for_it(tmp_path):
    keep(tmp_path, a_run(a_result(), facts={"branch": "main"}))
    assert compared_past(tmp_path, on_main(1)).last is None


def test_a_run_phase_by_phase_is_one_run(tmp_path):
    keep(tmp_path, on_main(1))
    integration = a_result("MQ001", Status.PASSED, measured())
    delivery = a_result("MQ013", phase="delivery")
    first = on_main(2, integration)
    second = replace(on_main(3, integration, delivery), gates=(Gate(phase="integration"), Gate(phase="delivery")))
    keep(tmp_path, first)
    assert compared_past(tmp_path, second).last == past_run_of(on_main(1))
    keep(tmp_path, second)
    assert [r.run for r in past_runs(tmp_path, "credit-risk", "refs/heads/main")] == [on_main(1).id, second.id]


def test_a_run_of_more_phases_that_found_something_else_is_a_run_of_its_own(tmp_path):
    integration, delivery = a_result("MQ001", Status.PASSED, measured()), a_result("MQ013", phase="delivery")
    keep(tmp_path, on_main(1, integration))
    for number, changed in enumerate(
        (replace(integration, status=Status.FAILED), a_result("MQ001", findings=())), 2
    ):
        keep(tmp_path, on_main(number, changed, delivery))
    keep(tmp_path, on_main(4, integration))
    assert len(past_runs(tmp_path, "credit-risk", "refs/heads/main")) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"run": 1}',
        "[" * 5000,
        '{"figures": 3}',
        "\xff",
        "1e999",
        '{"figures": [{"measured": 1e999}]}',
    ],
)
def test_a_broken_file_is_left_out(tmp_path, text):
    keep(tmp_path, on_main(1))
    [good] = files(tmp_path)
    good.with_name("20261109.json").write_text(text, "utf-8")
    good.with_name("latin.json").write_bytes(b"\xff\xfe")
    good.with_name("folder.json").mkdir()
    good.with_name("link.json").symlink_to("/etc/hostname")
    assert compared_past(tmp_path, on_main(2)).last == past_run_of(on_main(1))


@pytest.mark.parametrize(
    "change",
    [
        {"measured": float("nan")},
        {"measured": "0.9"},
        {"where": 3},
        {"ok": "yes"},
        {"low": float("inf")},
        {"more": 1},
    ],
)
def test_a_figure_that_is_none_makes_a_file_broken(tmp_path, change):
    keep(tmp_path, on_main(1))
    [file] = files(tmp_path)
    document = json.loads(file.read_text())
    document["figures"][0] |= change
    with pytest.raises((TypeError, ValueError)):
        past_run_from(document)
    file.write_text(json.dumps(document))
    assert compared_past(tmp_path, on_main(2)).last is None


def test_a_run_of_another_model_in_its_place_is_left_out(tmp_path):
    keep(tmp_path, on_main(1, model="other"))
    [file] = files(tmp_path)
    keep(tmp_path, on_main(1))
    file.replace(next(p for p in files(tmp_path) if p != file))
    assert compared_past(tmp_path, on_main(2)).last is None


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "history").write_text("in the way")
    assert "cannot be written" in keep(tmp_path, on_main(1))


HOSTILE = st.text() | st.sampled_from(
    ["../../etc/passwd", "/", "..", ".", "a/b", "con", "x" * 400, "main\0", "\ud800", "Main", "MAIN", "*"]
)


@settings(max_examples=60)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_name_leaves_its_folder_or_meets_another(tmp_path_factory, branch, other, run_id):
    cache = tmp_path_factory.mktemp("cache")
    run = a_run(a_result(), facts={"event": "push", "branch": branch}, id=run_id, model=other)
    assert keep(cache, run) == ""
    [file] = files(cache)
    assert file.resolve().is_relative_to(cache.resolve() / "history")
    assert len(file.relative_to(cache / "history").parts) == 3
    assert [r.run for r in past_runs(cache, other, reference_of(run.facts))] == [run_id]
    if other != branch:
        assert past_runs(cache, other, f"refs/heads/{other}") == ()


def test_what_is_kept_is_what_was_measured():
    run = past_run_of(troubled())
    figure = next(f for f in run.figures if f.check == "MQ001")
    assert (figure.measured, figure.low, figure.high, figure.limit, figure.ok) == (0.881, 0.872, 0.889, 0.9, False)
    assert figure.sense == 1
    assert run.statuses["delivery MQ013"] == "blocked"
    assert past_run_from(json.loads(json.dumps(asdict(run)))) == run


def test_models_of_one_name_in_two_repositories_know_nothing_of_each_other(tmp_path):
    theirs = replace(on_main(1), facts={**MAIN, "repository": "https://example.org/theirs"})
    keep(tmp_path, theirs)
    ours = replace(on_main(2), facts={**MAIN, "repository": "https://example.org/ours"})
    assert compared_past(tmp_path, ours).last is None
    assert compared_past(tmp_path, replace(theirs, id="later")).last == past_run_of(theirs)
