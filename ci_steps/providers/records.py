"""What training wrote down about itself: its figures, and its search for hyper-parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.steps import provider

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.reported import ReportedMetrics
    from model_checks.search import Search


@provider()
def reported_metrics(metrics_file: Path) -> ReportedMetrics:
    """Read the metrics that training reported."""
    from model_checks.reported import read_reported

    return read_reported(metrics_file)


@provider()
def search(search_file: Path) -> Search:
    """Read the record of the search for hyper-parameters."""
    from model_checks.search import read_search

    return read_search(search_file)
