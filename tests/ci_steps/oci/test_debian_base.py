from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ci_steps.oci.apt import PrivateApt
from ci_steps.oci.debian import PACKAGES, SCRIPTS_ONLY, TERMINALS_ONLY, debian_base
from ci_steps.oci.interpreter import _launch
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.deliver.images import PYTHON, shared_cache


def silent(_):
    pass


def in_the_base(base, script, folder):
    launch = _launch(base.rootfs, base.python, folder)
    said = subprocess.run(
        [*launch.command, "-c", script], check=True, capture_output=True, text=True, env=launch.variables
    )
    return said.stdout.strip()


def test_its_python_has_what_models_import(base, tmp_path):
    script = """
import bz2, ctypes, lzma, sqlite3, ssl, uuid, zlib, zoneinfo
print(ssl.create_default_context().cert_store_stats()["x509_ca"] > 100, zoneinfo.ZoneInfo("Europe/Paris"))
"""
    assert in_the_base(base, script, tmp_path) == "True Europe/Paris"


def test_scanners_find_every_package_and_its_licence(base):
    folder = base.rootfs / "var/lib/dpkg/status.d"
    status = {p.name: p.read_text() for p in folder.iterdir() if p.suffix != ".md5sums"}
    assert "usr/bin/python3.11" in (folder / "python3.11-minimal.md5sums").read_text()
    assert {"libc6", "python3.11-minimal", "ca-certificates", "tzdata"} <= status.keys()
    assert all(f"Package: {name}\n" in text and "\nVersion: " in text for name, text in status.items())
    licences = [(base.rootfs / "usr/share/doc" / name / "copyright").is_file() for name in status]
    assert all(licences)


def test_what_only_package_scripts_need_is_not_there(base):
    status = {p.name for p in (base.rootfs / "var/lib/dpkg/status.d").iterdir()}
    assert not status & {*SCRIPTS_ONLY, "libselinux1", "libpcre2-8-0"}


def test_no_module_is_there_without_what_it_is_linked_with(base, tmp_path):
    script = """
import importlib, pathlib, sysconfig
for module in sorted(pathlib.Path(sysconfig.get_path("platstdlib"), "lib-dynload").iterdir()):
    name = module.name.partition(".")[0]
    if not name.startswith("_test") and "xxlimited" not in name:
        importlib.import_module(name)
print("all")
"""
    assert in_the_base(base, script, tmp_path) == "all"
    status = {p.name for p in (base.rootfs / "var/lib/dpkg/status.d").iterdir()}
    assert not status & {*TERMINALS_ONLY, "libkrb5-3", "libgssapi-krb5-2"}


def test_it_is_pinned_and_has_the_asked_minor(base):
    assert base.minor == PYTHON
    assert base.reference == f"debian@{base.layers[0].diff_id}"


def test_made_again_elsewhere_it_has_the_same_digest(base, tmp_path):
    # The packages are shared; unpacking, trimming, byte-compiling and packing are done again.
    (tmp_path / "apt").symlink_to(shared_cache() / "apt")
    before = os.umask(0o077)
    try:
        again = debian_base(PYTHON, cache=tmp_path, say=silent)
    finally:
        os.umask(before)
    assert again.layers[0].digest == base.layers[0].digest
    assert again.rootfs != base.rootfs


def test_a_second_look_on_the_same_day_runs_no_program(base, monkeypatch):
    monkeypatch.setattr(PrivateApt, "_run", lambda *_, **__: pytest.fail("apt was run"))
    assert debian_base(PYTHON, cache=shared_cache(), say=silent) == base


def test_a_python_that_the_distribution_lacks_is_refused(base):
    with pytest.raises(Refused, match="lacks a package"):
        debian_base("3.4", cache=shared_cache(), say=silent)


def test_servers_that_never_answered_are_the_worlds_fault(base, tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    apt = PrivateApt(tmp_path / "apt", SCRIPTS_ONLY, silent)
    with pytest.raises(Infrastructure, match="package lists"):
        apt.closure([name.format(minor=PYTHON) for name in PACKAGES])


def test_the_machines_own_hooks_do_not_run(tmp_path, monkeypatch):
    mark = tmp_path / "mark"
    configuration = tmp_path / "apt.conf"
    configuration.write_text(f'APT::Update::Pre-Invoke {{ "touch {mark}"; }};\n')
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    apt = PrivateApt(tmp_path / "apt", {}, silent)
    sources = tmp_path / "sources"
    sources.mkdir()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    apt._run(
        "apt-get", "update", f"-oDir::Etc::SourceParts={sources}", f"-oDir::Etc::SourceList={Path(os.devnull)}"
    )
    assert not mark.exists()
