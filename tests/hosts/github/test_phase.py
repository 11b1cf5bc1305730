"""The script around `iddr run`: whatever is printed while it runs is no command, but for what iddr itself announces.

`iddr` is a program of a few lines here, because it indents all that users say and act, unlike GitHub's runner, takes a
command only from the first character of a line.
"""

import pytest

from tests.hosts.github.rig import KIT, Rig
from tests.hosts.github.test_actions import COMMANDS

STAND_IN = """\
#!/usr/bin/env bash
echo "arguments: $*"
echo "secret: $DATA_TOKEN"
printf '%b\\n' PLANTED >&2
printf '%b\\n' PLANTED
echo "::$IDDR_COMMANDS_TOKEN::" >&2
echo "::warning file=iddr.toml,line=3::announced" >&2
echo "::stop-commands::$IDDR_COMMANDS_TOKEN" >&2
printf '%b\\n' PLANTED
exit ENDS
"""
WORKFLOW = f"""\
name: phase
on: [push]
jobs:
  phase:
    runs-on: ubuntu-latest
    steps:
      - id: run
        uses: {KIT.split("@")[0]}/.github/actions/phase@v1
        with: {{phase: delivery, config: "a b.toml; touch canary", event: push, dry-run: "true", model-secrets: DATA_TOKEN=hidden-value}}
      - id: after
        if: always()
        run: echo "::set-output name=after::works"
"""


@pytest.fixture(params=[0, 3])
def ended(request, tmp_path, monkeypatch):
    rig = Rig(tmp_path / "rig")
    stand_in = tmp_path / "programs/iddr"
    stand_in.parent.mkdir()
    quoted = " ".join(f"'{line}'" for line in COMMANDS)
    stand_in.write_text(STAND_IN.replace("PLANTED", quoted).replace("ENDS", str(request.param)))
    stand_in.chmod(0o755)
    rig.variables["PATH"] = f"{stand_in.parent}:/usr/local/bin:/usr/bin:/bin"
    rig.workflow(WORKFLOW)
    return request.param, rig, rig.run("push", {"ref": "refs/heads/main", "after": rig.commit()})


def test_what_is_printed_while_a_phase_runs_is_no_command(ended):
    code, _, run = ended
    found = [(c["command"], c.get("arg")) for c in run.commands() if c["stepID"] == ["run", "run"]]
    [token, *_] = [arg for command, arg in found if command == "stop-commands"]
    carried_out = [(command, arg) for command, arg in found if command != "ignored"]
    assert carried_out == [
        ("add-mask", "hidden-value"), ("stop-commands", token),
        (token, ""), ("warning", "announced"), ("stop-commands", token), (token, ""),
    ]  # fmt: skip
    assert sum(command == "ignored" for command, _ in found) > len(COMMANDS)
    assert run.steps()["phase/run"] == ("success" if code == 0 else "failure")


def test_commands_are_read_again_after_the_phase(ended):
    assert ended[2].outputs("phase/after") == {"after": "works"}


def test_what_the_phase_is_given_arrives_as_it_was_written(ended):
    _, rig, run = ended
    assert "arguments: run --phase delivery --config a b.toml; touch canary --event push --dry-run" in run.said()
    assert [line for line in run.log() if line.startswith("secret: ")] == ["secret: ***\n"]
    assert not list(rig.folder.rglob("canary"))
