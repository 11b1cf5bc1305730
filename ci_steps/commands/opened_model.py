"""Opens the model file that a check is given alone: scanned first, in its own process, by the Python at hand."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci_steps.model_host.hosting import Purpose


@contextmanager
def opened_model(given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield `given` with the model in the place of its file; without one, as it is.

    Raises:
        MissingInput: a model is given, and no contract to type its rows by.
        Refused: the scan did not clear the file.
        ModelRaised: it cannot be loaded by this Python and its packages.
    """
    if "model" not in given:
        yield dict(given)
        return
    from ci_steps.model_host.environments import current
    from ci_steps.model_host.hosting import hosted
    from ci_steps.model_host.isolation import probe
    from ci_steps.model_host.limits import Limits
    from model_checks.model_files.scanning import scan_file

    purpose = _purpose(given)
    path, trusted = Path(given["model"]), given.get("trusted", "")
    scan = scan_file(path, allow=tuple(filter(None, trusted.split(","))))
    with tempfile.TemporaryDirectory(prefix="iddr-check-") as name:
        folder = Path(name)
        # The model's own user reaches what it is shown, and lists nothing.
        folder.chmod(0o711)
        hosting = hosted(
            path, scan, current(), probe(), purpose, limits=Limits(), log=folder / "log", work=folder / "host"
        )
        with hosting as model:
            yield dict(given) | {"model": model}


def _purpose(given: Mapping[str, str]) -> Purpose:
    from ci_steps.model_host.hosting import Purpose
    from model_checks.contract.dialect import Contract
    from model_checks.loading import MissingInput

    if "contract" not in given:
        raise MissingInput("a model's rows are typed by the contract; give contract=<path>")
    contract = Contract.load(given["contract"])
    return Purpose(contract=contract, target=given.get("target", ""), task=given.get("task", ""))
