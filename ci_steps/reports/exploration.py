"""The data as people look at it first: each column in a card, and what goes together; HTML without script."""

from __future__ import annotations

import base64
import hashlib
import html
from typing import TYPE_CHECKING

from ci_steps.reports.data_style import STYLE
from ci_steps.reports.plots import bar, bars_of, heat_map, histogram, number, percent, shown, span_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from model_checks.associations import Associations
    from model_checks.profile import ColumnProfile, Profile

STYLE_FILE = "data.css"
LEVELS, PAIRS, HEATED, FEW = 8, 20, 12, 12
WEAKEST, RAREST = 0.05, 0.01


def render_exploration(
    profiles: Sequence[Profile], associations: Associations | None = None, *, personal: Collection[str] = ()
) -> str:
    """Return the section on the tables of `profiles`: the first one, and the second drawn over it.

    Of columns that are personal, by the contract or by `personal`, that the contract does not know, or that
    hold mostly different texts, no value is shown. Every name and value is escaped. The one style sheet is
    `STYLE`; without it the section is plain and complete.
    """
    first = profiles[0]
    cards = "".join(_card(profiles, name, hidden=name in personal) for name in first.columns)
    parts = [
        f"<style>{STYLE}</style>", '<section class="iddr-data" lang="en">', "<h2>The data</h2>", _tables(profiles),
        f'<div class="cards">{cards}</div>', _together(associations) if associations else "", "</section>",
    ]  # fmt: skip
    return "\n".join(part for part in parts if part) + "\n"


def page(section: str, *, recipe: str = "") -> str:
    """Return a page of its own around the section; it allows its one style sheet and nothing else.

    A server that allows no style within a page (Jenkins) allows the same in `data.css` beside it. `recipe` says
    what the section was made from.
    """
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'self' 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="iddr-recipe" content="{html.escape(recipe)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>The data</title>\n'
        f'<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="{STYLE_FILE}"></head>\n'
        f'<body class="iddr-page">\n{section}</body></html>\n'
    )


def is_of(text: str, recipe: str) -> bool:
    """Tell whether the page `text` was made from what `recipe` names."""
    return f'<meta name="iddr-recipe" content="{html.escape(recipe)}">' in text


def _tables(profiles: Sequence[Profile]) -> str:
    told = [
        f"{_key(i)}{shown(p.table)}: {p.rows:,} rows, {len(p.columns)} columns, sha256 {shown(p.digest[:12])}"
        for i, p in enumerate(profiles[:2])
    ]
    return "".join(f"<p>{each}</p>" for each in told)


def _key(index: int) -> str:
    fill, opacity = ("one", "bar-two")[index], 0.45 + 0.3 * index
    return (
        '<svg class="key" viewBox="0 0 10 10" width="12" height="12" aria-hidden="true">'
        f'<rect class="{fill}" width="10" height="10" fill="currentColor" fill-opacity="{opacity:.2f}"/></svg>'
    )


def _card(profiles: Sequence[Profile], name: str, *, hidden: bool) -> str:
    columns = [p.columns[name] for p in profiles[:2] if name in p.columns]
    columns = [c for c in columns if c.kind == columns[0].kind]
    column, words = columns[0], [str(columns[0].kind)]
    words += ["target"] if name == profiles[0].target else []
    words += [] if column.known else ["not in the contract"]
    reason = _why_hidden(column, hidden=hidden)
    plot = f"<p>{reason}</p>" if reason else _plot(columns)
    facts = "".join(
        f'<tr><th scope="row">{label}</th>{"".join(map(_figure, values))}</tr>'
        for label, *values in _facts(profiles, columns, bare=bool(reason))
    )
    return (
        f'<article class="card"><h3><bdi>{shown(name)}</bdi> <span class="kind">{", ".join(words)}</span></h3>'
        f"{plot}<table>{_heads(len(columns))}{facts}</table></article>"
    )


def _heads(tables: int) -> str:
    if tables == 1:
        return ""
    return "<tr><th></th>" + "".join(f'<th class="n">{_key(i)}</th>' for i in range(tables)) + "</tr>"


def _figure(value: str) -> str:
    return f'<td class="n">{value}</td>'


def _why_hidden(column: ColumnProfile, *, hidden: bool) -> str:
    if hidden or column.personal:
        return "Personal: no value is shown."
    if not column.known:
        return "Not in the contract: no value is shown."
    if column.kind == "string" and 2 * column.distinct > max(column.values, 1):
        return "Mostly different texts: none is shown."
    return ""


