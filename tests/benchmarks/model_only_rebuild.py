"""Seconds to write the image and to push it, first cold and then with only the model changed.

    python -m tests.benchmarks.model_only_rebuild 127.0.0.1:5000 onnx

The arguments are a registry on loopback and a form: onnx or original. Wall and CPU seconds of this process, and the
image's size; the starter's lock and data.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from pathlib import Path

from ci_steps.machine import offered_base
from ci_steps.oci.bases import resolve_base
from ci_steps.oci.packages import write_package
from ci_steps.oci.pushing import push_archive
from ci_steps.oci.references import parse_reference
from ci_steps.oci.serving_image import serving_image
from ci_steps.state import sha256_of
from ci_steps.templates import template_folder

MODEL_BYTES = 2_000_000


def package(folder: Path, form: str) -> Path:
    """Write a package whose model is random bytes."""
    folder.mkdir()
    model, lock = folder / "model.joblib", template_folder("starter") / "requirements.txt"
    model.write_bytes(secrets.token_bytes(MODEL_BYTES))
    digest = {"sha256": sha256_of(model)}
    manifest = {"name": "m", "revision": "", "model": digest | {"form": form}, "contract": digest, "data": digest}
    files = {"model/model.joblib": model, "requirements.txt": lock}
    manifest["lock"] = {"path": "requirements.txt"}
    write_package({**files, "manifest.json": json.dumps(manifest).encode()}, folder / "package.tar")
    return folder / "package.tar"


def measured(what: str, act):
    """Print the seconds that `act` takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    print(f"{what}: {time.perf_counter() - wall:.2f} s wall, {time.process_time() - cpu:.2f} s CPU")  # noqa: T201


def main(registry: str, form: str) -> None:
    """Measure two builds and pushes."""
    name, python = offered_base()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        reference = parse_reference(f"{registry}/iddr-benchmark/m:{secrets.token_hex(4)}")
        for turn in ("cold", "model changed"):
            made = package(root / turn.replace(" ", "-"), form)
            archive = made.with_name("image.tar")

            def build(made=made, archive=archive):
                base = resolve_base(name, python=python, cache=root / "cache", root=root, say=lambda _: None)
                work = made.with_name("work")
                work.mkdir()
                _, layers = serving_image(
                    made,
                    base,
                    archive,
                    name="m",
                    cache=root / "cache",
                    work=work,
                    log=root / "log",
                    say=lambda _: None,
                )
                print(f"{sum(each.size for each in layers.values()) / 1e6:.1f} MB compressed")  # noqa: T201

            measured(f"{turn}: build", build)
            measured(f"{turn}: push", lambda archive=archive: push_archive(archive, reference, say=lambda _: None))


if __name__ == "__main__":
    main(*sys.argv[1:])
