from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ci_steps.oci.reading import read_image
from ci_steps.state import State
from tests.journeys.conftest import IDDR, NO_ENGINE, copy_of
from tests.needs import needs_docker, needs_registry


def run_of(journey):
    return json.loads((journey.folder / ".iddr" / "run.json").read_text())


def statuses(journey):
    return {r["name"]: r["status"] for r in run_of(journey)["results"]}


def image_file(journey) -> Path:
    artifacts = {a["name"]: a for r in run_of(journey)["results"] for a in r["artifacts"]}
    return journey.folder / ".iddr" / artifacts["image_file"]["uri"]


def test_the_demo_goes_through_all_phases_and_says_what_to_do_next(demo):
    journey, ended = demo
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert {r["phase"] for r in run_of(journey)["results"]} == {"integration", "delivery", "deployment", "release"}
    assert set(statuses(journey).values()) <= {"passed", "not_applicable"}
    for words in ("all gates are open", "docker load -i", "report:", "try next:"):
        assert words in ended.stdout
    assert "no Docker engine" in ended.stderr


def test_without_an_engine_the_service_is_judged_as_a_sandboxed_process(demo):
    journey, _ = demo
    [result] = [r for r in run_of(journey)["results"] if r["name"] == "SV002"]
    assert any("a sandboxed process" in f["where"] for f in result["findings"])


def test_a_second_run_of_an_unchanged_project_judges_only_what_the_release_made_possible(journey):
    ended = journey.iddr("run")
    assert ended.returncode == 0, ended.stderr[-2000:]
    judged = [r for r in run_of(journey)["results"] if r["name"] not in {"deploy", "promote", "push"}]
    again = [r["name"] for r in judged if r["status"] != "not_applicable" and not r["reused_from"]]
    # GV002 asks the day, MQ013 measures times. There is a champion now, which is a verdict more for PG001.
    assert again == ["GV002", "MQ002", "MQ013", "PG001"]


def test_a_changed_threshold_judges_one_check_again(journey):
    journey.change("iddr.toml", "minimum = 0.95", "minimum = 0.9")
    assert journey.iddr("run", "--until", "integration").returncode == 0
    again = [r["name"] for r in run_of(journey)["results"] if r["status"] == "passed" and not r["reused_from"]]
    assert "MQ001" in again
    assert not {"fit", "MQ008", "MQ010", "RP003", "GV004"} & set(again)


def test_the_image_is_the_same_after_the_state_is_gone(journey):
    before = read_image(image_file(journey)).digest
    shutil.rmtree(journey.folder / ".iddr")
    assert journey.iddr("run", "--until", "delivery").returncode == 0
    assert read_image(image_file(journey)).digest == before


def test_the_image_runs_nothing_as_root_and_names_what_is_in_it(demo):
    journey, _ = demo
    image = read_image(image_file(journey))
    settings = image.config["config"]
    assert settings["User"] == "65532:65532"
    assert settings["Healthcheck"]["Test"][0] == "CMD"
    artifacts = {a["name"]: a["sha256"] for r in run_of(journey)["results"] for a in r["artifacts"]}
    assert settings["Labels"]["io.iddr.model.sha256"] == artifacts["model_file"]
    assert settings["Labels"]["io.iddr.data.sha256"] == artifacts["train_file"]
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=journey.folder, capture_output=True, text=True, check=True
    )
    assert settings["Labels"]["org.opencontainers.image.revision"] == revision.stdout.strip()


def test_the_state_goes_on_in_another_checkout(journey, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "-q", str(journey.folder), str(other)], check=True)
    shutil.copytree(journey.folder / ".iddr", other / ".iddr")
    ended = type(journey)(other).iddr("run", "--phase", "delivery")
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_a_changed_byte_in_the_handed_over_state_is_found_and_named(journey):
    image = image_file(journey)
    with image.open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    verified = journey.iddr("verify")
    assert verified.returncode == 1
    assert str(image.relative_to(journey.folder)) in verified.stdout
    ended = journey.iddr("run", "--phase", "deployment")
    assert ended.returncode == 2
    assert str(image.relative_to(journey.folder)) in ended.stderr


def test_a_changed_verdict_is_found(journey):
    path = journey.folder / ".iddr" / "run.json"
    path.write_text(path.read_text().replace('"passed"', '"waived"', 1))
    assert "run.json: was changed" in journey.iddr("verify").stdout


def test_a_phase_alone_needs_the_one_before(fresh):
    ended = fresh.iddr("run", "--phase", "delivery")
    assert ended.returncode == 2
    assert "goes on from integration, which has not run here" in ended.stderr