def _facts(
    profiles: Sequence[Profile], columns: Sequence[ColumnProfile], *, bare: bool
) -> Iterator[tuple[str, ...]]:
    rows = [max(p.rows, 1) for p in profiles]
    yield "missing", *(percent(c.missing / n) for c, n in zip(columns, rows, strict=False))
    if any(c.unread for c in columns):
        yield "of another type", *(percent(c.unread / n) for c, n in zip(columns, rows, strict=False))
    yield "different values", *(f"{'' if c.top and not c.other else '≈ '}{c.distinct:,}" for c in columns)
    if bare:
        return
    if columns[0].kind in {"number", "integer"}:
        yield "mean", *(number(c.mean) for c in columns)
        yield "deviation", *(number(c.deviation) for c in columns)
        yield "least", *(number(c.minimum) for c in columns)
        yield "greatest", *(number(c.maximum) for c in columns)
    elif columns[0].longest is not None:
        yield "letters", *(f"{c.shortest} to {c.longest}" for c in columns)


def _plot(columns: Sequence[ColumnProfile]) -> str:
    column = columns[0]
    if not column.values:
        return "<p>No row has a value.</p>"
    if column.edges and (column.distinct > FEW or not column.top):
        return _histogram([c for c in columns if c.edges])
    return _levels(columns) if column.top else ""


def _histogram(columns: Sequence[ColumnProfile]) -> str:
    low, high, bins = span_of(columns)
    drawn = [bars_of(c, low, high, bins) for c in columns]
    ends = number(low), number(high - (columns[0].kind == "integer" and bins == high - low))
    beyond = [
        f"{percent(b)} {where}" for b, where in ((drawn[0].below, "below"), (drawn[0].above, "above")) if b > 0
    ]
    return histogram(drawn, *ends) + (f"<p>not drawn: {' and '.join(beyond)}</p>" if beyond else "")


def _levels(columns: Sequence[ColumnProfile]) -> str:
    top = columns[0].top
    if top[0][1] < RAREST * columns[0].values:
        return f"<p>No text is in more than {percent(RAREST)} of the rows.</p>"
    if columns[0].kind in {"number", "integer"}:
        top = tuple(sorted(top, key=lambda level: float(level[0])))
    shares = [{text: count / max(c.values, 1) for text, count in c.top} for c in columns]
    rows = [(f"<bdi>{shown(text)}</bdi>", [s.get(text, 0.0) for s in shares]) for text, _ in top[: _most(top)]]
    rest = [1 - sum(s.get(text, 0.0) for text, _ in top[: len(rows)]) for s in shares]
    if any(r > WEAKEST / 100 for r in rest):
        rows.append(("<i>others</i>", rest))
    longest = max(share for _, each in rows for share in each)
    lines = "".join(
        f'<tr><th scope="row">{label}</th><td>{bar(each, longest)}</td>'
        f'<td class="n">{" / ".join(percent(s) for s in each)}</td></tr>'
        for label, each in rows
    )
    return f'<table class="levels">{lines}</table>'


def _most(top: Sequence[tuple[str, int]]) -> int:
    return len(top) if len(top) <= FEW else LEVELS


def _together(found: Associations) -> str:
    strongest = [p for p in found.pairs if abs(p.strength) >= WEAKEST][:PAIRS]
    if not strongest:
        return "<h2>What goes together</h2><p>No two columns go together.</p>"
    names = list(dict.fromkeys(n for p in strongest for n in (p.first, p.second)))[:HEATED]
    strengths = {(p.first, p.second): p.strength for p in found.pairs}
    lines = "".join(
        f"<tr><td><bdi>{shown(p.first)}</bdi></td><td><bdi>{shown(p.second)}</bdi></td>"
        f'<td class="n">{p.strength:.2f}</td><td>{shown(p.measure)}</td></tr>'
        for p in strongest
    )
    left_out = f" Left out: {', '.join(map(shown, found.left_out))}." if found.left_out else ""
    told = f"The strongest of {len(found.pairs):,} pairs of columns, on {found.rows:,} rows.{left_out}"
    head = "<thead><tr><th>column</th><th>column</th><th>strength</th><th>measure</th></tr></thead>"
    return (
        f'<h2>What goes together</h2><p>{told}</p><div class="card">{heat_map(names, strengths)}'
        f'<div class="scroll"><table>{head}<tbody>{lines}</tbody></table></div></div>'
    )
