from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.reproducibility.rp005_shipped_is_judged import rp005
from tests.model_checks.made_images import JUDGED, SERVED, image, judged_files, package, sha


@pytest.fixture
def judged(tmp_path):
    return judged_files(tmp_path)


def failing(judged, *, packed=None, shipped=None):
    found = list(rp005(packed or package(), shipped or image(), **judged))
    assert all(f.fix for f in found if f.ok is False)
    return [f.rule for f in found if f.ok is not True]


def test_what_was_judged_holds(judged):
    found = list(rp005(package(), image(), **judged))
    assert [f.ok for f in found] == [True] * 13
    assert not any(f.note for f in found)


def test_another_model_on_disk_fails_everywhere(judged):
    judged["model_file"].write_bytes(b"another model")
    assert failing(judged) == [f"model in the {place}" for place in ("manifest", "package", "image", "label")]


def test_another_contract_fails_everywhere(judged):
    judged["contract_file"].write_bytes(JUDGED.replace(b"integer", b"number"))
    places = [f"contract in the {place}" for place in ("manifest", "package", "image", "label")]
    assert failing(judged) == [*places, "served contract in the package", "served contract in the image"]


def test_a_judged_contract_in_other_words_fails_but_for_what_is_served(judged):
    judged["contract_file"].write_bytes(JUDGED + b"\n")
    assert failing(judged) == [f"contract in the {place}" for place in ("manifest", "package", "image", "label")]


def test_a_served_contract_that_was_loosened_by_hand_fails(judged):
    loose = sha(SERVED.replace(b"integer", b"number"))
    packed, shipped = package(**{"contract.json": loose}), image({"/app/model/contract.json": loose})
    assert failing(judged, packed=packed, shipped=shipped) == [
        "served contract in the package", "served contract in the image",
    ]  # fmt: skip


def test_a_served_contract_that_is_missing_fails(judged):
    files = {name: digest for name, digest in package().files.items() if name != "contract.json"}
    packed = dataclasses.replace(package(), files=files)
    assert "served contract in the package" in failing(judged, packed=packed)


def test_a_served_contract_with_the_target_of_another_model_fails(judged):
    judged["target"] = "age"
    assert failing(judged) == ["served contract in the package", "served contract in the image"]


@pytest.mark.parametrize(("content", "target"), [(b"{", "y"), (b"[]", "y"), (JUDGED, "z")])
def test_a_judged_contract_from_which_nothing_follows_cannot_be_compared(judged, content, target):
    judged["contract_file"].write_bytes(content)
    with pytest.raises(NotAudited, match=r"cannot be derived: contract\.schema\.json"):
        list(rp005(package(), image(), **judged | {"target": target}))


def test_another_model_in_the_image_fails(judged):
    shipped = image({"/app/model/model.joblib": "e" * 64})
    assert failing(judged, shipped=shipped) == ["model in the image", "files of the package"]


def test_another_model_in_the_package_fails(judged):
    packed = package(**{"model.joblib": "e" * 64})
    assert failing(judged, packed=packed) == ["model in the package", "files of the package"]


def test_a_file_that_is_missing_changed_or_added_is_named(judged):
    packed = package(**{"extra.json": "e" * 64})
    shipped = image({"/app/model/manifest.json": "f" * 64, "/app/model/old.joblib": "e" * 64})
    [finding] = [f for f in rp005(packed, shipped, **judged) if f.ok is False]
    assert "missing: /app/model/extra.json" in finding.message
    assert "changed: /app/model/manifest.json" in finding.message
    assert "not of the package: /app/model/old.joblib" in finding.message


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("io.iddr.model.sha256", "model in the label"),
        ("io.iddr.contract.sha256", "contract in the label"),
        ("io.iddr.data.sha256", "io.iddr.data.sha256"),
        ("org.opencontainers.image.revision", "org.opencontainers.image.revision"),
    ],
)
def test_a_label_that_says_otherwise_fails(judged, label, rule):
    assert failing(judged, shipped=image(labels={label: "e" * 64})) == [rule]
    assert failing(judged, shipped=image(labels={label: ""})) == [rule]


def test_an_image_without_labels_fails(judged):
    assert len(failing(judged, shipped=dataclasses.replace(image(), config={}))) == 4
    assert len(failing(judged, shipped=dataclasses.replace(image(), config={"config": {"Labels": None}}))) == 4


