"""Planted faults: each is stopped by the right check, with words that say what to do, under each profile."""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil

import pytest

from ci_steps.evidence.manifest import write_manifest
from ci_steps.gates import closes
from ci_steps.results import Status
from ci_steps.results_json import run_from
from ci_steps.state import State
from model_checks.checks import PROFILES
from model_checks.discovery import load_check
from tests.journeys.conftest import copy_of

PERSON_ROWS = "patient_email,"
HOSTILE = """
import os
class Hostile:
    def __reduce__(self):
        return os.system, ("touch /tmp/iddr-was-here",)
joblib.dump([model, Hostile()], MODEL)
"""
UNSEEDED = """
import numpy, os
rng = numpy.random.default_rng(int.from_bytes(os.urandom(4), "little"))
model[-1].coef_ += rng.normal(0, 0.2, model[-1].coef_.shape)
joblib.dump(model, MODEL)
"""
NOISE = """
model[-1].coef_ *= -1
joblib.dump(model, MODEL)
"""


def leave_a_secret(journey):
    (journey.folder / "settings.py").write_text(f'TOKEN = "{"ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"}"\n')


def break_a_row(journey):
    path = journey.folder / "data/train.csv"
    head, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    path.write_text("\n".join([head, ",".join(["-5", *cells[1:]]), *rest]) + "\n")


def append(text):
    def change(journey):
        with (journey.folder / "train.py").open("a") as file:
            file.write(text)

    return change


def unpin(journey):
    journey.change("iddr.toml", 'lock = "requirements.txt"', 'lock = "loose.txt"')
    (journey.folder / "loose.txt").write_text("scikit-learn\npandas\njoblib\n")


def forget_the_source(journey):
    (journey.folder / "datasheet.toml").write_text(
        '[personal]\ncontains = false\n[source]\nname = "? Where from?"\n'
    )


def shift_the_test(journey):
    path = journey.folder / "data/test.csv"
    head, *rows = path.read_text().splitlines()
    cells = [row.split(",") for row in rows]
    place = head.split(",").index("mean_radius")
    for row in cells:
        row[place] = str(float(row[place]) * 1.4)
    path.write_text("\n".join([head, *(",".join(row) for row in cells)]) + "\n")


# By what they change: those of one group do not touch each other, so one run finds them all.
FAULTS = {
    "repository": {
        "SC003": (leave_a_secret, "revoke"),
        "GV004": (break_a_row, ""),
        "GV001": (forget_the_source, ""),
        "RP001": (unpin, "--generate-hashes"),
        "DR001": (shift_the_test, ""),
    },
    "training": {"RP003": (append(UNSEEDED), "seed"), "MQ001": (append(NOISE), "")},
    "model file": {"SC001": (append(HOSTILE), "")},
}
# A model of noise may also break the relation that the starter declares.
CONSEQUENCES = {"training": {"MQ009"}}


def image_of(journey):
    """Return the image that the last run in `journey` made, as an artifact, and its file."""
    state = State.of(journey.folder)
    [image] = [a for r in state.last_run().results for a in r.artifacts if a.name == "image_file"]
    return image, state.path(image)


def with_image(result, image):
    return dataclasses.replace(
        result, artifacts=tuple(image if a.name == image.name else a for a in result.artifacts)
    )


def bring(journey, image, file):
    """Put another version's image beside what the state holds."""
    target = State.of(journey.folder).folder / image.uri
    target.parent.mkdir()
    shutil.copyfile(file, target)


def hand_over_another_image(journey, second):
    """Let the state that is carried to the next phase say that another version's image was made, digests and all."""
    image, file = image_of(second)
    bring(journey, image, file)
    state = State.of(journey.folder)
    run = state.last_run()
    run = dataclasses.replace(run, results=tuple(with_image(r, image) for r in run.results))
    state.save(run)
    write_manifest(run, state.folder)


