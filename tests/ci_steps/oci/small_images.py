"""A small image with a few packages on record, made without a base."""

from __future__ import annotations

from ci_steps.oci.architectures import architecture
from ci_steps.oci.layers import packed
from ci_steps.oci.writing import image_config, write_image

SYSTEM = b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n'
LIBC = b"Package: libc6\nVersion: 2.36-9+deb12u1\nArchitecture: amd64\nDescription: x\n Package: none\n"
PLUS = b"Package: libstdc++6\nVersion: 1:12\nArchitecture: amd64\nSource: gcc-12 (12.2)\n"
NUMPY = b"Metadata-Version: 2.1\nName: numpy\nVersion: 2.4.6\nClassifier: License :: OSI Approved :: BSD License\n\nLong"
CLICK = b"Metadata-Version: 2.4\nName: Click_it\nVersion: 8.1\nLicense-Expression: BSD-3-Clause\n"
BASE = {
    "etc/os-release": SYSTEM,
    "var/lib/dpkg/status.d/libc6": LIBC,
    "var/lib/dpkg/status.d/libc6.md5sums": b"0123  usr/lib/libc.so.6\n4567  usr/share/man/gone\n",
    "var/lib/dpkg/status.d/libstdc++6": PLUS,
    "usr/lib/libc.so.6": b"c" * 3000,
    "usr/lib/old": b"old",
    "tmp": None,
}
DEPENDENCIES = {
    "opt/deps/numpy/__init__.py": b"n" * 2000,
    "opt/deps/numpy-2.4.6.dist-info/METADATA": NUMPY,
    "opt/deps/numpy-2.4.6.dist-info/RECORD": b"numpy/__init__.py,,\nnumpy/gone.py,,\n",
    "opt/deps/Click_it-8.1.dist-info/METADATA": CLICK,
    "usr/lib/.wh.old": b"",
}
APPLICATION = {"app/serve.py": b"print('serving')\n", "app/model/model/model.joblib": b"model\0"}


def small_archive(folder, *layers):
    """Write an image of `layers` (files by path each), by default of base, dependencies and application."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [
        packed(files, folder / f"{n}.tar.gz")
        for n, files in enumerate(layers or (BASE, DEPENDENCIES, APPLICATION))
    ]
    settings = {"User": "65532:65532", "Labels": {"io.iddr.model.sha256": "a" * 64, "team": "risk"}}
    how = ["base", "dependencies", "application"] if not layers else ()
    config = image_config(made, settings, architecture=architecture(), made_by=how)
    return folder / "image.tar", write_image(made, config, folder / "image.tar", reference="small:1")
