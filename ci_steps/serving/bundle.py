"""What of this repository goes into the image's application layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model_checks.contract import DIALECT_FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent
KINDS = HERE / "kinds"
ENTRY = "app/serve.py"
REQUIREMENTS, ONNX, SKOPS = (HERE / f"{name}.txt" for name in ("requirements", "onnx", "skops"))
RUNTIME = (
    "answering.py", "application.py", "body.py", "frames.py", "health.py", "loading.py", "protocol.py",
    "receiving.py", "refusals.py", "settings.py", "unix_http.py",
)  # fmt: skip


def application_files() -> Mapping[str, Path]:
    """Return each file of the runtime by its path in the image, such as app/serve.py.

    Packages keep their names, so that the same imports hold in the image, in tests and for the type checker.
    Their own first files would import the whole kit: this package's, which holds nothing, stands in for them.
    """
    contract = HERE.parents[1] / "model_checks" / "contract"
    packages = ("ci_steps", "ci_steps/serving", "model_checks")
    return (
        {ENTRY: HERE / "serve.py"}
        | {f"app/{name}/__init__.py": HERE / "__init__.py" for name in packages}
        | {f"app/ci_steps/serving/{name}": HERE / name for name in RUNTIME}
        | {f"app/ci_steps/serving/kinds/{file.name}": file for file in sorted(KINDS.glob("*.py"))}
        | {f"app/model_checks/contract/{name}": contract / name for name in DIALECT_FILES}
    )