def test_an_empty_package_fails(judged):
    nothing = dataclasses.replace(package(), files={}, manifest={})
    assert "files of the package" in failing(judged, packed=nothing)


def test_what_the_manifest_does_not_say_is_noted(judged):
    manifest = {k: v for k, v in package().manifest.items() if k not in {"data", "revision"}}
    found = list(rp005(dataclasses.replace(package(), manifest=manifest), image(), **judged))
    assert [f.note for f in found[-2:]] == [True, True]
    assert all(f.ok for f in found)


def test_a_judged_file_that_is_gone_cannot_be_compared(judged):
    judged["model_file"].unlink()
    with pytest.raises(NotAudited, match="cannot be read"):
        failing(judged)


@given(st.binary(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_only_the_judged_bytes_hold(judged, content):
    judged["model_file"].write_bytes(content)
    assert (not failing(judged)) == (content == b"a model")


GRAPH, MADE_BY = b"a graph", {"skl2onnx": "1.20.0", "sklearn": "1.9.1"}


def conversion(tmp_path, **changes):
    """Return the judged files with a conversion of the model, and the package and the image that hold it."""
    graph, record = tmp_path / "model.onnx", tmp_path / "conversion.json"
    graph.write_bytes(GRAPH)
    said = {"form": "onnx", "judged": sha(b"a model"), "packaged": sha(GRAPH), "versions": MADE_BY}
    record.write_text(json.dumps(said | changes))
    entry = {
        "path": "model.onnx", "sha256": sha(GRAPH), "format": "onnx", "form": "onnx",
        "converted_from": sha(b"a model"), "conversion": {"versions": MADE_BY, "tolerance": 1e-4},
    }  # fmt: skip
    made = package()
    files = {name: digest for name, digest in made.files.items() if name != "model.joblib"}
    packed = dataclasses.replace(
        made, manifest={**made.manifest, "model": entry}, files=files | {"model.onnx": sha(GRAPH)}
    )
    known = image(labels={"io.iddr.packaged.sha256": sha(GRAPH)})
    inside = {name: digest for name, digest in known.files.items() if name != "/app/model/model.joblib"}
    shipped = dataclasses.replace(known, files=inside | {"/app/model/model.onnx": sha(GRAPH)})
    return judged_files(tmp_path) | {"packaged_file": graph, "conversion_file": record}, packed, shipped


def test_a_recorded_conversion_of_what_was_judged_holds(tmp_path):
    files, packed, shipped = conversion(tmp_path)
    found = list(rp005(packed, shipped, **files))
    assert all(f.ok for f in found)
    [by] = [f for f in found if f.rule == "recorded converter"]
    assert by.message == "converted to onnx by skl2onnx 1.20.0, sklearn 1.9.1"


def test_a_conversion_of_another_model_fails(tmp_path):
    files, packed, shipped = conversion(tmp_path)
    files["model_file"].write_bytes(b"another model")
    assert failing(files, packed=packed, shipped=shipped) == [
        "judged model in the manifest", "judged model in the conversion's record", "judged model in the label",
    ]  # fmt: skip


def test_another_graph_than_was_recorded_fails(tmp_path):
    files, packed, shipped = conversion(tmp_path)
    files["packaged_file"].write_bytes(b"another graph")
    rules = failing(files, packed=packed, shipped=shipped)
    assert rules[0] == "packaged model in the conversion's record"
    assert {"model in the package", "model in the image", "model in the label"} <= set(rules)


def test_another_converter_than_was_recorded_fails(tmp_path):
    files, packed, shipped = conversion(tmp_path, versions={"skl2onnx": "1.19.0"})
    assert failing(files, packed=packed, shipped=shipped) == ["recorded converter"]
    files, packed, shipped = conversion(tmp_path, form="skops")
    assert failing(files, packed=packed, shipped=shipped) == ["recorded converter"]


def test_a_conversion_without_its_record_cannot_be_followed(tmp_path):
    files, packed, shipped = conversion(tmp_path)
    with pytest.raises(NotAudited, match="give packaged_file and conversion_file"):
        list(rp005(packed, shipped, **files | {"conversion_file": None}))
    files["conversion_file"].write_text("no record")
    with pytest.raises(NotAudited, match="cannot be read"):
        list(rp005(packed, shipped, **files))
