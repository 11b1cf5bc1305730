from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ci_steps.history import Past
from ci_steps.past_runs import past_run_of
from ci_steps.reports.content import Around
from ci_steps.reports.html import render
from ci_steps.reports.html_style import STYLE
from ci_steps.results import Status
from model_checks.findings import Finding
from tests.ci_steps.reports.made_runs import a_result, a_run, hostile, measured, troubled
from tests.ci_steps.reports.page_reading import INERT, Tree, words
from tests.ci_steps.reports.test_texts import HOSTILE


def before(value=0.95, **more):
    earlier = a_run(
        a_result("MQ001", Status.PASSED, measured(value=value, interval=(value - 0.01, value + 0.01))),
        facts={"event": "main", "branch": "main"},
        id="main-run",
        **more,
    )
    return Around(past=Past(branch="refs/heads/main", runs=(past_run_of(earlier),)))


def section(text, name):
    return re.search(rf'<section id="{name}">(.*?)</section>', text, re.DOTALL)[1]


def test_the_verdict_comes_first_and_then_what_to_do():
    text = render(troubled())
    body = text[text.index("<body>") :]
    order = (
        " Closed</h1>",
        "the gate of integration is closed by MQ001",
        "<h2>What to do",
        "→ train on more rows",
        "<h2>What changed",
    )
    places = [body.index(each) for each in order]
    assert places == sorted(places)
    tasks = re.findall(r'<h3><a href="#integration-(\w+)">', section(text, "to-do"))
    assert tasks[0] == "MQ001"
    assert set(tasks) == {"MQ001", "DR001", "MQ007", "MQ010", "SC002", "MQ014"}
    assert "closes the gate" in section(text, "to-do").partition("DR001")[0]


def test_a_run_that_holds_says_that_nothing_is_to_do():
    said = words(render(a_run(a_result())))
    assert "✓ Open" in said
    assert "Nothing: all that was judged holds." in said
    assert "Let through" not in said


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (a_run(a_result(status=Status.BROKEN, fault="infrastructure")), "Try again"),
        (a_run(a_result(status=Status.NOT_APPLICABLE)), "No verdict"),
        (a_run(a_result(), interrupted=True), "Interrupted"),
        (a_run(a_result(status=Status.BROKEN, fault="configuration")), "Configuration"),
    ],
)
def test_no_verdict_is_not_shown_as_a_good_one(run, word):
    text = render(run)
    assert f"</span> {word}</h1>" in text
    assert "all gates are open" not in text
    assert '<header class="good">' not in text


def test_every_result_is_there_and_what_is_wrong_stands_open():
    text = render(troubled())
    items = dict(re.findall(r'<details class="item \w+" id="\w+-(\w+)"( open)?>', text))
    assert {name for name, opened in items.items() if opened} == {
        "DR001",
        "MQ001",
        "MQ007",
        "MQ014",
        "SC002",
        "MQ010",
    }
    assert {name for name, opened in items.items() if not opened} == {"fit", "GV003", "MQ005", "MQ013"}
    assert "GV012 what GV012 asks: no [data] time column is declared" in words(text)
    assert "Mira: agreed with legal (until 2027-01-31)" in words(text)


def test_what_was_let_through_is_told_with_who_agreed():
    said = words(section(render(troubled()), "to-do"))
    assert "Let through GV003 what GV003 asks: waived, Mira: agreed with legal (until 2027-01-31)" in said


def test_numbers_stand_beside_their_plots():
    text = section(render(troubled()), "integration")
    row = re.search(r'aria-label="0.881 \(0.872 to 0.889\), limit 0.9"', text)
    assert row
    assert "0.881 <small>(0.872 to 0.889)</small> <small>limit 0.9</small>" in text
    assert text.count('class="curve"') == 2
    assert 'aria-label="share that happened over the probability of True, 10 points"' in text
    assert "effect by column, limit 0.03" in text
    assert "reliability: 0.1: 0.1" not in text


def test_groups_share_an_axis_and_both_limits_are_drawn():
    text = section(render(troubled()), "integration")
    groups = text[text.index('id="integration-MQ007"') : text.index('id="integration-MQ014"')]
    plots = re.findall(r'<svg class="interval.*?</svg>', groups)[1:]
    limits = [re.findall(r'class="limit" x1="([\d.]+)"', plot) for plot in plots]
    assert len(plots) == 4
    assert all(each == limits[0] and len(each) == 2 for each in limits)
    places = [float(re.search(r'class="dot \w+" c?x="([\d.]+)"', plot)[1]) for plot in plots]
    assert places[0] < places[2] < places[3] < places[1]


