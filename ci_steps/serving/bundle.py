"""What of this repository goes into the image's application layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model_checks.contract import DIALECT_FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent
ENTRY = "app/serve.py"
REQUIREMENTS, ONNX, SKOPS = (HERE / f"{name}.txt" for name in ("requirements", "onnx", "skops"))
NOT_INSIDE = {"bundle.py", "entry.py"}  # this file, and the entry, which has a place of its own


def application_files() -> Mapping[str, Path]:
    """Return each file of the runtime by its path in the image, such as app/serve.py.

    Packages keep their names, so that the same imports hold in the image, in tests and for the type checker.
    Their own first files would import the whole kit: this package's, which holds nothing, stands in for them.
    """
    contract = HERE.parents[1] / "model_checks" / "contract"
    runtime = [each for each in sorted(HERE.rglob("*.py")) if each.name not in NOT_INSIDE]
    runtime += sorted((HERE / "assets").iterdir())
    return (
        {ENTRY: HERE / "entry.py"}
        | {f"app/{name}/__init__.py": HERE / "__init__.py" for name in ("ci_steps", "model_checks")}
        | {f"app/ci_steps/serving/{each.relative_to(HERE).as_posix()}": each for each in runtime}
        | {f"app/model_checks/contract/{name}": contract / name for name in DIALECT_FILES}
    )
