from __future__ import annotations

import dataclasses
import hashlib
import json
import tarfile

import pytest

from ci_steps.deliver.package import package
from ci_steps.forms.conversion import Conversion
from ci_steps.oci.packages import read_package, unpack_package
from ci_steps.steps import Refused, StepFailed
from model_checks.contract.dialect import Contract
from model_checks.datasheet import read_datasheet
from model_checks.inputs import Scan
from tests.ci_steps.deliver.conftest import artifact_of, tools_in


def packed(project, folder, **changes):
    return artifact_of(package, **vars(project) | {"tools": tools_in(folder)} | changes)[0]


def test_the_package_holds_what_was_judged_with_its_digests(project, tmp_path):
    found = read_package(packed(project, tmp_path))
    assert set(found.files) == {
        "model/model.joblib", "contract.schema.json", "contract.json", "requirements.txt", "manifest.json",
    }  # fmt: skip
    for part, path in (
        ("model", project.packaged_file),
        ("contract", project.contract_file),
        ("lock", project.lock_file),
    ):
        entry, judged = found.manifest[part], hashlib.sha256(path.read_bytes()).hexdigest()
        assert (entry["sha256"], found.files[entry["path"]]) == (judged, judged)
    assert found.manifest["data"]["sha256"] == hashlib.sha256(project.train_file.read_bytes()).hexdigest()
    named = {key: found.manifest[key] for key in ("schema", "name", "task", "target", "python", "revision")}
    assert named == {
        "schema": 1, "name": "credit", "task": "binary-classification", "target": "outcome", "python": "3.11",
        "revision": "r" * 40,
    }  # fmt: skip


def test_the_served_contract_is_without_the_target_and_keeps_the_order(project, tmp_path):
    unpack_package(packed(project, tmp_path), tmp_path / "out")
    served = json.loads((tmp_path / "out/contract.json").read_text())
    assert list(served["properties"]) == [n for n in project.contract.columns if n != "outcome"]
    assert "outcome" not in served["required"]


def test_the_same_inputs_give_the_same_bytes(project, tmp_path):
    assert packed(project, tmp_path / "a").read_bytes() == packed(project, tmp_path / "b").read_bytes()


def test_entries_have_fixed_times_owners_and_order(project, tmp_path):
    with tarfile.open(packed(project, tmp_path)) as tar:
        entries = list(tar)
    assert [e.name for e in entries] == sorted(e.name for e in entries)
    assert len({(e.mtime, e.uid, e.gid, e.mode) for e in entries}) == 1


def test_a_conversion_is_tied_to_the_judged_file_and_to_what_made_it(project, tmp_path):
    graph = tmp_path / "model.onnx"
    graph.write_bytes(b"a graph")
    digest = hashlib.sha256(b"a graph").hexdigest()
    conversion = Conversion(
        form="onnx", judged="a" * 64, packaged=digest, classes=("bad", "good"), gives_probabilities=True,
        versions={"skl2onnx": "1.20.0"}, tolerance=1e-4, parity={"distance": 1.5e-7},
    )  # fmt: skip
    scan = Scan(name="model.onnx", sha256=digest, format="onnx", threats=())
    found = read_package(
        packed(project, tmp_path / "p", packaged_file=graph, packaged_scan=scan, conversion=conversion)
    )
    assert found.files["model/model.onnx"] == digest
    assert found.manifest["model"] == {
        "path": "model/model.onnx", "sha256": digest, "format": "onnx", "form": "onnx", "inside": {},
        "classes": ["bad", "good"], "converted_from": "a" * 64,
        "conversion": {"versions": {"skl2onnx": "1.20.0"}, "tolerance": 1e-4},
    }  # fmt: skip


def test_classes_without_probabilities_are_not_promised_to_the_service(project, tmp_path):
    conversion = Conversion(form="onnx", judged="a" * 64, packaged="b" * 64, classes=("bad", "good"))
    scan = dataclasses.replace(project.packaged_scan, format="onnx")
    found = read_package(packed(project, tmp_path, packaged_scan=scan, conversion=conversion))
    assert found.manifest["model"]["classes"] == []


def test_without_a_lock_there_is_no_package_and_the_way_forward_is_said(project, tmp_path):
    with pytest.raises(StepFailed, match=r"\[environment\] lock"):
        packed(project, tmp_path, lock_file=None)


def test_what_is_no_package_is_refused(tmp_path):
    (tmp_path / "package.tar").write_bytes(b"no tar")
    with pytest.raises(Refused, match="is no package"):
        read_package(tmp_path / "package.tar")


def test_conditions_on_the_target_are_left_out_and_said(project, tmp_path):
    own = {"if": {"properties": {"housing": {"const": "own"}}}, "then": {"properties": {"years": {"minimum": 1}}}}
    about = {"not": {"properties": {"outcome": {"const": "bad"}, "age": {"minimum": 99}}}}
    contract = Contract.parse(dict(project.contract.document) | {"allOf": [about, own]})
    path, said = artifact_of(package, **vars(project) | {"tools": tools_in(tmp_path), "contract": contract})
    assert said[-1] == "served without the conditions that mention the target: /allOf/0"
    unpack_package(path, tmp_path / "out")
    served = Contract.load(tmp_path / "out/contract.json")
    assert served.document["allOf"] == [own]
    row = {"age": 99, "income": 1, "employed": True, "housing": "own", "years": 0}
    assert [fault.rule for fault in served.faults(row)] == ["allOf/0"]


def test_a_contract_that_the_service_cannot_judge_is_not_packaged(project, tmp_path):
    note = {"type": "string", "pattern": "^(?!x)"}
    properties = {**project.contract.document["properties"], "note": note}
    contract = Contract.parse(dict(project.contract.document) | {"properties": properties})
    with pytest.raises(Refused, match=r"/properties/note/pattern: outside the patterns"):
        packed(project, tmp_path, contract=contract)
    target = {**project.contract.document["properties"], "outcome": {"type": "string", "pattern": "^(?!x)"}}
    assert packed(
        project, tmp_path / "b", contract=Contract.parse(dict(project.contract.document) | {"properties": target})
    )


def test_the_package_holds_the_profile_and_names_the_personal_columns(project, tmp_path):
    profile, sheet = tmp_path / "p.json", tmp_path / "datasheet.toml"
    profile.write_text('{"version": 1}')
    sheet.write_text('[personal]\ncontains = true\n[personal.columns.income]\ntreatment = "hashed"\n')
    document = {**project.contract.document, "properties": dict(project.contract.document["properties"])}
    document["properties"]["note"] = {"type": "string", "x-personal": True}
    (tmp_path / "contract.json").write_text(json.dumps(document))
    changes = {
        "profile_file": profile, "datasheet": read_datasheet(sheet), "contract": Contract.parse(document),
        "contract_file": tmp_path / "contract.json",
    }  # fmt: skip
    unpack_package(packed(project, tmp_path, **changes), tmp_path / "out")
    assert (tmp_path / "out/profile.json").read_bytes() == profile.read_bytes()
    assert json.loads((tmp_path / "out/manifest.json").read_text())["personal"] == {"income": "hashed", "note": ""}
