"""Writes `.iddr/reports/data.html` after a run that looked at the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.loop import Walk
    from model_checks.associations import Associations
    from model_checks.inputs import Datasheet
    from model_checks.profile import Profile

FILE = "data.html"


def exploration(
    train_profile: Profile, associations: Associations, datasheet: Datasheet, test_profile: Profile | None = None
) -> str:
    """Return the section on the tables; columns that the datasheet declares personal show no value."""
    from ci_steps.reports.exploration import render_exploration

    profiles = [train_profile] if test_profile is None else [train_profile, test_profile]
    declared: Any = datasheet.sections.get("personal", {}).get("columns", {})
    personal = frozenset(declared) if isinstance(declared, dict) else frozenset(train_profile.columns)
    return render_exploration(profiles, associations, personal=personal)


def write_data_page(walk: Walk, reports: Path) -> str:
    """Write the page where it is not there for these very tables; return why it could not, or nothing.

    The inputs are those that the walk made for its checks; what it took from earlier results is made now.
    """
    from ci_steps.endings import ending_of
    from ci_steps.reports.data_style import STYLE
    from ci_steps.reports.exploration import STYLE_FILE, is_of, page
    from ci_steps.state import write_whole

    file = reports / FILE
    try:
        recipe = walk.recipe(exploration)
        if not (recipe and file.is_file() and is_of(file.read_text("utf-8"), recipe)):
            write_whole(file, page(walk.made(exploration), recipe=recipe or ""))
        write_whole(reports / STYLE_FILE, STYLE)
    except Exception as error:  # noqa: BLE001 - a page that could not be made changes no verdict
        return ending_of(error, "check").reason
    return ""