def test_a_phase_alone_refuses_other_sources(journey):
    journey.change("train.py", "C=0.5", "C=0.4")
    ended = journey.iddr("run", "--phase", "delivery")
    assert (ended.returncode, "sources changed since" in ended.stderr) == (2, True)


def test_a_new_version_replaces_the_old_and_rollback_goes_back(demo, second, tmp_path):
    first, (_, ended) = demo[0], second
    assert first.iddr("rollback").returncode == 2
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "version 2 serves, replaces version 1" in ended.stderr
    assert statuses(second[0])["MQ002"] == "passed"
    later = copy_of(second, tmp_path)
    assert "version 1 serves again" in later.iddr("rollback").stdout
    assert later.iddr("rollback").returncode == 2


def test_every_report_is_written_and_well_formed(demo):
    journey, _ = demo
    reports = journey.folder / ".iddr" / "reports"
    cases = ET.parse(reports / "junit.xml").findall(".//testcase")
    assert len(cases) == len(run_of(journey)["results"])
    assert json.loads((reports / "report.json").read_text())["exit_code"] == 0
    assert "## Integration" in (reports / "report.md").read_text()


@pytest.mark.parametrize("name", ["json", "markdown", "junit"])
def test_the_report_comes_on_standard_output(journey, name):
    ended = journey.iddr("run", "--until", "integration", "--format", name)
    assert ended.returncode == 0
    assert (
        ended.stdout
        == (
            journey.folder
            / ".iddr/reports"
            / {"json": "report.json", "markdown": "report.md", "junit": "junit.xml"}[name]
        ).read_text()
    )


def test_with_an_engine_the_image_is_loaded_and_run(journey):
    needs_docker()
    import docker

    ended = journey.iddr("run", "--no-cache", "--until", "delivery")
    assert ended.returncode == 0, ended.stderr[-2000:]
    ended = journey.iddr("run", "--phase", "deployment", DOCKER_HOST="")
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "loaded as tumour-classifier:" in ended.stderr
    image = read_image(image_file(journey))
    client = docker.from_env()
    try:
        found = client.images.get(f"tumour-classifier:{image.digest.removeprefix('sha256:')[:12]}")
        assert found.id == image.config_digest
        assert not client.containers.list(all=True, filters={"label": "io.iddr.purpose=smoke test"})
    finally:
        client.close()


def test_a_dry_run_acts_on_nothing(fresh):
    ended = fresh.iddr("run", "--dry-run")
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert {statuses(fresh)[n] for n in ("deploy", "promote")} == {"planned"}
    assert not (State.of(fresh.folder).folder / "releases.json").exists()


def test_demo_refuses_a_folder_that_is_not_empty(journey):
    ended = journey.iddr("demo", ".")
    assert (ended.returncode, "is not empty" in ended.stderr) == (2, True)


def test_ctrl_c_ends_with_130_and_loses_nothing(journey):
    journey.change("train.py", "TARGET =", "import time\ntime.sleep(120)\nTARGET =")
    process = subprocess.Popen(
        [*IDDR, "run"], cwd=journey.folder, env=os.environ | NO_ENGINE, stderr=subprocess.PIPE, text=True,
        # A shell's background job ignores Ctrl-C and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    time.sleep(8)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    outputs = json.loads((journey.folder / ".iddr" / "outputs.json").read_text("utf-8"))
    assert (outputs["verdict"], outputs["exit_code"]) == ("interrupted", "130")
    assert "collect" in statuses(journey)
    assert "fit" not in statuses(journey)
    assert journey.iddr("verify").returncode == 0


def test_the_image_is_published_by_digest(journey):
    registry = needs_registry()
    with (journey.folder / "iddr.toml").open("a") as config:
        config.write(f'\n[steps.push]\nrepository = "{registry}/iddr-test/tumour:demo"\n')
    ended = journey.iddr("run", "--until", "delivery")
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert f"published as {registry}/iddr-test/tumour@{read_image(image_file(journey)).digest}" in ended.stderr


def test_the_current_environment_serves_where_the_configuration_says_so(fresh):
    fresh.change("iddr.toml", 'lock = "requirements.txt"', "current = true")
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    config = fresh.folder / "iddr.toml"
    config.write_text(re.sub(r'python = "3\.\d+"', f'python = "{minor}"', config.read_text()))
    fresh.commit()
    ended = fresh.iddr("run", "--until", "integration")
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert statuses(fresh)["MQ001"] == "passed"
