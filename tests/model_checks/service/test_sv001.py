from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.inputs import ImageFile, ImageFiles
from model_checks.service.sv001_hardened_and_within_size import sv001
from tests.model_checks.made_images import files_of, hardened
from tests.model_checks.security.secrets_made import made_secrets

SECRET = made_secrets()["GitHub token"][1].split()[1]
WORD = "k3yF0rM3xQ"
PROGRAM = ImageFile(kind="file", mode=0o755, size=10)


def failing(image=None, files=None, **options):
    found = list(sv001(image or hardened(), files or files_of(), **options))
    assert all(f.fix for f in found if f.ok is False)
    return [f.rule for f in found if not f.ok]


def message_of(rule, image=None, files=None, **options):
    [found] = [f for f in sv001(image or hardened(), files or files_of(), **options) if f.rule == rule]
    return found.message


def test_an_image_as_it_should_be_holds():
    assert failing() == []


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "app", "-1", "root:65532"])
def test_root_and_users_whose_number_is_unknown_fail(user):
    assert failing(hardened(User=user)) == ["user"]


@pytest.mark.parametrize("user", ["1", "65532", "65532:0", "1000:1000"])
def test_other_users_by_number_hold(user):
    assert failing(hardened(User=user)) == []


def test_what_changes_the_user_fails_and_is_named():
    files = files_of(
        {
            "/usr/bin/su": ImageFile(kind="file", mode=0o4755),
            "/usr/bin/wall": ImageFile(kind="file", mode=0o2755),
            "/var/mail": ImageFile(kind="folder", mode=0o2775),
        }
    )  # fmt: skip
    assert failing(files=files) == ["set-user-id files"]
    assert "2: /usr/bin/su, /usr/bin/wall" in message_of("set-user-id files", files=files)


def test_what_everyone_may_write_fails_but_for_sticky_folders_and_links():
    files = files_of(
        {"/app/open": ImageFile(kind="folder", mode=0o777), "/etc/x": ImageFile(kind="file", mode=0o666)}
    )
    assert failing(files=files) == ["files that everyone may write"]
    assert "/app/open, /etc/x" in message_of("files that everyone may write", files=files)


def test_only_declared_ports_may_be_exposed():
    two = hardened(ExposedPorts={"8080/tcp": {}, "22/tcp": {}})
    assert failing(two) == ["ports"]
    assert failing(two, ports=(8080, 22)) == []
    assert failing(hardened(ExposedPorts=None)) == []
    assert failing(hardened(ExposedPorts={"8080/udp": {}})) == ["ports"]


@pytest.mark.parametrize(
    ("image", "place"),
    [
        (hardened(Env=["PATH=/usr/bin", f"INDEX_TOKEN={SECRET}"]), "environment"),
        (hardened(Labels={"org.opencontainers.image.title": "m", "io.iddr.model.sha256": "a", "x": SECRET}), "labels"),
        (hardened(Cmd=["serve", "--token", SECRET]), "command"),
        (hardened(history=[{}, {"created_by": f"|1 T={SECRET} /bin/sh -c pip install x"}]), "history, step 2"),
        (hardened(history=[{"created_by": f"pip --index-url https://me:{WORD}@pypi.example/simple"}]), "history, step 1"),
        (hardened(history=[{"created_by": f"|1 DB_PASSWORD={WORD} /bin/sh -c true"}]), "history, step 1"),
    ],
)  # fmt: skip
def test_a_secret_in_the_configuration_fails_with_its_place_and_is_not_printed(image, place):
    [finding] = [f for f in sv001(image, files_of()) if f.ok is False]
    assert finding.message.startswith(f"{place}: ")
    assert SECRET not in repr(finding)
    assert WORD not in repr(finding)
    assert "revoke" in finding.fix


@pytest.mark.parametrize("kind", sorted(made_secrets()))
def test_a_secret_of_any_kind_in_any_layer_fails(kind):
    name, line = made_secrets()[kind]
    [rule] = failing(files=files_of(texts={f"layer 3: /srv/{name}": line}))
    assert rule.startswith("secret ")


