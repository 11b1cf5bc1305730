"""Puts a serving image together: base, dependencies, application, model, in this order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_steps.oci import interpreter
from ci_steps.oci.architectures import architecture
from ci_steps.oci.dependencies import INSIDE, dependency_layer
from ci_steps.oci.hardening import hardening_layer
from ci_steps.oci.interpreter import compile_tree
from ci_steps.oci.layers import cached_layer, packed, tree
from ci_steps.oci.packages import read_package, unpack_package
from ci_steps.oci.writing import image_config, write_image
from ci_steps.serving.bundle import ENTRY, ONNX, REQUIREMENTS, SKOPS, application_files
from ci_steps.state import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ci_steps.oci.base_image import Base
    from ci_steps.oci.layers import Content, Layer
    from ci_steps.oci.writing import Written

SECOND = 1_000_000_000  # Docker counts health checks in nanoseconds
USER = "65532:65532"
TOP = "app"
OURS = "debian@"
RULES = sha256_of(Path(interpreter.__file__))


def serving_image(
    package_file: Path, base: Base, archive: Path,
    *, name: str, cache: Path, work: Path, log: Path, say: Callable[[str], None],
) -> tuple[Written, dict[str, Layer]]:  # fmt: skip
    """Write the image of a package to `archive`; return what identifies it, and its layers by name."""
    model = work / "model"
    unpack_package(package_file, model)
    manifest = read_package(package_file).manifest
    lock, serving = locks_of(model, manifest)
    dependencies = dependency_layer(lock, serving, base, cache=cache, log=log, say=say)
    say("packing application and model")
    named = {
        **{f"base {place}" if place else "base": layer for place, layer in enumerate(base.layers)},
        **({} if base.reference.startswith(OURS) else {"hardening": hardening_layer(base, cache)}),
        "dependencies": dependencies,
        "application": _application(base, cache),
        "model": packed(tree(model, below="app/model"), work / "model.tar.gz"),
    }
    settings = _settings(base, labels_of(manifest, name, sha256_of(package_file), base.reference))
    config = image_config(list(named.values()), settings, architecture=architecture(), made_by=list(named))
    say("writing the image")
    reference = f"{name}:{judged_sha256(manifest)[:12]}"
    return write_image(list(named.values()), config, archive, reference=reference), named


def _application(base: Base, cache: Path) -> Layer:
    """Return the layer of the serving runtime with its byte code, which a read-only root could not keep."""
    sources = application_files()
    digests = [f"{name}\0{sha256_of(path)}" for name, path in sorted(sources.items())]

    def files() -> dict[str, Content | None]:
        for name, path in sources.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        compile_tree(base.rootfs, base.python, Path(folder) / TOP, place=f"/{TOP}")
        return tree(Path(folder), below="")

    with tempfile.TemporaryDirectory() as folder:
        return cached_layer("\0".join(["application", RULES, base.reference, *digests]), cache, files)


def labels_of(manifest: Mapping[str, Any], name: str, package_sha256: str, base: str) -> dict[str, str]:
    """Return the labels by which an image is followed back to what was judged; what is unknown is left out."""
    labels = {
        "org.opencontainers.image.title": name,
        "org.opencontainers.image.revision": manifest["revision"],
        "org.opencontainers.image.base.name": base,
        "io.iddr.model.sha256": judged_sha256(manifest),
        "io.iddr.packaged.sha256": manifest["model"]["sha256"],
        "io.iddr.contract.sha256": manifest["contract"]["sha256"],
        "io.iddr.data.sha256": manifest["data"]["sha256"],
        "io.iddr.package.sha256": package_sha256,
    }
    return {key: value for key, value in sorted(labels.items()) if value}


def judged_sha256(manifest: Mapping[str, Any]) -> str:
    """Return the digest of the model file that was judged, which a packaged model may be a conversion of."""
    entry = manifest["model"]
    return str(entry.get("converted_from") or entry["sha256"])


def locks_of(model: Path, manifest: Mapping[str, Any]) -> tuple[Path | None, tuple[Path, ...]]:
    """Return the model's own lock, where its form needs it, and the locks of what serves that form."""
    form = manifest["model"].get("form")
    if form == "onnx":
        return None, (REQUIREMENTS, ONNX)
    return model / manifest["lock"]["path"], (REQUIREMENTS, SKOPS) if form == "skops" else (REQUIREMENTS,)


def _settings(base: Base, labels: Mapping[str, str]) -> dict[str, Any]:
    inherited = dict(entry.partition("=")[::2] for entry in base.settings.get("Env") or ())
    variables = inherited | {
        "PATH": inherited.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
        "PYTHONPATH": f"/{INSIDE}:/app",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",
    }
    return {
        "User": USER,
        "WorkingDir": "/app",
        "Env": [f"{key}={value}" for key, value in sorted(variables.items())],
        "Entrypoint": [base.python, f"/{ENTRY}"],
        "ExposedPorts": {"8080/tcp": {}},
        "StopSignal": "SIGTERM",
        "Healthcheck": {
            "Test": ["CMD", base.python, f"/{ENTRY}", "--health"],
            "Interval": 30 * SECOND, "Timeout": 5 * SECOND, "StartPeriod": 30 * SECOND, "Retries": 3,
        },
        "Labels": dict(labels),
    }  # fmt: skip
