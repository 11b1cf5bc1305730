"""What checks look at, each known by the name of the parameter that asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd

Task = Literal["binary-classification", "multiclass-classification", "regression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a model says about some rows, in their order.

    `values` has shape (rows,): labels, or numbers for regression. `probabilities` has shape
    (rows, classes), its columns in the order of the model's classes; None where the model has none.
    """

    values: np.ndarray[Any, Any]
    probabilities: np.ndarray[Any, Any] | None = None


class Model(Protocol):
    """A model that answers from its own process.

    `classes` is empty for a regression. `predict` takes features as the contract types them, shape
    (rows, features), and raises ModelRaised where the model itself failed.
    """

    @property
    def sha256(self) -> str:
        """Digest of the model file."""
        ...

    @property
    def classes(self) -> tuple[str | int | float | bool, ...]:
        """The labels, in the order of the columns of `Answers.probabilities`."""
        ...

    def predict(self, features: pd.DataFrame, /) -> Answers:
        """Return one answer for each row, in order."""
        ...


@runtime_checkable
class TakesAsGiven(Protocol):
    """A model whose `predict` restores the contract's order and dtypes of columns, and that can leave them be."""

    def predict_as_given(self, features: pd.DataFrame, /) -> Answers:
        """Answer as `predict` does, to columns in the order and of the dtypes that `features` has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """A model's answers on a table, beside the truth.

    `truth` has shape (rows,), None or NaN where a row from production has no label. `positive` is the class
    whose probability a binary metric ranks by; None for other tasks.
    """

    task: Task
    truth: np.ndarray[Any, Any]
    answers: Answers
    classes: tuple[str | int | float | bool, ...] = ()
    positive: str | int | float | bool | None = None
    table: str = "test"

    @property
    def scores(self) -> np.ndarray[Any, Any] | None:
        """The positive class's probability, shape (rows,); None without probabilities."""
        if self.answers.probabilities is None or self.positive is None:
            return None
        column: np.ndarray[Any, Any] = self.answers.probabilities[:, self.classes.index(self.positive)]
        return column


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMetric:
    """A metric that the team wrote: `function` is written `module:function`, `owner` who agreed to it."""

    name: str
    function: str
    higher_is_better: bool = True
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a team's metric says of some predictions, and of their resamples.

    `by_row`, shape (rows,), where the metric is a mean and its function gives every row's value. Else
    `replicates`, shape (resamples,), NaN where the function raised or gave no finite number, `left_out`, shape
    (blocks,), and `undefined`, what went wrong on the first such resample. `fault` says why there is nothing.
    """

    estimate: float = float("nan")
    by_row: np.ndarray[Any, Any] | None = None
    replicates: np.ndarray[Any, Any] | None = None
    left_out: np.ndarray[Any, Any] | None = None
    undefined: str = ""
    fault: str = ""


class OwnMetrics(Protocol):
    """The team's own metrics, which run in a process of their own."""

    @property
    def declared(self) -> Mapping[str, OwnMetric]:
        """The metrics by name."""
        ...

    def measure(self, name: str, predictions: Predictions, /) -> Measured:
        """Evaluate a metric on predictions of the test table; of two models' on the same resamples."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One finished training: the model that came out, and what it says about the test table."""

    model_sha256: str
    predictions: Predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """Something in a model file that could run, or that the scanner could not see through."""

    what: str
    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the model-file scanner found: the file is cleared only when `threats` is empty.

    `trusted` are those of its imports that the team vouches for. Of an archive, `inside` says how what is in it
    is opened, and `code` names the Python files in it, which run when something imports them.
    """

    name: str
    sha256: str
    format: str
    threats: tuple[Threat, ...]
    imports: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)
    code: tuple[str, ...] = ()

    @property
    def cleared(self) -> bool:
        """True where the file may be loaded."""
        return not self.threats


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The files that git tracks (or, outside git, all that it would), as they are in the working tree."""

    root: Path
    files: tuple[Path, ...]
    revision: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One entry of a lock file."""

    name: str
    version: str
    hashes: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A pip-style requirements lock; `problems` are (line, what) of entries that pin nothing."""

    name: str
    requirements: tuple[Requirement, ...]
    problems: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasheet:
    """What people declare about the data: the sections of datasheet.toml; empty when there is none.

    `folder` is where evidence files are looked up.
    """

    name: str
    sections: Mapping[str, Any]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A packaged model: everything that the image needs, each file with its digest.

    `manifest` is the package's own manifest.json; `files` maps a path in the package to its SHA-256.
    """

    name: str
    manifest: Mapping[str, Any]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A serving image, read from its archive.

    `digest` is the OCI manifest digest of our writer (`sha256:...`), `config` the image's configuration,
    `files` maps the absolute path of every file in the top layers (application, model) to its SHA-256,
    `size` counts compressed bytes.
    """

    name: str
    digest: str
    config_digest: str
    config: Mapping[str, Any]
    files: Mapping[str, str]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """One entry of an image's root file system.

    `mode` holds the permission bits with set-user-id, set-group-id and sticky; `size` counts bytes; `layer` is
    the number, from 1, of the layer that brought it.
    """

    kind: Literal["file", "folder", "link", "other"]
    mode: int
    size: int = 0
    layer: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFiles:
    """What is in an image's layers.

    `files` is the root file system that a container sees, by absolute path. `texts` are the small text files
    outside installed packages, by place (`layer 3: /app/run.sh`), those that a later layer hides included.
    """

    files: Mapping[str, ImageFile]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A service's answer to one request."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """A running service; `kind` says how it runs: a container or a sandboxed process."""

    @property
    def kind(self) -> str:
        """How it runs, in words."""
        ...

    def get(self, path: str) -> Reply:
        """Send a GET request."""
        ...

    def post(self, path: str, body: bytes) -> Reply:
        """Send a POST request with a JSON body."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one check ended in this run, with the digests of what it judged, by input name."""

    code: str
    title: str
    phase: str
    status: str
    level: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Every check that the plan required before this one, carried out or not."""

    required: Sequence[Verdict]
    subjects: Mapping[str, str]
