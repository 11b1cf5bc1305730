from __future__ import annotations

import pytest
from hypothesis import given, settings

from ci_steps.history import Past
from ci_steps.past_runs import past_run_of
from ci_steps.reports import comment, markdown
from ci_steps.reports.comment import marker
from ci_steps.reports.content import Around
from ci_steps.results import Status
from model_checks.findings import Finding
from tests.ci_steps.reports.made_runs import a_result, a_run, hostile, troubled
from tests.ci_steps.reports.test_html import before
from tests.ci_steps.reports.test_texts import HOSTILE, loose, read_by_github

INERT = {
    "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "sub",
    "a",
}  # fmt: skip


def read(markdown_text):
    return read_by_github(markdown_text)


def said(tree):
    return " ".join("".join(tree.said).replace("\u2060", "").split())


@pytest.mark.parametrize("report", [markdown, comment])
def test_the_verdict_comes_first_then_what_to_do_then_what_changed(report):
    text = said(read(report.render(troubled(), before())))
    order = (
        "credit-risk: closed",
        "the gate of integration is closed by MQ001",
        "What to do",
        "MQ001 what MQ001 asks (closes the gate)",
        "train on more rows",
        "DR001 what DR001 asks (warns)",
        "What changed",
        "Compared with main, run main-run",
        "integration MQ001 passed failed",
    )
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "-0.069 worse" in text


def test_the_comment_is_found_again_by_its_first_line():
    assert comment.render(troubled()).splitlines()[0] == "<!-- iddr:credit-risk -->"
    assert marker("a --> b") == "<!-- iddr:a--b -->"


def test_the_comment_leads_to_the_job():
    links = [v for n, v in read(comment.render(troubled())).attributes if n == "href"]
    assert links == ["https://github.com/example/credit/actions/runs/1"]
    assert "href" not in comment.render(a_run(a_result(), facts={"run_url": "javascript:alert(1)"}))


def test_the_summary_has_a_table_for_each_phase_and_the_notes_below():
    tree = read(markdown.render(troubled()))
    assert tree.tags.count("h2") == 5
    assert "Let through GV003 what GV003 asks: waived, Mira: agreed with legal (until 2027-01-31)" in said(tree)
    assert tree.tags.count("table") == 2
    assert tree.tags.count("tr") == 2 + len(troubled().results)
    assert "fit trained in bubblewrap" in said(tree)


def test_nothing_to_compare_with_is_said():
    assert "There is no earlier run of the main branch" in said(read(comment.render(troubled())))


def many(count, size):
    findings = [
        Finding(ok=False, message=f"{'x' * size} {n}", where=f"t: {n}", rule="r", fix=f"f {n}")
        for n in range(count)
    ]
    return a_run(*(a_result(f"XX{n:03}", Status.FAILED, *findings) for n in range(200)), closed=["XX000"])


def test_a_comment_stays_below_what_github_takes():
    text = comment.render(many(60, 900))
    assert len(text.encode()) <= 65_000
    assert text.endswith("Cut here to fit: the whole is in the report of the job.\n")


def test_a_summary_stays_below_what_github_shows():
    text = markdown.render(many(60, 900))
    assert 900_000 < len(text.encode()) <= 1_000_000
    assert text.endswith("Cut here to fit: the whole is in report.html.\n")
    assert "Cut here" not in markdown.render(troubled())


def test_what_is_cut_is_not_cut_within_a_line():
    whole = comment.render(many(60, 900)).split("\n\nCut here")[0]
    tree = read(whole)
    assert tree.tags.count("li") > 20
    assert all(f"{n}" in whole for n in range(3))


@pytest.mark.parametrize("report", [markdown, comment])
@settings(max_examples=25, deadline=None)
@given(text=HOSTILE)
def test_hostile_texts_make_no_link_mention_or_markup(report, text):
    past = past_run_of(hostile(text))
    around = Around(past=Past(branch=f"refs/heads/{text}", runs=(past,)), unkept=text)
    tree = read(report.render(hostile(text), around))
    assert set(tree.tags) <= INERT
    hrefs = [value for name, value in tree.attributes if name == "href"]
    assert all(value == text and value.startswith(("https://", "http://")) for value in hrefs)
    assert {name for name, _ in tree.attributes} <= {"href"}
    plain = read(
        report.render(hostile("x"), Around(past=Past(branch="refs/heads/x", runs=(past_run_of(hostile("x")),))))
    )
    assert tree.tags.count("table") == plain.tags.count("table")
    assert tree.tags.count("li") <= plain.tags.count("li")
    assert loose(words_outside_code(tree)) == []


def words_outside_code(tree):
    """Return the text that GitHub looks for mentions in: it leaves code alone."""
    return "\n".join(text for text, inside in zip(tree.said, tree.within, strict=True) if "code" not in inside)
