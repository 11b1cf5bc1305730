from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from ci_steps.deliver.image import image
from ci_steps.deliver.package import package
from ci_steps.oci.built_image import expect_startable
from ci_steps.oci.layers import compressed
from ci_steps.oci.reading import read_contents
from ci_steps.oci.saved import archive_of_saved
from ci_steps.steps import Infrastructure, Refused, StepFailed
from model_checks.service.sv001_hardened_and_within_size import sv001
from tests.ci_steps.deliver.conftest import artifact_of, tools_in
from tests.ci_steps.deliver.images import PYTHON
from tests.needs import needs_docker

TEMPLATE = Path(__file__).parents[3] / "templates/Dockerfile"


@pytest.fixture(scope="module")
def package_file(project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    lines = (TEMPLATE.parent / "starter/requirements.txt").read_text().split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("threadpoolctl=="))
    (folder / "requirements.txt").write_text("\n".join(lines[place : place + 3]).rstrip("\\\n ") + "\n")
    inputs = vars(project) | {"lock_file": folder / "requirements.txt"}
    return artifact_of(package, **inputs, tools=tools_in(folder / "tools"))[0]


def built(package_file, folder, text=None):
    """Return the archive of what `text` (the template, when left out) builds, the tools, and what was said."""
    needs_docker()
    tools = tools_in(folder)
    file = folder / "Dockerfile"
    file.write_text(text or TEMPLATE.read_text())
    archive, said = artifact_of(
        image, package_file=package_file, name="credit", python=PYTHON, tools=tools, dockerfile_file=file,
        base="debian", dockerfile="Dockerfile",
    )  # fmt: skip
    return archive, tools, said


@pytest.fixture(scope="module")
def template(package_file, tmp_path_factory):
    archive, tools, said = built(package_file, tmp_path_factory.mktemp("template"))
    yield read_contents(archive), archive, tools, said
    import docker

    client = docker.from_env()
    client.images.remove(read_contents(archive).image.config_digest, force=True)
    client.close()


def test_what_the_template_builds_is_judged_good(template):
    contents, _, _, said = template
    findings = list(sv001(contents.image, contents.files))
    assert [f.message for f in findings if not f.ok] == []
    assert said[-1] == "built by the Docker engine from Dockerfile"
    [note] = [f.message for f in findings if f.note]
    compiled, _, rest = note.partition(" of ")
    assert int(compiled) > 0.9 * int(rest.split()[0])


def test_it_holds_the_package_and_is_labelled_with_it(template, project):
    found = template[0].image
    assert found.files["/app/model/model/model.joblib"] == project.packaged_scan.sha256
    labels = found.config["config"]["Labels"]
    assert labels["io.iddr.model.sha256"] == project.packaged_scan.sha256
    assert labels["org.opencontainers.image.base.name"].startswith("debian@sha256:")
    assert found.config["config"]["Healthcheck"]["Test"][-1] == "--health"


def test_the_engine_knows_the_archive_by_the_id_of_what_it_built(template):
    contents, archive, tools, _ = template
    assert tools.docker.load(archive) == contents.image.config_digest


def test_a_step_that_fails_is_told_with_what_it_said(package_file, tmp_path):
    text = 'ARG BASE\nFROM ${BASE}\nRUN ["python3", "-c", "print(6 * 7, flush=True); raise SystemExit(3)"]\n'
    with pytest.raises(StepFailed, match=r"(?s)Dockerfile: .*the last that was said:.*42"):
        built(package_file, tmp_path, text)


def test_a_dockerfile_that_cannot_be_read_is_told(package_file, tmp_path):
    with pytest.raises((StepFailed, Infrastructure), match="NONSENSE"):
        built(package_file, tmp_path, "ARG BASE\nFROM ${BASE}\nNONSENSE\n")


def test_without_an_entry_point_the_way_forward_is_told(package_file, tmp_path):
    with pytest.raises(StepFailed, match=r"lacks ENTRYPOINT .*/app/serve.py"):
        built(package_file, tmp_path, "ARG BASE\nFROM ${BASE}\nCOPY app /app\n")