@pytest.mark.parametrize("name", [".netrc", ".docker/config.json", ".ssh/id_ed25519", ".aws/credentials"])
def test_a_file_of_stored_credentials_fails_whatever_it_holds(name):
    assert failing(files=files_of(texts={f"layer 1: /root/{name}": "machine x"})) == ["secret credentials"]
    assert failing(files=files_of(texts={f"layer 1: /root/{name}": "\n"})) == []


def test_one_secret_in_two_places_is_one_finding():
    texts = {f"layer {n}: /srv/a.sh": f"login {SECRET}" for n in (1, 2)}
    [finding] = [f for f in sv001(hardened(), files_of(texts=texts)) if f.ok is False]
    assert finding.message.startswith("layer 1: /srv/a.sh, layer 2: /srv/a.sh: GitHub token")


@pytest.mark.parametrize(
    "path",
    [
        "/usr/bin/gcc", "/usr/bin/x86_64-linux-gnu-gcc-12", "/usr/local/bin/pip3.11", "/usr/bin/apt-get", "/sbin/apk",
        "/usr/bin/make", "/opt/conda/bin/conda", "/usr/local/lib/python3.11/site-packages/pip/__init__.py",
    ],
)  # fmt: skip
def test_compilers_and_package_managers_fail(path):
    assert failing(files=files_of({path: PROGRAM})) == ["compilers and package managers"]


@pytest.mark.parametrize(
    "path", ["/usr/bin/python3.11", "/app/make", "/usr/share/doc/gcc", "/usr/bin/ccache-stats"]
)
def test_other_programs_hold(path):
    assert failing(files=files_of({path: PROGRAM})) == []


@pytest.mark.parametrize("check", [None, {}, {"Test": []}, {"Test": ["NONE"]}])
def test_without_a_health_check_it_fails(check):
    assert failing(hardened(Healthcheck=check)) == ["health check"]


def test_what_cannot_run_read_only_fails():
    assert failing(hardened(Volumes={"/data": {}})) == ["read-only root"]
    without = {path: file for path, file in files_of().files.items() if path != "/tmp"}  # noqa: S108
    assert failing(files=ImageFiles(files=without, texts={})) == ["read-only root"]


def test_labels_must_be_there():
    assert failing(hardened(Labels=None)) == ["labels"]
    assert failing(hardened(Labels=None), labels=()) == []
    assert "without team" in message_of("labels", labels=("team",))


def test_the_size_may_be_exactly_the_budget():
    assert failing(hardened(size=130_000_000), budget=130) == []
    assert failing(hardened(size=130_100_000), budget=130) == ["compressed size"]


def test_byte_code_is_counted():
    compiled = files_of({"/app/__pycache__/serve.cpython-311.pyc": PROGRAM})
    for files, words in ((files_of(), "0 of 1"), (compiled, "1 of 1")):
        [note] = [f.message for f in sv001(hardened(), files) if f.note]
        assert note.startswith(words)


def test_an_image_that_could_not_be_read_is_not_audited():
    with pytest.raises(NotAudited, match="no files"):
        failing(files=ImageFiles(files={}, texts={}))


def test_an_empty_configuration_fails_and_does_not_raise():
    import dataclasses

    empty = dataclasses.replace(hardened(), config={})
    assert failing(empty) == ["user", "health check", "labels"]


@given(st.integers(0, 0o7777), st.sampled_from(["file", "folder", "link", "other"]))
def test_only_the_modes_of_files_decide(mode, kind):
    rules = failing(files=files_of({"/srv/x": ImageFile(kind=kind, mode=mode)}))
    assert ("set-user-id files" in rules) == (kind == "file" and bool(mode & 0o6000))
    writable = bool(mode & 0o002) and (kind == "file" or (kind == "folder" and not mode & 0o1000))
    assert ("files that everyone may write" in rules) == writable
