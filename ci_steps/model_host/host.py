"""A model that answers from its own environment and its own sandbox."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci_steps.model_host import child, frames, sandbox
from ci_steps.model_host.channel import Channel
from ci_steps.model_host.limits import Bind, Grants, Limits
from ci_steps.model_host.running import HostLost
from ci_steps.serving import kinds
from ci_steps.steps import Refused
from ci_steps.waiting import in_a_block

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    import pandas as pd

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.frames import Column
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.waiting import Waiting
    from model_checks.inputs import Answers, Scan

FORMATS = ("joblib", "pickle", "skops", "xgboost-json", "xgboost-ubj", "lightgbm", "onnx", "mlflow", "function")
COMPRESSED = ("joblib", "pickle")  # "joblib in zlib" and the like
KINDS = Path(kinds.__file__).parent
ROWS_AT_ONCE = 50_000
CHUNK_BYTES = 1 << 20
# As in the image: threads that spin for each other cost several times the CPU on a busy machine.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedModel:
    """A loaded model; implements `model_checks.inputs.Model` and `TakesAsGiven`.

    `versions` are those of Python and the packages that loaded it, `type` is the model's own class.
    """

    sha256: str
    classes: tuple[str | int | float | bool, ...]
    versions: Mapping[str, str]
    type: str
    predicts_probabilities: bool
    columns: tuple[Column, ...]
    channel: Channel

    def predict(self, features: pd.DataFrame, /) -> Answers:
        """Return one answer for each row, in order; rows go over in groups of 50,000.

        Raises:
            ModelRaised: the model raised on these rows.
            HostLost: its process is gone, or did not answer in time.
            ValueError: `features` lacks a column or has values that the contract's type does not hold.
        """
        return self._asked(features, self.columns, {})

    def predict_as_given(self, features: pd.DataFrame, /) -> Answers:
        """Answer as `predict` does, to columns in the order and of the dtypes that `features` has.

        Raises:
            ValueError: a dtype is none of those that cross by name; else as `predict` does.
        """
        places = {name: place for place, name in enumerate(features.columns)}
        columns = tuple(sorted(self.columns, key=lambda column: places.get(column[0], -1)))
        return self._asked(features, columns, frames.dtypes_of(features))

    def _asked(self, features: pd.DataFrame, columns: tuple[Column, ...], dtypes: Mapping[str, str]) -> Answers:
        groups = [
            self._ask(features.iloc[first : first + ROWS_AT_ONCE], columns, dtypes)
            for first in range(0, max(len(features), 1), ROWS_AT_ONCE)
        ]
        return groups[0] if len(groups) == 1 else frames.joined(groups)

    def _ask(self, features: pd.DataFrame, columns: tuple[Column, ...], dtypes: Mapping[str, str]) -> Answers:
        about, payload = frames.packed(features, columns, dtypes)
        at_most = frames.answer_bytes(len(features), self.classes)
        header, data = self.channel.ask({"do": "predict", "columns": about}, payload, at_most=at_most)
        try:
            return frames.answers(header, data, rows=len(features), classes=self.classes)
        except (ValueError, TypeError, KeyError) as error:
            raise HostLost(f"the model's process answered what is no answer: {error}", why="killed") from None


def opening_model(
    path: Path,
    *,
    scan: Scan,
    environment: Environment,
    isolation: Isolation,
    contract_columns: Sequence[Column],
    log: Path,
    work: Path,
    limits: Limits | None = None,
    grants: Grants | None = None,
    say: Callable[[str], None] = lambda _: None,
    task: str = "",
    labels: Sequence[str | int | float | bool] = (),
) -> Generator[Waiting | HostedModel, None, None]:
    """Load the model file `path` in `environment` and yield it; its process ends with the generator.

    Before the model comes what is yielded while it is loaded.

    `contract_columns` are the features in the contract's order. `labels` are the declared classes in the
    model's order, for a file that does not know them; left out, its classes are 0, 1, ... `limits.seconds` is
    for each request, loading too. What is loaded is a copy in `work`, the very bytes whose digest was compared
    with the scan's.

    Raises:
        Refused: the scan did not clear this file, or the file is not what was scanned.
        ModelRaised: it cannot be loaded here (a package or a class is missing, versions differ).
        HostLost: its process was killed, ran out of memory, or did not answer in time.
    """
    limits, grants = limits or Limits(), grants or Grants()
    model, program = cleared_copy(path, scan, work), _program(work)
    with ExitStack() as closing:
        theirs_in, requests = os.pipe()
        answers, theirs_out = os.pipe()
        for each in (requests, answers):
            os.set_blocking(each, False)
            closing.callback(os.close, each)
        shown = Grants(
            network=grants.network, secrets=ONE_THREAD | dict(grants.secrets),
            binds=(*grants.binds, Bind(source=model), Bind(source=program.parent)),
        )  # fmt: skip
        try:
            started = sandbox.start(
                [str(environment.python), str(program.absolute()), str(theirs_in), str(theirs_out)],
                environment=environment, folder=None, isolation=isolation, log=log, grants=shown,
                limits=limits, say=say, pass_descriptors=(theirs_in, theirs_out),
            )  # fmt: skip
            running = closing.enter_context(started)
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        channel = Channel(running=running, requests=requests, answers=answers, seconds=limits.seconds)
        told = {"task": task, "classes": list(labels), "inside": dict(scan.inside)}
        yield (yield from _loaded(channel, model, scan, tuple(contract_columns), told))


open_model = in_a_block(opening_model)


def _loaded(
    channel: Channel, model: Path, scan: Scan, columns: tuple[Column, ...], told: Mapping[str, object]
) -> Generator[Waiting, None, HostedModel]:
    known = [{"name": name, "type": kind, "nullable": nullable} for name, kind, nullable in columns]
    request = {"do": "load", "path": str(model.absolute()), "format": scan.format, "columns": known, "told": told}
    heard, _ = yield from channel.asking(request, b"", at_most=0)
    try:
        classes = tuple(each for each in heard["classes"] if isinstance(each, str | int | float | bool))
        return HostedModel(
            sha256=scan.sha256, classes=classes, type=str(heard["type"]), columns=columns, channel=channel,
            predicts_probabilities=bool(heard["predicts_probabilities"]),
            versions={str(name): str(version) for name, version in heard["versions"].items()},
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError):
        raise HostLost("the model's process answered what is no answer", why="killed") from None


def cleared_copy(path: Path, scan: Scan, work: Path) -> Path:
    """Copy the model file, and refuse the copy unless the scan cleared these very bytes."""
    if not scan.cleared:
        first = scan.threats[0]
        said = f"not loaded, the scan did not clear it: {first.what} at {first.where}; see SC001"
        raise Refused(f"{path.name}: {said}")
    plain, _, packing = scan.format.partition(" in ")
    if plain not in (COMPRESSED if packing else FORMATS):
        said = f"format {scan.format!r} cannot be loaded, expected one of {', '.join(FORMATS)}"
        raise Refused(f"{path.name}: {said}")
    work.mkdir(parents=True, exist_ok=True)
    copy, digest = work / f"{scan.sha256[:16]}.model", hashlib.sha256()
    try:
        with path.open("rb") as source, copy.open("wb") as target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
    except OSError as error:
        raise Refused(f"{path}: cannot read the model file ({error.strerror})") from None
    copy.chmod(0o644)
    if digest.hexdigest() != scan.sha256:
        copy.unlink()
        raise Refused(
            f"{path}: not the file that was scanned: sha256 {digest.hexdigest()[:16]}, expected "
            f"{scan.sha256[:16]}; scan it again"
        )
    return copy


def _program(work: Path) -> Path:
    """Put our child and the loaders in a folder beside the model, readable for the sandbox's user."""
    program = work / "program" / "child.py"
    files = {program: Path(child.__file__)} | {
        program.parent / "iddr_kinds" / file.name: file for file in KINDS.glob("*.py")
    }
    for target, source in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        target.write_bytes(source.read_bytes())
        target.chmod(0o644)
    return program
