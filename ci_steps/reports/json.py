"""The report for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ci_steps.results import exit_code
from ci_steps.results_json import document_of

if TYPE_CHECKING:
    from ci_steps.results import Run


def render(run: Run) -> str:
    """Return the whole run as JSON, with the exit code."""
    document = document_of(run) | {"exit_code": exit_code(run)}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
