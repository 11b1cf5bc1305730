"""The report as one page without script: verdict, what to do, what changed, then every check with its numbers.

A CI server may allow no style but that of a file beside the page (Jenkins: `sandbox; default-src 'none'; img-src
'self'; style-src 'self'`), and a page that is sent on has no file beside it. So the one style sheet is in the page
and in `report.css`; without either the page is plain, complete and legible in light and dark.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from ci_steps.reports.content import Around, phases_of, sentence_of
from ci_steps.reports.html_changes import changes_section, trend_section
from ci_steps.reports.html_evidence import evidence_section, timeline_section
from ci_steps.reports.html_figures import figures_section
from ci_steps.reports.html_results import phase_section
from ci_steps.reports.html_style import STYLE
from ci_steps.reports.html_summary import header, tasks_section
from ci_steps.reports.texts import in_html

if TYPE_CHECKING:
    from ci_steps.results import Run

STYLE_FILE = "report.css"


def render(run: Run, around: Around | None = None) -> str:
    """Return the page of `run`; with `around` also what changed, the trend, and links to files that are there."""
    around = around or Around()
    phases = phases_of(run)
    sections = [
        ("to-do", "What to do", tasks_section(run)),
        ("figures", "Figures", figures_section(run, around)),
        ("changes", "What changed", changes_section(run, around)),
        ("trend", "Trend", trend_section(run, around)),
        *((in_html(name), in_html(name.capitalize()), phase_section(run, name, around)) for name in phases),
        ("timeline", "Timeline", timeline_section(run)),
        ("evidence", "Evidence", evidence_section(run, around)),
    ]
    told = [section for section in sections if section[2]]
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title, _ in told)
    body = "".join(f'<section id="{key}"><h2>{title}</h2>\n{text}</section>\n' for key, title, text in told)
    return (
        f'{_head(run)}<body>\n{header(run, around)}\n<nav aria-label="Sections"><ul>{links}</ul></nav>\n'
        f"<main>\n{body}</main>\n</body></html>\n"
    )


def _head(run: Run) -> str:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'self' 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">\n'
        f"<title>{in_html(run.model)}: {in_html(sentence_of(run))}</title>\n"
        f'<link rel="stylesheet" href="{STYLE_FILE}">\n<style>{STYLE}</style></head>\n'
    )