def restore_another_cache(journey, second):
    """Let the kept result of the step `image` be another version's, as a cache under a wrong key would."""
    image, file = image_of(second)
    bring(journey, image, file)
    state = State.of(journey.folder)
    [made] = [r for r in state.last_run().results if r.name == "image"]
    state.remember(with_image(made, image))


CARRIED_FAULTS = {
    "RP005": (restore_another_cache, ("--until", "delivery"), "build the package and the image again"),
    "SV002": (hand_over_another_image, ("--phase", "deployment"), "the contract that were judged"),
    "PG001": (hand_over_another_image, ("--phase", "release"), "on what is released: iddr run"),
}


def stopped_by(code, document, words):
    """Hold that `code` failed, told a fix with `words`, and closes the gate where its level is block."""
    document.pop("exit_code")
    [result] = [r for r in run_from(document).results if r.name == code]
    assert result.status is Status.FAILED, result
    fixes = " ".join(f.fix for f in result.failures)
    assert fixes
    assert words in fixes
    for profile in PROFILES:
        level = load_check(code).level(profile)
        assert closes(dataclasses.replace(result, level=level), profile) is (level == "block")


@pytest.mark.parametrize("code", sorted(CARRIED_FAULTS))
def test_another_image_on_the_way_is_stopped_and_the_baseline_can_accept_it(journey, second, code):
    plant, phases, words = CARRIED_FAULTS[code]
    plant(journey, second[0])
    ended = journey.iddr("run", "--dry-run", *phases, "--format", "json")
    assert ended.returncode == 1, ended.stderr[-2000:]
    stopped_by(code, json.loads(ended.stdout), words)
    assert journey.iddr("baseline").returncode == 0
    again = journey.iddr("run", "--dry-run", *phases, "--format", "json")
    assert again.returncode == 0, again.stderr[-2000:]
    assert {r["name"]: r["status"] for r in json.loads(again.stdout)["results"]}[code] == "accepted"


@pytest.fixture(scope="module")
def planted(demo, tmp_path_factory):
    """Plant the faults of a group in a copy of the finished demo and run it, once; return the ended process.

    What the faults do not touch is taken from the demo's own results, as a team's next run would.
    """

    @functools.cache
    def run_of(group):
        journey = copy_of(demo, tmp_path_factory.mktemp("planted"))
        if "RP003" not in FAULTS[group]:
            journey.leave_main()
        for plant, _ in FAULTS[group].values():
            plant(journey)
        journey.commit()
        return journey.iddr("run", "--dry-run", "--format", "json")

    return run_of


@pytest.mark.parametrize(("group", "code"), [(group, code) for group in FAULTS for code in sorted(FAULTS[group])])
def test_a_planted_fault_is_stopped_by_its_check(planted, group, code):
    ended = planted(group)
    document = json.loads(ended.stdout)
    stopped_by(code, document, FAULTS[group][code][1])
    blocking = load_check(code).level("starter") == "block"
    assert (code in document["gates"][0]["closed_by"]) is blocking


@pytest.mark.parametrize("group", sorted(FAULTS))
def test_the_gate_is_closed_by_the_planted_faults_that_block_and_by_nothing_else(planted, group):
    ended = planted(group)
    closed_by = set(json.loads(ended.stdout)["gates"][0]["closed_by"])
    blocking = {c for c in FAULTS[group] if load_check(c).level("starter") == "block"}
    assert blocking <= closed_by <= blocking | CONSEQUENCES.get(group, set())
    assert ended.returncode == 1


def test_what_only_warns_leaves_the_gate_open(fresh):
    fresh.leave_main()
    forget_the_source(fresh)
    fresh.commit()
    ended = fresh.iddr("run", "--dry-run", "--until", "integration", "--format", "json")
    stopped_by("GV001", json.loads(ended.stdout), "")
    assert ended.returncode == 0


