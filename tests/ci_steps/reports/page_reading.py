"""Reads a page as a browser does not: every tag must be closed in its turn."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "wbr", "rect", "line", "polyline"}
INERT = {
    "html", "head", "body", "meta", "title", "link", "style", "header", "nav", "main", "section", "article", "h1", "h2",
    "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "small", "b", "em", "bdi", "code", "wbr", "a",
    "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "g", "rect", "line", "circle",
    "polyline", "path", "text",
}  # fmt: skip


class Tree(HTMLParser):
    """Keeps the tags, attributes and texts of a page; `within` holds the open tags around each text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.said, self.within = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)
        self.within.append(tuple(self.open))


def words(text):
    return " ".join(" ".join(Tree(text).said).split())