def test_a_dockerfile_that_is_not_there_is_refused(package_file, tmp_path):
    needs_docker()
    with pytest.raises(Refused, match="is not there"):
        artifact_of(
            image, package_file=package_file, name="credit", python=PYTHON, tools=tools_in(tmp_path),
            dockerfile_file=tmp_path / "none", base="debian",
        )  # fmt: skip


def test_without_an_engine_it_is_the_worlds_fault(package_file, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    with pytest.raises(Infrastructure, match=r"\[steps.image\] dockerfile is built by a Docker engine"):
        artifact_of(
            image, package_file=package_file, name="credit", python=PYTHON, tools=tools_in(tmp_path),
            dockerfile_file=TEMPLATE, base="debian",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "lacking"),
    [
        ({"Entrypoint": ["python3", "/app/serve.py"]}, "ENTRYPOINT"), ({"Entrypoint": ["/usr/bin/python3"]}, "ENTRYPOINT"),
        ({"WorkingDir": ""}, "WORKDIR"), ({"Env": ["PYTHONPATH=/opt/deps"]}, "PYTHONPATH"), ({"Env": None}, "PYTHONPATH"),
    ],
)  # fmt: skip
def test_what_a_start_needs_is_asked_for(settings, lacking):
    good = {
        "Entrypoint": ["/usr/bin/python3", "/app/serve.py"],
        "WorkingDir": "/app",
        "Env": ["PYTHONPATH=/d:/app"],
    }
    expect_startable({"config": good}, "Dockerfile")
    with pytest.raises(StepFailed, match=lacking):
        expect_startable({"config": good | settings}, "Dockerfile")


def saved_by(folder, *, new, wrong=False):
    """Write what an engine saves: a folder for each layer with a link for a second one, or a layout of blobs."""
    folder.mkdir()
    content = folder / "layer.tar"
    with tarfile.open(content, "w") as tar:
        tar.addfile(tarfile.TarInfo("app/serve.py"))
    with content.open("rb") as plain:
        layer = compressed(plain, folder / "layer.tar.gz")
    config = {"rootfs": {"diff_ids": [layer.diff_id, "sha256:0" if wrong else layer.diff_id]}, "config": {}}
    (folder / "config.json").write_text(json.dumps(config, indent=3))
    names = ["blobs/sha256/a", "blobs/sha256/a"] if new else ["one/layer.tar", "two/layer.tar"]
    manifest = [{"Config": "config.json", "RepoTags": None, "Layers": names}]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(folder / "saved.tar", "w") as tar:
        tar.add(folder / "config.json", "config.json")
        tar.add(folder / "manifest.json", "manifest.json")
        tar.add(folder / ("layer.tar.gz" if new else "layer.tar"), names[0])
        if not new:
            link = tarfile.TarInfo("two/layer.tar")
            link.type, link.linkname = tarfile.SYMTYPE, "../one/layer.tar"
            tar.addfile(link)
    return folder / "saved.tar"


@pytest.mark.parametrize("new", [False, True])
def test_both_forms_that_engines_save_are_read(tmp_path, new):
    saved = saved_by(tmp_path / "saved", new=new)
    written = archive_of_saved(saved, tmp_path / "image.tar", work=tmp_path, reference="m:1")
    contents = read_contents(tmp_path / "image.tar")
    assert contents.image.config_digest == written.config_digest
    assert "/app/serve.py" in contents.image.files
    assert contents.layers[0].digest == contents.layers[1].digest


def test_layers_that_the_configuration_does_not_name_are_noticed(tmp_path):
    with pytest.raises(Infrastructure, match="other layers"):
        archive_of_saved(
            saved_by(tmp_path / "s", new=False, wrong=True), tmp_path / "i.tar", work=tmp_path, reference="m:1"
        )
    (tmp_path / "text").write_text("no tar")
    with pytest.raises(Infrastructure, match="no image that can be read"):
        archive_of_saved(tmp_path / "text", tmp_path / "i.tar", work=tmp_path, reference="m:1")
