"""What the summary of a job and the comment on a pull request share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_steps.past_runs import past_run_of
from ci_steps.reports.content import (
    VERDICTS,
    Around,
    counts_of,
    let_through,
    moment,
    place_of,
    sentence_of,
    tasks_of,
    verdict_of,
)
from ci_steps.reports.differences import difference
from ci_steps.reports.html_changes import alone
from ci_steps.reports.plots import number
from ci_steps.reports.texts import in_code, in_markdown
from ci_steps.reports.words import status_words
from ci_steps.results import exit_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ci_steps.past_runs import Figure
    from ci_steps.reports.content import Task
    from ci_steps.reports.differences import Moved
    from ci_steps.results import Run
    from model_checks.findings import Finding

FIGURES, CHANGES = 25, 40
MARKS = {0: "✅", 1: "❌"}


def first_lines(run: Run, heading: str) -> list[str]:
    """Return the verdict as a heading, and the sentence below it."""
    mark = MARKS.get(exit_code(run), "⚠️")
    counts = ", ".join(f"{count} {words}" for words, (count, _) in counts_of(run).items())
    title = f"{heading} {mark} {in_code(run.model)}: {verdict_of(run)}"
    return [title, "", in_markdown(sentence_of(run)), "", counts]


def tasks_lines(run: Run, heading: str) -> list[str]:
    """Return what is to be done, first what closes a gate."""
    lines = [line for task in tasks_of(run) for line in _task(task)]
    lines = ["", f"{heading} What to do", "", *lines] if lines else []
    passed = [
        f"- **{in_code(r.name)}** {in_markdown(r.title)}: {status_words(r)}, {in_markdown(r.reason)}"
        for r in let_through(run)
    ]
    return [*lines, "", f"{heading} Let through", "", *passed] if passed else lines


def _task(task: Task) -> Iterator[str]:
    result = task.result
    yield f"- **{in_code(result.name)}** {in_markdown(result.title)} ({task.says})"
    if result.reason:
        yield f"  - {in_markdown(result.reason)}"
    for fix, same in task.by_fix.items():
        yield from (f"  - {_place_and_message(finding)}" for finding in same[: task.shown])
        if len(same) > task.shown:
            yield f"  - and {len(same) - task.shown:,} more"
        if fix:
            yield f"  - → **{in_markdown(fix, 500)}**"


def finding_words(finding: Finding) -> str:
    """Return one finding: its place, what it says, and what to do."""
    fix = f" → **{in_markdown(finding.fix, 500)}**" if finding.fix else ""
    return f"{_place_and_message(finding)}{fix}"


def _place_and_message(finding: Finding) -> str:
    return f"{in_code(place_of(finding))} {in_markdown(finding.message, 1000)}".strip()


def changes_lines(run: Run, around: Around, heading: str) -> list[str]:
    """Return what differs from the run that this one is compared with, and which that is."""
    lines = ["", f"{heading} What changed", ""]
    before = around.past.last
    if before is None:
        return [*lines, "There is no earlier run of the main branch or of this one to compare with."]
    found = difference(before, past_run_of(run))
    lines.append(
        f"Compared with {in_code(around.past.name)}, run {in_code(before.run)}, revision "
        f"{in_code(before.revision[:12]) or 'unknown'}, {in_markdown(moment(before.started), 40)}, "
        f"{VERDICTS.get(before.exit_code, 'unknown')}."
    )
    if found.changes:
        lines += ["", "| verdict | then | now |", "|---|---|---|"]
        lines += [
            f"| {in_code(c.name)} | {_status(c.before)} | {_status(c.now)} |" for c in found.changes[:CHANGES]
        ]
    else:
        lines += ["", "No verdict changed."]
    if only := alone(found.alone):
        lines += ["", in_markdown(only, 5000)]
    return lines + _figures(found.told, len(found.figures))


def _status(status: str) -> str:
    return in_markdown(status.replace("_", " "), 40)


def _figures(shown: Sequence[Moved], total: int) -> list[str]:
    if not shown:
        return ["", "No figure moved."] if total else []
    lines = ["", "| figure | then | now | change |", "|---|---|---|---|", *map(_moved, shown[:FIGURES])]
    left = total - len(shown[:FIGURES])
    return [*lines, "", f"{left:,} more figures are in both runs."] if left else lines


def _moved(moved: Moved) -> str:
    now = moved.now
    name = " ".join(filter(None, [in_code(now.check), in_markdown(now.rule, 80), in_markdown(now.where, 80)]))
    sign = "" if moved.delta == 0 else f"{moved.delta:+.3g} "
    words = f"**{moved.words}**" if moved.better is not None else moved.words
    return f"| {name} | {_value(moved.before)} | {_value(now)} | {sign}{words} |"


def _value(figure: Figure) -> str:
    unit = f" {in_markdown(figure.unit, 20)}" if figure.unit else ""
    if figure.low is None or figure.high is None:
        return f"{number(figure.measured)}{unit}"
    return f"{number(figure.measured)}{unit} ({number(figure.low)} to {number(figure.high)})"


def cut_to(lines: Sequence[str], largest: int, where: str) -> str:
    """Return the lines as one text of at most `largest` bytes; what is cut off is said so."""
    said = f"\n\nCut here to fit: {where}.\n"
    room = largest - len(said.encode())
    kept: list[str] = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            return "\n".join(kept) + said
        kept.append(line)
    return "\n".join(kept) + "\n"