def test_the_difference_names_the_run_that_it_is_to():
    text = section(render(troubled(), before()), "changes")
    said = words(text)
    assert "Compared with main , run main-run, revision 35c3e90fff57, 25 November 2026, 22:24 UTC, open." in said
    assert "integration MQ001 passed failed" in said
    assert "-0.069 worse" in said
    assert "limit 0.9 · -0.069 against main: worse" in words(section(render(troubled(), before()), "figures"))
    assert "There is no earlier run" in words(section(render(troubled()), "changes"))


def test_a_run_that_could_not_be_kept_says_so():
    assert "could not be kept for later ones: /x: cannot be written" in render(
        troubled(), Around(unkept="/x: cannot be written")
    )


def test_the_trend_goes_from_the_first_run_to_this_one():
    text = section(render(troubled(), before()), "trend")
    [line] = re.findall(r'<polyline class="path" points="([^"]*)"', text)
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in line.split())
    assert x1 < x2
    assert y1 < y2
    assert 'id="trend"' not in render(troubled())


def test_links_lead_to_files_that_are_there_and_nowhere_else():
    run = troubled()
    model = run.results[0].artifacts[0].uri
    there = Around(files=frozenset({model, "logs/fit.log", "reports/data.html", "manifest.json"}))
    links = {
        value
        for name, value in Tree(render(run, there)).attributes
        if name == "href" and not value.startswith("#")
    }
    assert links == {
        f"../{model}",
        "../logs/fit.log",
        "data.html",
        "../manifest.json",
        "report.css",
        run.facts["run_url"],
    }
    links = {value for name, value in Tree(render(run)).attributes if name == "href" and not value.startswith("#")}
    assert links == {"report.css", run.facts["run_url"]}


def test_every_link_within_the_page_has_its_target():
    tree = Tree(render(troubled(), before()))
    ids = [value for name, value in tree.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in tree.attributes if name == "href" and value.startswith("#")} <= set(ids)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", "//evil", ""])
def test_a_job_that_is_no_web_address_is_no_link(url):
    assert "the job and its log" not in render(a_run(a_result(), facts={"run_url": url}))


def test_the_page_needs_no_script_no_style_attribute_and_nothing_from_elsewhere():
    tree = Tree(render(troubled(), before()))
    assert set(tree.tags) <= INERT
    names = {name for name, _ in tree.attributes}
    assert names.isdisjoint({"style", "src", "srcset", "xlink:href", "target"})
    assert not any(name.startswith("on") for name in names)
    assert f"<style>{STYLE}</style>" in render(troubled())


@settings(max_examples=25, deadline=None)
@given(HOSTILE)
def test_hostile_texts_change_nothing_of_the_page(text):
    plain = Tree(render(hostile("x"), _hostile_around("x")))
    tree = Tree(render(hostile(text or "y"), _hostile_around(text or "y")))
    assert set(tree.tags) <= INERT
    assert {name for name, _ in tree.attributes} <= {name for name, _ in plain.attributes}
    for name, value in tree.attributes:
        if name == "href":
            assert value.startswith(("#", "report.css", "data.html", "../", "https://", "http://"))


def _hostile_around(text):
    past = past_run_of(hostile(text))
    return Around(
        past=Past(branch=f"refs/heads/{text}", runs=(past, past)),
        files=frozenset({f"logs/{text}", f"objects/{text}"}),
        unkept=text,
    )


def test_scripts_in_texts_are_shown_as_text():
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    text = render(hostile(bad), _hostile_around(bad))
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_log_with_an_odd_name_is_linked_as_one_file():
    text = render(a_run(a_result(log="logs/a b#?%.log")), Around(files=frozenset({"logs/a b#?%.log"})))
    assert 'href="../logs/a%20b%23%3F%25.log"' in text


def test_many_findings_are_cut_and_said_so():
    many = [Finding(ok=False, message=f"row {n}", where="t", rule="r") for n in range(5000)]
    text = render(a_run(a_result("GV004", Status.FAILED, *many), closed=["GV004"]))
    assert len(text) < 100_000
    assert "and 4,900 more, in report.json" in text
    assert "and 4,992 more, below" in text


@settings(max_examples=25, deadline=None)
@given(
    st.floats(), st.floats(), st.none() | st.tuples(st.floats(), st.floats()), st.sampled_from([True, False, None])
)
@example(1e308, -1e308, (-1.7e308, 1.7e308), None)
@example(1e-320, 0.0, None, True)
@example(0.1, 0.1, (0.1, 0.1), True)
def test_any_number_is_drawn_or_left_out(value, limit, interval, ok):
    finding = Finding(ok=ok, message="m", rule="r", measured=value, limit=limit, interval=interval)
    text = render(a_run(a_result("MQ001", Status.PASSED, finding)), before())
    assert set(Tree(text).tags) <= INERT
    for number in re.findall(r' (?:x|y|cx|cy|x1|x2|y1|y2|width)="([^"]*)"', text):
        assert -1 <= float(number) <= 1000


def test_the_style_is_one_text_without_an_address():
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert "</" not in STYLE
