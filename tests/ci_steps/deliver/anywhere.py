"""Packages a project and writes its image: python -m tests.ci_steps.deliver.anywhere PROJECT ROOT SECONDS.

The clock is SECONDS ahead; the image's digest is printed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ci_steps.deliver.image import image
from ci_steps.deliver.package import package
from ci_steps.forms.conversion import Conversion
from ci_steps.oci.reading import read_image
from ci_steps.state import sha256_of
from model_checks.contract.dialect import Contract
from model_checks.inputs import Scan
from tests.ci_steps.deliver.conftest import artifact_of, tools_in
from tests.ci_steps.deliver.images import PYTHON


def built(project: Path, root: Path) -> str:
    """Return the digest of the image of `project`, written below `root`."""
    return read_image(archive_of(project, root)).digest


def archive_of(project: Path, root: Path, base: str = "debian") -> Path:
    """Return the image of `project` on `base`, written below `root`."""
    model = project / "model.joblib"
    scan = Scan(name=model.name, sha256=sha256_of(model), format="joblib", threats=())
    packed, _ = artifact_of(
        package, packaged_file=model, contract_file=project / "contract.json", train_file=project / "train.csv",
        lock_file=project / "requirements.txt", contract=Contract.load(project / "contract.json"),
        packaged_scan=scan, conversion=Conversion(form="original", judged=scan.sha256, packaged=scan.sha256),
        name="credit", task="binary-classification", target="y", python=PYTHON, revision="r" * 40,
        tools=tools_in(root / "package"),
    )  # fmt: skip
    written, _ = artifact_of(
        image, package_file=packed, name="credit", python=PYTHON, base=base, tools=tools_in(root / "image")
    )
    return written


if __name__ == "__main__":
    real = time.time
    time.time = lambda: real() + float(sys.argv[3])
    sys.stdout.write(built(Path(sys.argv[1]), Path(sys.argv[2])))
