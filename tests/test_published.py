"""What is published is what the code says: the table of checks, the configuration's schema, the imports of --help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ci_steps.catalogue import load_catalogue
from ci_steps.cli import COMMANDS
from ci_steps.config_schema import config_schema
from ci_steps.events import EVENTS
from model_checks.checks import PROFILES
from model_checks.discovery import CODE_FILE, all_checks, built_in_modules

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "templates" / "iddr.schema.json"
REGENERATE = os.environ.get("IDDR_REGENERATE") == "1"
CODE = r"[A-Z]{2}\d{3}"
HEAVY = ("pandas", "numpy", "sklearn", "docker", "duckdb", "hypothesis", "jsonschema", "requests", "rich")


def table_of_checks() -> str:
    lines = [
        "| code | phases | title | inputs | starter | standard | regulated | weight |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for code, check in all_checks().items():
        cells = [
            code,
            ", ".join(p.title for p in check.phases),
            check.title,
            ", ".join(i.name for i in check.inputs),
        ]
        cells += [str(check.level(profile)) for profile in PROFILES]
        lines.append(f"| {' | '.join(cells)} | {check.weight} |")
    return "\n".join(lines)


def test_the_table_of_checks_in_the_readme_is_the_codes():
    assert in_its_place(ROOT / "README.md", "checks", table_of_checks())


def table_of_events() -> str:
    lines = ["| event | goes until | heavy checks | acts (push, deploy, release) |", "|---|---|---|---|"]
    for name, event in EVENTS.items():
        heavy = (
            "computed"
            if event.heavy
            else "on main, and before a release"
            if name == "local"
            else "reused, never computed"
        )
        acts = ("unless `--dry-run`" if name == "local" else "yes") if event.acts else "never"
        lines.append(f"| `{name}` | {event.until.title} | {heavy} | {acts} |")
    return "\n".join(lines)


def test_the_table_of_events_in_the_platform_guide_is_the_codes():
    assert in_its_place(ROOT / ".github" / "PLATFORM.md", "events", table_of_events())


def in_its_place(path, name, text):
    """Tell whether `text` stands between the two marks `name` in the file; regenerating puts it there."""
    found = path.read_text("utf-8")
    marks = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
    expected = re.sub(marks, lambda m: f"{m[1]}{text}\n{m[2]}", found, flags=re.DOTALL)
    if REGENERATE:
        path.write_text(expected, "utf-8")
    return REGENERATE or (text in found and found == expected)


def test_the_table_of_the_ml_test_score_has_all_28_tests_and_names_checks_that_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("## The ML Test Score\n")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if re.match(r"\| (\*\*\w+\*\* )?\d: ", line)]
    assert [int(re.search(r"\d", row[1])[0]) for row in rows] == [1, 2, 3, 4, 5, 6, 7] * 4
    assert {code for row in rows for code in re.findall(CODE, row[2])} <= set(all_checks())
    assert all(re.search(CODE, row[2]) for row in rows)


def test_the_published_schema_is_the_codes():
    expected = json.dumps(config_schema(load_catalogue()), indent=1, ensure_ascii=False) + "\n"
    if REGENERATE:
        SCHEMA.write_text(expected, "utf-8")
    assert SCHEMA.read_text("utf-8") == expected


def test_help_loads_nothing_heavy():
    script = "import sys; sys.argv = ['iddr', '--help']\nimport ci_steps.cli as cli\ntry:\n    cli.main()\nexcept SystemExit:\n    pass\n"
    script += f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in ended.stdout
    assert all(name in ended.stdout for name in COMMANDS)


def test_every_check_documents_why_how_to_mend_and_its_source():
    for code, check in all_checks().items():
        for heading in ("Why:", "Fix:", "Source:"):
            assert heading in check.documentation, f"{code} lacks {heading}"


def test_a_checks_file_is_named_after_its_code():
    for code, module in built_in_modules().items():
        assert CODE_FILE.fullmatch(module.rpartition(".")[2] + ".py"), module
        assert code == code.upper()


@pytest.mark.parametrize("code", sorted(built_in_modules()))
def test_every_checks_options_have_a_schema(code):
    check = all_checks()[code]
    assert check.options["additionalProperties"] is False
    assert set(check.defaults) <= set(check.options["properties"])


def test_the_lines_to_copy_in_the_readme_are_the_templates():
    text = (ROOT / "README.md").read_text("utf-8")
    workflow = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]
    assert workflow == (ROOT / "templates" / "workflow.yml").read_text("utf-8")
    jenkinsfile = re.search(r"```groovy\n(.*?)```", text, re.DOTALL)[1]
    assert (ROOT / "templates" / "Jenkinsfile").read_text("utf-8").startswith(jenkinsfile)
    assert (len(workflow.splitlines()), len(jenkinsfile.splitlines())) == (6, 2)
