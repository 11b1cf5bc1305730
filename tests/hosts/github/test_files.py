"""The workflows and actions as files: linters find nothing, pins are those of the list, versions are the kit's."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.hosts.github.rig import REPOSITORY, program

FOLDER = REPOSITORY / ".github"
WORKFLOWS = sorted(FOLDER.glob("workflows/*.yml"))
ACTIONS = sorted(FOLDER.glob("actions/*/action.yml"))
TEMPLATE = REPOSITORY / "templates/workflow.yml"
REUSABLE = [path for path in WORKFLOWS if "workflow_call" in path.read_text()]
USES = re.compile(r"uses:\s*(\S+)(?:\s+#\s*(\S+))?")
# A workflow in which each line has a fault that must be found: triggers, permissions, pins, injection, credentials.
BAD = """\
name: bad
on: pull_request_target
permissions: write-all
jobs:
  bad:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
"""


def ended(*command, **how):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=300, **how)


def documents():
    return {path: yaml.safe_load(path.read_text()) for path in [*WORKFLOWS, *ACTIONS]}


def steps_of(document):
    runs = document.get("runs", {}).get("steps", [])
    return [*runs, *(step for job in document.get("jobs", {}).values() for step in job.get("steps", []))]


def pinned():
    rows = [line.split() for line in (FOLDER / "actions/pinned.txt").read_text().splitlines()]
    return [row for row in rows if row and row[0] != "#"]


def test_actionlint_finds_nothing_and_would(tmp_path):
    lint = program("actionlint")
    told = ended(lint, *WORKFLOWS, TEMPLATE, cwd=REPOSITORY)
    assert (told.returncode, told.stdout) == (0, "")
    (tmp_path / "bad.yml").write_text(BAD)
    assert "potentially untrusted" in ended(lint, tmp_path / "bad.yml", cwd=tmp_path).stdout


def test_zizmor_finds_nothing_and_would(tmp_path):
    lint = [program("zizmor"), "--persona", "auditor", "--offline", "--no-progress"]
    told = ended(*lint, FOLDER / "workflows", FOLDER / "actions")
    assert (told.returncode, "No findings" in told.stdout + told.stderr) == (0, True), told.stdout
    (tmp_path / "bad.yml").write_text(BAD)
    found = ended(*lint, tmp_path / "bad.yml").stdout
    for audit in (
        "template-injection",
        "dangerous-triggers",
        "unpinned-uses",
        "artipacked",
        "excessive-permissions",
    ):
        assert audit in found


@pytest.mark.parametrize(
    ("schema", "files", "bad"),
    [
        ("vendor.github-workflows", [*WORKFLOWS, TEMPLATE], "jobs: 3"),
        ("vendor.github-actions", ACTIONS, "runs: 3"),
    ],
)
def test_every_file_is_valid_by_the_public_schemas(tmp_path, schema, files, bad):
    command = [program("check-jsonschema"), "--builtin-schema", schema]
    assert len(files) > 5
    told = ended(*command, *files)
    assert told.returncode == 0, told.stdout
    (tmp_path / "bad.yml").write_text(bad)
    assert ended(*command, tmp_path / "bad.yml").returncode == 1


def test_every_action_of_others_is_at_the_commit_of_the_list():
    listed = {name: (commit, release) for name, commit, release, place in pinned() if place != "enterprise-server"}
    used = set()
    for path in [*WORKFLOWS, *ACTIONS]:
        for reference, comment in USES.findall(path.read_text()):
            if reference.startswith("$/"):
                assert (REPOSITORY / reference[2:]).exists(), f"{path}: {reference}"
                continue
            name, _, commit = reference.partition("@")
            owner = "/".join(name.split("/")[:2])
            assert (commit, comment) == listed[owner], f"{path}: {reference}"
            used.add(owner)
    assert used == set(listed)


def test_a_pin_is_a_whole_commit_of_a_release():
    assert all(
        re.fullmatch(r"[0-9a-f]{40}", row[1]) and re.fullmatch(r"v\d+\.\d+\.\d+", row[2]) for row in pinned()
    )
    assert {row[3] for row in pinned()} == {"everywhere", "github.com", "enterprise-server"}


def test_the_version_of_every_include_is_the_kits():
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    calls = 0
    for path, document in documents().items():
        for step in steps_of(document):
            run = step.get("run", "")
            if re.search(r"\biddr (?!:)", run) or "install.sh" in run or "run.sh" in run:
                if path.name == "self-test.yml":
                    continue
                calls += 1
                said = step.get("env", {}).get("IDDR_INCLUDE")
                if "iddr github approver" not in run and "iddr github login" not in run:
                    assert said == version, f"{path}: {run}"
    assert calls > 5


def test_no_script_holds_an_expression_and_every_job_and_token_is_limited():
    for path, document in documents().items():
        for step in steps_of(document):
            assert "${{" not in step.get("run", ""), path
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False
        for name, job in document.get("jobs", {}).items():
            assert "uses" in job or job["timeout-minutes"] <= 360, f"{path}: {name}"
        if "jobs" in document and path.name != "ci.yml":
            assert document["permissions"] == {}
            assert all("permissions" in job for job in document["jobs"].values())


def test_what_judges_reads_the_repository_and_nothing_else():
    for name in ("judge.yml", "monitor.yml"):
        [job] = yaml.safe_load((FOLDER / "workflows" / name).read_text())["jobs"].values()
        assert job["permissions"] == {"contents": "read"}


def test_a_called_workflow_is_given_every_input_that_the_whole_way_has():
    documents_by_name = {path.name: document for path, document in documents().items() if path in REUSABLE}
    for job in documents_by_name["iddr.yml"]["jobs"].values():
        called = documents_by_name[job["uses"].rsplit("/", 1)[1]][True]["workflow_call"]
        ours = documents_by_name["iddr.yml"][True]["workflow_call"]
        assert set(job["with"]) >= set(called["inputs"]) & set(ours["inputs"])
        assert set(job["secrets"]) == set(called["secrets"])


def test_a_caller_is_six_lines_and_grants_what_the_jobs_ask_for():
    text = TEMPLATE.read_text()
    assert len(text.splitlines()) == 6
    granted = yaml.safe_load(text)["permissions"]
    for job in yaml.safe_load((FOLDER / "workflows/iddr.yml").read_text())["jobs"].values():
        for permission, level in job["permissions"].items():
            assert granted[permission] in {level, "write"}


def rewritten(folder, kit="platform/iddr@v0.1.0"):
    return ended(sys.executable, REPOSITORY / ".ci/enterprise_server.py", kit, folder)


def test_enterprise_server_gets_its_own_form(tmp_path):
    assert rewritten(tmp_path).returncode == 0
    files = {
        path.relative_to(tmp_path / ".github"): path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    }
    ours = {path.relative_to(FOLDER) for path in (*FOLDER.glob("workflows/*.yml"), *FOLDER.glob("actions/*/*"))}
    assert set(files) == ours
    assert not any("$/" in line for text in files.values() for line in text.splitlines() if "uses:" in line)
    assert "uses: platform/iddr/.github/actions/phase@v0.1.0" in files[Path("actions/integration/action.yml")]
    theirs = {f"{name}@{commit}" for name, commit, _, place in pinned() if place == "enterprise-server"}
    newer = {f"{name}@{commit}" for name, commit, _, place in pinned() if place == "github.com"}
    everything = "\n".join(files.values())
    assert len(theirs) == len(newer) == 2
    assert all(action in everything for action in theirs)
    assert not any(action in everything for action in newer)
    told = ended(program("actionlint"), *(tmp_path / ".github/workflows").glob("*.yml"), cwd=tmp_path)
    assert (told.returncode, told.stdout) == (0, "")


@pytest.mark.parametrize("kit", ["", "iddr", "platform/iddr", "platform/iddr@v1; x", "a/b/c@v1"])
def test_the_form_for_enterprise_server_says_how_it_is_asked_for(tmp_path, kit):
    told = rewritten(tmp_path, kit)
    assert (told.returncode, "Usage:" in told.stderr, list(tmp_path.iterdir())) == (2, True, [])
