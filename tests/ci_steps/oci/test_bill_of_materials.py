from __future__ import annotations

import json

import pytest

from ci_steps.oci.bill_of_materials import bill_of_materials
from ci_steps.oci.installed import installed_in
from ci_steps.oci.reading import read_contents
from tests.ci_steps.oci.small_images import BASE, small_archive


@pytest.fixture
def contents(tmp_path):
    return read_contents(small_archive(tmp_path)[0])


def test_packages_of_the_distribution_and_of_python_are_found_with_their_sizes(contents):
    assert [(p.kind, p.name, p.version, p.size, p.licence) for p in installed_in(contents)] == [
        ("deb", "libc6", "2.36-9+deb12u1", 3000, ""),
        ("deb", "libstdc++6", "1:12", 0, ""),
        ("pypi", "Click_it", "8.1", 0, "BSD-3-Clause"),
        ("pypi", "numpy", "2.4.6", 2000, "BSD License"),
    ]


def test_a_base_that_dpkg_installed_is_read_as_well(tmp_path):
    status = b"Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
    status += b"Package: old\nStatus: deinstall ok config-files\nVersion: 1\n"
    layer = {"var/lib/dpkg/status": status, "usr/lib/c": b"1234"}
    layer |= {"var/lib/dpkg/info/libc6:amd64.list": b"/.\n/usr\n/usr/lib/c\n"}
    [found] = installed_in(read_contents(small_archive(tmp_path, layer)[0]))
    assert (found.name, found.size) == ("libc6", 4)


def test_the_bill_is_what_the_published_schema_asks_for(contents):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    bill = bill_of_materials(contents, name="credit", kit="0.1").decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    wrong = bill.replace('"machine-learning-model"', '"model"')
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(wrong) is not None


def test_the_bill_names_packages_as_scanners_do(contents):
    bill = json.loads(bill_of_materials(contents, name="credit", kit="0.1"))
    urls = {c["name"]: c.get("purl") for c in bill["components"]}
    assert urls["libc6"] == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12"
    assert urls["libstdc++6"] == "pkg:deb/debian/libstdc%2B%2B6@1:12?arch=amd64&distro=debian-12&upstream=gcc-12"
    assert urls["Click_it"] == "pkg:pypi/click-it@8.1"
    [model] = [c for c in bill["components"] if c["type"] == "machine-learning-model"]
    assert model["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert bill["metadata"]["component"]["version"] == contents.image.digest


def test_the_same_image_gives_the_same_bill_and_another_image_another(contents, tmp_path):
    again = read_contents(small_archive(tmp_path / "again")[0])
    other = read_contents(small_archive(tmp_path / "other", BASE)[0])
    bills = [bill_of_materials(c, name="credit", kit="0.1") for c in (contents, again, other)]
    assert bills[0] == bills[1]
    assert json.loads(bills[0])["serialNumber"] != json.loads(bills[2])["serialNumber"]


def test_an_image_without_any_record_has_an_empty_bill(tmp_path):
    bill = json.loads(bill_of_materials(read_contents(small_archive(tmp_path, {"a": b""})[0]), name="n", kit="1"))
    assert [c["type"] for c in bill["components"]] == ["machine-learning-model"]
