from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

from ci_steps.evidence.manifest import problems_of
from ci_steps.integrate.profile import profile
from ci_steps.leaves import leaves_of
from ci_steps.providers.profiles import current_profile, reference
from ci_steps.release.ledger import Ledger, Release, read_ledger, write_ledger
from ci_steps.release.promote import promote
from ci_steps.results import Artifact, Status
from ci_steps.steps import Refused
from model_checks.checks import Phase
from model_checks.profiling.documents import read_profile
from tests.ci_steps.small import Small, a_config, a_step
from tests.model_checks.profiled import profiled, written

MADE = profiled("train.csv", target="y", x=np.random.default_rng(1).normal(0, 1, 300), y=np.repeat([0, 1], 150))


def deployed(tools):
    file = tools.work / "deployment.json"
    file.write_text(json.dumps({"image": "sha256:" + "1" * 64, "config": "sha256:2", "target": "process"}))
    yield tools.store.add("deployment_file", file)


def released(root):
    file = root / "file"
    file.write_text("a model, or a contract")
    small = Small(
        root, a_step(profile.function, Phase.INTEGRATION, "profile_file"),
        a_step(deployed, Phase.DEPLOYMENT, "deployment_file"),
        a_step(promote.function, Phase.RELEASE, "release_file", acts=True),
        train_profile=MADE, name="m", revision="r1", model_file=file, contract_file=file, python="3.11", target="y",
        use_current=True, absent={"lock_file": "none"},
    )  # fmt: skip
    assert {r.status for r in small.results().values()} == {Status.PASSED}
    return root / ".iddr"


def leaves(root):
    config = a_config(root)
    data = {"target": "y", "train": "train.csv"}
    object.__setattr__(config, "data", data)
    object.__setattr__(config, "model", {"name": "m", "task": "regression", "artifact": "a"})
    return leaves_of(config, {})


def test_a_release_keeps_the_profile_of_its_training_table(tmp_path):
    state = released(tmp_path)
    [release] = read_ledger(state).releases
    assert read_profile(state / release.artifact("profile_file").uri) == MADE
    leaf = leaves(tmp_path).given["released_profile_file"]
    assert leaf.recipe() == release.artifact("profile_file").sha256
    assert reference.function(leaf.value()) == MADE


def test_rows_from_production_are_counted_as_the_released_profile_was(tmp_path):
    released(tmp_path)
    kept = reference.function(leaves(tmp_path).given["released_profile_file"].value())
    rows = written(tmp_path, "current.csv", {"x": np.random.default_rng(2).normal(0, 1, 200)})
    found = current_profile.function(rows, kept)
    assert found.columns["x"].edges == MADE.columns["x"].edges


def test_without_a_release_there_is_no_reference_and_the_reason_is_said(tmp_path):
    assert "no version is released yet" in leaves(tmp_path).absent["released_profile_file"]


def test_a_release_from_before_profiles_were_kept_still_reads(tmp_path):
    old = asdict(Release(version=1, image="i", config="c", revision="r", target="process", at="2026"))
    for name in ("kept", "python", "predicts"):
        del old[name]
    (tmp_path / ".iddr").mkdir()
    (tmp_path / ".iddr/releases.json").write_text(json.dumps({"releases": [old], "serving": 1}))
    assert read_ledger(tmp_path / ".iddr").current.kept == ()
    assert "version 1 was released without a profile" in leaves(tmp_path).absent["released_profile_file"]


def test_a_release_that_kept_a_profile_alone_still_gives_it(tmp_path):
    state = released(tmp_path)
    document = json.loads((state / "releases.json").read_text())
    [release] = document["releases"]
    [profile] = [each for each in release.pop("kept") if each["name"] == "profile_file"]
    release |= {"profile": profile["uri"], "profile_sha256": profile["sha256"]}
    (state / "releases.json").write_text(json.dumps(document))
    found = leaves(tmp_path)
    assert reference.function(found.given["released_profile_file"].value()) == MADE
    assert found.absent["released_model_file"] == "version 1 was released without its model"


def manifest(state):
    (state / "manifest.json").write_text(json.dumps({"files": {}, "artifacts": {}}))
    return problems_of(state)


def test_verifying_covers_the_profiles_of_earlier_releases(tmp_path):
    state = released(tmp_path)
    [release] = read_ledger(state).releases
    assert manifest(state) == []
    file = state / release.artifact("profile_file").uri
    text = file.read_text()
    file.write_text(text.replace("300", "301", 1))
    assert "was changed" in manifest(state)[0]
    with pytest.raises(Refused, match="was changed"):
        leaves(tmp_path).given["released_profile_file"].value()
    file.unlink()
    assert "is missing" in manifest(state)[0]


def test_a_damaged_list_of_releases_is_told_when_verifying(tmp_path):
    state = released(tmp_path)
    (state / "releases.json").write_text("[]")
    assert "is no list of releases" in manifest(state)[0]


def test_going_back_makes_the_earlier_profile_the_reference(tmp_path):
    state = released(tmp_path)
    [first] = read_ledger(state).releases
    second = Release(
        version=2, image="j", config="d", revision="r2", target="process", at="2026", replaced=1,
        kept=(Artifact(name="profile_file", uri="objects/0/profile.json", sha256="0"),),
    )  # fmt: skip
    write_ledger(state, Ledger(releases=(first, second), serving=2).rolled_back())
    assert leaves(tmp_path).given["released_profile_file"].recipe() == first.artifact("profile_file").sha256
