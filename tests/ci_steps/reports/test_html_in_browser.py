"""The page as people see it: in a browser, under the policy that Jenkins serves it with."""

from __future__ import annotations

import functools
import http.server
import threading
from contextlib import contextmanager

import pytest

from ci_steps.commands.reports import write_reports
from ci_steps.history import keep
from ci_steps.reports.data_style import STYLE as DATA_STYLE
from ci_steps.reports.exploration import page, render_exploration
from tests.browser import tab
from tests.ci_steps.reports.made_runs import a_result, a_run, hostile, measured, troubled
from tests.ci_steps.reports.test_exploration import a_table

JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
NEWER_JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';"
GROUND = "getComputedStyle(document.body).backgroundColor"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def served(folder, policy=""):
    """Serve `folder` on loopback with this content security policy; yield the address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/report.html"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder of reports of a run with every trouble, which has a past."""
    folder = tmp_path_factory.mktemp("state")
    for number in range(9):
        value = 0.92 - number / 500
        result = a_result("MQ001", findings=(measured(value=value, interval=(value - 0.01, value + 0.01)),))
        keep(folder / "cache", a_run(result, facts={"event": "main", "branch": "main"}, id=f"run{number}"))
    write_reports(troubled(), folder, folder / "cache")
    return folder / "reports"


@pytest.fixture(scope="module")
def browser():
    with tab() as page:
        yield page


@pytest.mark.parametrize("policy", ["", JENKINS, NEWER_JENKINS])
def test_the_page_is_styled_under_every_policy(pages, browser, policy):
    browser.size(1200, 900)
    with served(pages, policy) as url:
        browser.complaints.clear()
        browser.open(url)
        browser.until("document.styleSheets.length > 0")
        assert browser.run(GROUND) == "rgb(244, 246, 248)"
        assert browser.run("getComputedStyle(document.querySelector('h1')).color") == "rgb(194, 49, 44)"
    # The style sheet in the page is for a page that was sent on alone; the policy refuses it, and nothing else.
    refused = [c for c in browser.complaints if "inline style" not in c]
    assert refused == []
    assert len(browser.complaints) == (1 if policy else 0)


def test_the_page_on_the_data_is_styled_under_the_policy_of_jenkins(browser, tmp_path):
    (tmp_path / "report.html").write_text(page(render_exploration([a_table()])), "utf-8")
    (tmp_path / "data.css").write_text(DATA_STYLE, "utf-8")
    browser.size(1200, 900)
    with served(tmp_path, JENKINS) as url:
        browser.open(url)
        browser.until("document.styleSheets.length > 0")
        assert browser.run(GROUND) == "rgb(245, 247, 249)"
        assert browser.run("getComputedStyle(document.querySelector('.cards')).display") == "grid"


def test_a_page_that_was_sent_on_alone_is_styled(pages, browser, tmp_path):
    alone = tmp_path / "report.html"
    alone.write_text((pages / "report.html").read_text("utf-8"), "utf-8")
    browser.open(alone.as_uri())
    assert browser.run(GROUND) == "rgb(244, 246, 248)"


@pytest.mark.parametrize("width", [1200, 768, 375, 320])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_the_screen_even_with_all_opened(pages, browser, width, dark):
    browser.size(width, 900, dark=dark)
    with served(pages) as url:
        browser.open(url)
        assert browser.run(OVERFLOW) <= 0
        browser.run("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert browser.run(OVERFLOW) <= 0
        assert browser.run(GROUND) == ("rgb(16, 22, 28)" if dark else "rgb(244, 246, 248)")


def test_hostile_texts_run_nothing_and_break_no_line(browser, tmp_path):
    bad = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">" + "W" * 300
    write_reports(hostile(bad), tmp_path, tmp_path / "cache")
    browser.size(375, 900)
    with served(tmp_path / "reports") as url:
        browser.open(url)
        assert not browser.run("document.title").startswith("taken")
        assert browser.run("document.querySelectorAll('script, img, iframe').length") == 0
        assert browser.run(OVERFLOW) <= 0


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_its_ground(pages, browser, dark):
    browser.size(1200, 900, dark=dark)
    with served(pages) as url:
        browser.open(url)
        found = browser.run(CONTRASTS)
    assert len(found) > 100
    assert [each for each in found if each[0] < 4.5] == []


# WCAG 2.2, success criterion 1.4.3: text has a contrast of 4.5 to 1 or more with its ground.
CONTRASTS = """(() => {
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
    return .2126 * r + .7152 * g + .0722 * b };
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3) } return [255, 255, 255] };
  return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && e.checkVisibility()
    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
      const [a, b] = [light(parts(getComputedStyle(e).color).slice(0, 3)), light(ground(e))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), e.outerHTML.slice(0, 80)] }) })()"""


def test_without_any_style_the_page_is_legible(pages, browser, tmp_path):
    (tmp_path / "report.html").write_text((pages / "report.html").read_text("utf-8"), "utf-8")
    browser.size(1200, 900, dark=True)
    with served(tmp_path, JENKINS) as url:
        browser.open(url)
        assert browser.run("getComputedStyle(document.querySelector('h1')).color") == "rgb(255, 255, 255)"
        said = browser.run("document.body.innerText")
        assert said.index("Closed") < said.index("What to do") < said.index("→ train on more rows")
        assert browser.run("document.querySelector('svg.interval').getBoundingClientRect().width") == 240
