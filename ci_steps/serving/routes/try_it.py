"""A page on which a person fills in a row, and sees the answer, its reasons, and how a program would ask."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.serving.form import fields
from ci_steps.serving.refusals import LATER
from ci_steps.serving.routing import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci_steps.serving.routing import Reply
    from ci_steps.serving.served import State

ASSETS = Path(__file__).resolve().parents[1] / "assets"
HTML = ("content-type", "text/html; charset=utf-8")
LOADING = b"<!doctype html><title>loading</title><meta http-equiv=refresh content=1>the model is not loaded yet"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{name}</h1>
<p>model <code>{sha256}</code> &middot;
<a href="openapi.json">OpenAPI</a> &middot; <a href="metrics">metrics</a></p>
</header>
<main>
<form novalidate>
<h2>A row</h2>
<div>
{fields}
</div>
<button>Predict</button>
</form>
<section id="answer" aria-live="polite">
<output id="problem" class="fault"></output>
<div id="result" hidden>
<h2>Prediction</h2>
<p id="prediction"></p>
<table id="chances"></table>
<h2>Reasons</h2>
<table id="reasons"></table>
<p><small id="meaning"></small></p>
</div>
<h2>Ask from a program</h2>
<button type="button" data-copies="curl">Copy curl</button>
<pre id="curl"></pre>
<button type="button" data-copies="python">Copy Python</button>
<pre id="python"></pre>
</section>
</main>
<script>{script}</script>
</body>
</html>
"""


def try_it(state: State, _: Mapping[str, str]) -> Reply:
    """Return the page, which loads nothing from elsewhere."""
    served = state.served
    if served is None:
        return 503, [LATER, HTML], LOADING
    style, script = _asset("try_it.css"), _asset("try_it.js")
    page = PAGE.format(
        name=escape(served.name), sha256=served.sha256[:12], style=style, script=script,
        fields=fields(served.contract.columns, served.typical),
    )  # fmt: skip
    return 200, [HTML, *_walls(style, script)], page.encode()


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


def _walls(style: str, script: str) -> list[tuple[str, str]]:
    """Return the headers that let the page run its own script and style, and ask this service, and no more."""
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


ROUTE = Page(path="/", reply=try_it)
