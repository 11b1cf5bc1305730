"""What GitHub's runner reads: commands in the log, and the files of the job summary and of a step's outputs.

Everything here is written so that no text of a user becomes a command, a value or a variable of its own.
Source: GitHub, Workflow commands for GitHub Actions; actions/toolkit, packages/core (escaping of commands).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = {"error": "error", "warning": "warning"}
MOST_OF_A_KIND = 10  # GitHub shows ten errors and ten warnings of a step
SUMMARY_BYTES = 1_000_000  # GitHub refuses a step's summary of more than 1 MiB
OUTPUT_CHARACTERS = 100_000  # GitHub refuses outputs of a job of more than 1 MB
CUT = "\n\nThe report is longer than GitHub shows; all of it is in the artifact with the reports.\n"
LINE_ENDS = ("\r", "\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


def annotation_lines(sarif: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a command for each result that is an error or a warning and that nobody accepted, errors first."""
    found: dict[str, list[str]] = {kind: [] for kind in COMMANDS}
    for result in _results(sarif):
        if result["level"] in COMMANDS and not result["suppressions"]:
            found[result["level"]].append(_command(result))
    shown = [line for lines in found.values() for line in lines[:MOST_OF_A_KIND]]
    more = sum(len(lines) for lines in found.values()) - len(shown)
    return (*shown, f"::notice title=iddr::{more} more in the report") if more else tuple(shown)


def _results(sarif: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [result for run in sarif.get("runs", ()) for result in run["results"]]


def _command(result: Mapping[str, Any]) -> str:
    place = result["locations"][0]["physicalLocation"]
    properties = {
        "file": unquote(place["artifactLocation"]["uri"]),
        "line": str(place["region"]["startLine"]),
        "title": f"iddr {result['ruleId']}",
    }
    listed = ",".join(f"{name}={property_text(value)}" for name, value in properties.items())
    return f"::{COMMANDS[result['level']]} {listed}::{message_text(result['message']['text'])}"


def error_line(text: str, path: str, line: int) -> str:
    """Return the command that shows `text` at a line of a file of the repository."""
    return f"::error file={property_text(path)},line={line},title=iddr::{message_text(text)}"


def message_text(text: str) -> str:
    """Return `text` as the message of a command: on one line, and as it is."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for end in LINE_ENDS:
        text = text.replace(end, " ")
    return text


def property_text(text: str) -> str:
    """Return `text` as the value of a property of a command."""
    return message_text(text).replace(":", "%3A").replace(",", "%2C")


def summary_text(report: str) -> str:
    """Return the Markdown `report` as a job summary takes it: cut at a line where it is too long."""
    if len(report.encode()) <= SUMMARY_BYTES:
        return report if report.endswith("\n") else f"{report}\n"
    kept = report.encode()[: SUMMARY_BYTES - len(CUT.encode())].decode(errors="ignore")
    return kept[: kept.rfind("\n") + 1] + CUT


def outputs_text(values: Mapping[str, str], token: str) -> str:
    """Return `values` as a step's outputs; `token` is random, so that no value can hold the line that ends it."""
    if any(token in value for value in values.values()):
        raise ValueError("the token is in a value; take another")
    named = {name: value[:OUTPUT_CHARACTERS] for name, value in values.items()}
    return "".join(f"{name}<<{token}\n{value}\n{token}\n" for name, value in named.items())
