from __future__ import annotations

import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from ci_steps.reports.texts import in_code, in_html, in_markdown, seen
from tests.ci_steps.reports.page_reading import Tree

BAIT = st.sampled_from(
    [
        "@team", "@org/team", "[a](http://x.io)", "![a](http://x.io/i.png)", "<img src=x onerror=alert(1)>", "`", "```",
        "~~~", "|", "\n", "\n\n", "#12", "owner/repo#3", "GH-7", "https://x.io", "www.x.io", "a@b.io", "**b**", "_i_", "~~s~~",
        "<!--", "-->", "&lt;", "&#64;team", "\\", "# h", "- x", "1. x", "> q", "---", "[x]: http://x.io", "[^1]", ":rocket:",
        "$$x$$", "\u202e", "\0", "<details>", "]]>", "\ud800", "    code", "\t", "- [ ] x", "||", "|-|",
    ]
)  # fmt: skip
HOSTILE = st.lists(BAIT | st.text(max_size=8), max_size=8).map("".join)
# What GitHub makes of plain text after Markdown, from its documentation of mentions and references.
MENTION = re.compile(r"(?<![\w`])@[A-Za-z\d](?:[A-Za-z\d-]|/)*")
REFERENCE = re.compile(r"(?<!\w)#\d+|\bGH-\d+|\b[\w.-]+/[\w.-]+#\d+", re.IGNORECASE)
EMOJI = re.compile(r":[\w+-]+:")


def read_by_github(markdown):
    """Return the page that GitHub's own parser makes of it."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return Tree(cmarkgfm.github_flavored_markdown_to_html(markdown, options=options))


def loose(tree_text):
    return MENTION.findall(tree_text) + REFERENCE.findall(tree_text) + EMOJI.findall(tree_text)


@given(HOSTILE)
@example("@team <b>x</b> [a](http://x) #12 GH-3 www.e.com :rocket:")
@example("1) x")
@example("==")
def test_words_stay_words_in_markdown(text):
    tree = read_by_github(in_markdown(text))
    assert set(tree.tags) <= {"p"}
    assert loose("".join(tree.said)) == []
    assert "".join(tree.said).replace("\u2060", "").split() == seen(text).split()


@given(HOSTILE)
def test_words_stay_in_their_item_and_their_cell(text):
    item = read_by_github(f"- {in_markdown(text)}\n- next")
    assert (item.tags.count("li"), item.tags.count("ul")) == (2, 1)
    assert set(item.tags) <= {"ul", "li", "p"}
    table = read_by_github(f"| a | b |\n|---|---|\n| {in_markdown(text)} | {in_code(text)} |\n")
    assert table.tags.count("td") == 2
    assert set(table.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


@given(HOSTILE)
def test_code_stays_code(text):
    tree = read_by_github(f"a {in_code(text)} b")
    shown = seen(text, 200).replace("|", "¦")
    assert tree.tags == (["p", "code"] if shown else ["p"])
    if shown:
        assert tree.said[1] == shown


@given(HOSTILE)
def test_nothing_leaves_its_place_in_html(text):
    tree = Tree(f'<p title="{in_html(text)}">{in_html(text)}</p>')
    assert tree.tags == ["p"]
    assert tree.attributes == [("title", seen(text))]
    assert "".join(tree.said) == seen(text)


@pytest.mark.parametrize(
    ("text", "kept"), [("a\u202eb", "a\N{REPLACEMENT CHARACTER}b"), ("a\n\tb", "a b"), ("x" * 9, "xxxx…")]
)
def test_signs_that_nobody_sees_are_shown(text, kept):
    assert seen(text, 5) == kept


def test_the_bait_would_be_taken_without_care():
    assert "a" in read_by_github("see https://x.io").tags
    assert loose("ask @team about #12") == ["@team", "#12"]
