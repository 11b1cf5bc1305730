"""A sample of a table as features and answers that quick models learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.findings import NotAudited
from model_checks.sampling import Sample, sampled
from model_checks.statistics.foretelling import codes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from model_checks.dataset import Dataset
    from model_checks.inputs import Task

MANY = 20  # an integer target of more different values is a number where no task says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Rows with an answer: `features` by name, each of shape (rows,), and `answers`, shape (rows,).

    A feature is float64 where it is a number or a truth value, NaN where it lacks; else it is the place of its
    level, 0 where it lacks. Answers of a classification are places in `classes`, of a regression float64.
    """

    sample: Sample
    features: Mapping[str, NDArray[Any]]
    answers: NDArray[Any]
    classes: tuple[Any, ...]

    @property
    def regression(self) -> bool:
        """Whether the answers are numbers."""
        return not self.classes


def lesson(data: Dataset, task: Task | None, *, rows: int, together: str = "") -> Lesson:
    """Return what about `rows` rows of `data` teach, drawn as `sampled` does; rows without an answer are left out.

    Raises:
        NotAudited: there is no target, no feature, or no row with an answer.
    """
    if data.target is None:
        raise NotAudited(f"{data.name} has no target; name it as [data] target in iddr.toml")
    drawn = sampled(data, rows=rows, together=together)
    known = drawn.where(drawn.frame[data.target].notna().to_numpy())
    present = [name for name in data.contract.columns if name in data.columns and name != data.target]
    if not present or not len(known.frame):
        raise NotAudited(f"{data.name} has no feature of the contract, or no row with an answer; check both")
    features = {name: feature_of(known.frame[name].to_numpy()) for name in present}
    values = known.frame[data.target].to_numpy()
    if is_regression(data, task):
        return Lesson(sample=known, features=features, answers=values.astype("float64"), classes=())
    classes, answers = _classes(values)
    return Lesson(sample=known, features=features, answers=answers, classes=classes)


def varies(taught: Lesson) -> bool:
    """Tell whether there are two different answers."""
    return bool((taught.answers != taught.answers[0]).any())


def feature_of(values: NDArray[Any]) -> NDArray[Any]:
    """Return a column as float64 where it holds numbers or truth values, else as places of its levels."""
    return values.astype("float64") if values.dtype.kind in "biuf" else codes_of(values)


def is_regression(data: Dataset, task: Task | None) -> bool:
    """Tell whether the answers are numbers; without a task, whether they are fractions or of many values."""
    if task is not None:
        return task == "regression"
    column = data.contract.columns[str(data.target)]
    if column.type != "integer":
        return column.type == "number"
    [(different,)] = data.query(f"SELECT approx_count_distinct({literals.name(column.name)}) FROM typed")  # noqa: S608 - the name is quoted
    return bool(different > MANY)


def _classes(values: NDArray[Any]) -> tuple[tuple[Any, ...], NDArray[Any]]:
    import pandas as pd

    codes, levels = pd.factorize(values, sort=True)
    return tuple(levels.tolist()), codes.astype("intp")
