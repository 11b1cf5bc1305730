from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ci_steps.commands.reports import REPORTS, report_of, write_reports
from ci_steps.results import Status
from tests.ci_steps.reports.made_runs import a_result, a_run, hostile, troubled
from tests.ci_steps.reports.page_reading import Tree


def hrefs(folder):
    tree = Tree((folder / "reports" / "report.html").read_text("utf-8"))
    return {value for name, value in tree.attributes if name == "href" and not value.startswith(("#", "http"))}


def test_every_report_is_written_and_the_page_links_them(tmp_path):
    write_reports(troubled(), tmp_path, tmp_path / "cache")
    written = {path.name for path in (tmp_path / "reports").iterdir()}
    assert written == {*REPORTS.values(), "report.css"}
    assert {"report.css", "report.md", "report.json", "junit.xml", "decision.json"} <= hrefs(tmp_path)
    assert json.loads((tmp_path / "reports" / "report.json").read_text())["model"] == "credit-risk"


def test_only_files_that_are_there_are_linked(tmp_path):
    run = troubled()
    model = run.results[0].artifacts[0].uri
    write_reports(run, tmp_path, tmp_path / "cache")
    assert not any(link.startswith("../") for link in hrefs(tmp_path))
    for path in (model, "logs/fit.log", "manifest.json", "reports/data.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("there")
    write_reports(run, tmp_path, tmp_path / "cache")
    assert {f"../{model}", "../logs/fit.log", "../manifest.json", "data.html"} <= hrefs(tmp_path)


@pytest.mark.parametrize("path", ["logs/../../secret", "/etc/hostname", "../secret", "logs"])
def test_no_link_leads_out_of_the_state_folder(tmp_path, path):
    (tmp_path / "state" / "logs").mkdir(parents=True)
    (tmp_path / "secret").write_text("s")
    write_reports(a_run(a_result(log=path)), tmp_path / "state", tmp_path / "cache")
    assert not any(link.startswith("../") for link in hrefs(tmp_path / "state"))


def test_a_second_run_is_compared_with_the_first(tmp_path):
    first = a_run(a_result(), facts={"event": "main", "branch": "main"}, id="first")
    write_reports(first, tmp_path, tmp_path / "cache")
    assert "There is no earlier run" in (tmp_path / "reports" / "comment.md").read_text("utf-8")
    write_reports(replace(troubled(), id="second"), tmp_path, tmp_path / "cache")
    for name in ("report.html", "report.md", "comment.md"):
        assert "first" in (tmp_path / "reports" / name).read_text("utf-8")


def test_a_cache_that_cannot_be_written_leaves_the_reports_be(tmp_path):
    (tmp_path / "cache").write_text("in the way")
    write_reports(troubled(), tmp_path, tmp_path / "cache")
    assert "could not be kept for later ones" in (tmp_path / "reports" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("text", ["\ud800", "\0", "../../x", "x" * 400, "\u202e", ""])
def test_odd_texts_keep_no_report_for_people_from_being_written(tmp_path, text):
    run = hostile(text)
    plain = {"markdown", "comment", "badge", "html"}
    for name in plain:
        assert report_of(
            replace(run, results=(*run.results, a_result(status=Status.FAILED, fault="configuration"))),
            name,
            tmp_path,
        )
    if text != "\ud800":
        write_reports(run, tmp_path, tmp_path / "cache")
        assert all((tmp_path / "reports" / REPORTS[name]).read_text("utf-8") for name in plain)


def test_what_is_told_on_standard_output_is_what_was_written(tmp_path):
    write_reports(troubled(), tmp_path, tmp_path / "cache")
    for name, file in REPORTS.items():
        assert report_of(troubled(), name, tmp_path) == (tmp_path / "reports" / file).read_text("utf-8")