def test_a_hostile_model_is_never_loaded(planted):
    ended = planted("model file")
    statuses = {r["name"]: r["status"] for r in json.loads(ended.stdout)["results"]}
    assert {statuses[n] for n in ("MQ001", "MQ008", "MQ010")} == {"not_audited"}
    assert statuses["image"] == "blocked"


def test_the_baseline_accepts_what_failed_and_stops_what_is_new(fresh):
    break_a_row(fresh)
    fresh.commit()
    assert fresh.iddr("run", "--dry-run", "--until", "integration").returncode == 1
    assert fresh.iddr("baseline").returncode == 0
    again = fresh.iddr("run", "--dry-run", "--until", "integration")
    assert again.returncode == 0, again.stderr[-2000:]
    assert "accepted" in again.stderr
    leave_a_secret(fresh)
    fresh.commit()
    assert fresh.iddr("run", "--dry-run", "--until", "integration").returncode == 1


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda j: j.change("train.py", "TARGET =", "raise SystemExit(3)\nTARGET ="), 1, "exit code 3"),
        (lambda j: j.change("train.py", "joblib.dump(model, MODEL)", ""), 1, "left no file or folder 'build/model.joblib'"),
        (lambda j: j.change("iddr.toml", "[checks.MQ001]", "[steps.fit]\ntimeout = 1\n[checks.MQ001]"), 1, "was stopped"),
        (lambda j: (j.folder / "contract.schema.json").write_text("[]"), 2, "contract.schema.json"),
        (lambda j: (j.folder / "contract.schema.json").write_text("{"), 2, "contract.schema.json"),
        (lambda j: (j.folder / "data/train.csv").write_text(""), 2, "train.csv"),
        (lambda j: (j.folder / "data/test.csv").write_text("diagnosis\n"), 2, "test.csv"),
        (lambda j: j.change("iddr.toml", 'target = "diagnosis"', 'target = "nothing"'), 2, "'nothing'"),
        (lambda j: (j.folder / "data/train.csv").unlink(), 2, "data.train"),
        (lambda j: (j.folder / "requirements.txt").write_text("scikit-learn @@ 3\n"), 2, "requirements.txt"),
    ],
    ids=["fails", "writes nothing", "hangs", "no schema", "no JSON", "empty", "no rows", "no target", "no file", "no lock"],
)  # fmt: skip
def test_bad_input_is_told_in_words(fresh, change, code, told):
    if told == "was stopped":
        fresh.change("train.py", "TARGET =", "import time\ntime.sleep(60)\nTARGET =")
    change(fresh)
    fresh.commit()
    ended = fresh.iddr("run", "--until", "integration")
    assert ended.returncode == code, ended.stderr[-1500:]
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr.replace("Traceback (most recent call last)", "", told == "exit code 3")


def test_an_old_model_is_not_the_result_of_a_training(fresh):
    (fresh.folder / "build").mkdir()
    (fresh.folder / "build/model.joblib").write_bytes(b"old")
    fresh.change(".gitignore", "build/", "")
    fresh.change("train.py", "joblib.dump(model, MODEL)", "")
    fresh.commit()
    ended = fresh.iddr("run", "--until", "integration")
    assert (ended.returncode, "older than the start of its training" in ended.stderr) == (1, True)


def test_a_model_may_come_from_a_path(journey):
    artifacts = json.loads((journey.folder / ".iddr/run.json").read_text())["results"]
    [uri] = [a["uri"] for r in artifacts for a in r["artifacts"] if a["name"] == "model_file"]
    (journey.folder / "kept.joblib").write_bytes((journey.folder / ".iddr" / uri).read_bytes())
    journey.change("iddr.toml", 'command = "python train.py"\n', "")
    journey.change("iddr.toml", 'artifact = "build/model.joblib"', 'artifact = "kept.joblib"')
    journey.commit()
    ended = journey.iddr("run", "--until", "integration")
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "this run did not train it" in ended.stderr
