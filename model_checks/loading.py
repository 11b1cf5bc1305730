"""Makes a check's inputs from paths: what `iddr check` and `model_checks.run` accept."""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from model_checks.contract.csv_format import CsvFormat
    from model_checks.contract.dialect import Contract
    from model_checks.counterexamples import CounterExample
    from model_checks.dataset import Dataset
    from model_checks.erasure import ErasureList
    from model_checks.inputs import Datasheet, Lock, Repository, Scan
    from model_checks.personal_data.sightings import PersonalColumns
    from model_checks.profile import Profile
    from model_checks.reported import ReportedMetrics
    from model_checks.search import Search


EXAMPLE = '{"separator": ";", "decimal": ","}'


class MissingInput(ValueError):  # noqa: N818 - told to the user as it is
    """An input that the check needs was not given and cannot be made from those that were."""


def contract(contract_file: Path) -> Contract:
    """Read a data contract."""
    from model_checks.contract.dialect import Contract

    return Contract.load(contract_file)


def train(
    train_file: Path, contract: Contract, target: str | None = None, csv: CsvFormat | None = None
) -> Dataset:
    """Open the training table."""
    return _table(train_file, contract, target, csv)


def test(
    test_file: Path,
    contract: Contract,
    target: str | None = None,  # noqa: PT028 - an input
    csv: CsvFormat | None = None,  # noqa: PT028 - an input
) -> Dataset:
    """Open the test table."""
    return _table(test_file, contract, target, csv)


def current(
    current_file: Path, contract: Contract, target: str | None = None, csv: CsvFormat | None = None
) -> Dataset:
    """Open rows from production, with the target where they have it."""
    from model_checks.dataset import opened_unlabelled

    return opened_unlabelled(current_file, contract, target, csv)


def train_profile(train: Dataset) -> Profile:
    """Profile the training table."""
    from model_checks.profiling.scanning import profile_of

    return profile_of(train)


def test_profile(test: Dataset, train_profile: Profile | None = None) -> Profile:  # noqa: PT028 - an input
    """Profile the test table as the training table was, so that the two can be compared."""
    from model_checks.profiling.scanning import profile_of

    return profile_of(test, like=train_profile)


def current_profile(current: Dataset, reference: Profile | None = None) -> Profile:
    """Profile rows from production as the reference was, so that the two can be compared."""
    from model_checks.profiling.scanning import profile_of

    return profile_of(current, like=reference)


def reference(
    reference_file: Path,
    contract: Contract | None = None,
    target: str | None = None,
    csv: CsvFormat | None = None,
) -> Profile:
    """Read the profile that was kept with a release, or profile a table in its place."""
    from model_checks.profiling.documents import read_profile
    from model_checks.profiling.scanning import profile_of

    if reference_file.suffix.lower() == ".json":
        return read_profile(reference_file)
    if contract is None:
        raise MissingInput("the input 'reference' is a table, so it needs contract=<path>")
    return profile_of(_table(reference_file, contract, target, csv))


def scan(model_file: Path, trusted: str | tuple[str, ...] = ()) -> Scan:
    """Scan a model file without loading it; `trusted` names imports, as a text separated by commas."""
    from model_checks.model_files.scanning import scan_file

    return scan_file(model_file, allow=tuple(trusted.split(",")) if isinstance(trusted, str) else trusted)


def lock(lock_file: Path) -> Lock:
    """Read a lock file."""
    from model_checks.lock import read_lock

    return read_lock(lock_file)


def datasheet(datasheet_file: Path | None = None) -> Datasheet:
    """Read a datasheet; none is an empty one."""
    from model_checks.datasheet import read_datasheet
    from model_checks.inputs import Datasheet

    if datasheet_file is None:
        return Datasheet(name="", sections={}, folder=Path())
    return read_datasheet(datasheet_file)


def erasure_list(erasure_file: Path) -> ErasureList:
    """Read an erasure list; its key, where it has one, is in the environment."""
    from model_checks.erasure import read_erasure_list

    return read_erasure_list(erasure_file, os.environ)


def personal_columns(
    train: Dataset, test: Dataset | None = None, current: Dataset | None = None
) -> PersonalColumns:
    """Look for personal data in the tables."""
    from model_checks.personal_data.sightings import look_at

    return look_at([t for t in (train, test, current) if t is not None], distinct=1000)


def counterexamples(counterexamples_file: Path) -> tuple[CounterExample, ...]:
    """Read rows on which the model failed before."""
    from model_checks.counterexamples import read_counterexamples

    return read_counterexamples(counterexamples_file)


def repository(repository_folder: Path) -> Repository:
    """List a repository's files."""
    from model_checks.repository import read_repository

    return read_repository(repository_folder)


def reported_metrics(metrics_file: Path) -> ReportedMetrics:
    """Read the figures that a training reported."""
    from model_checks.reported import read_reported

    return read_reported(metrics_file)


def search(search_file: Path) -> Search:
    """Read the record of a search for hyper-parameters."""
    from model_checks.search import read_search

    return read_search(search_file)


def today(day: str | None = None) -> dt.date:
    """Return the given day, or this one in UTC."""
    import datetime as dt

    if day is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"today is {day!r}, expected a day such as 2026-11-25") from None


def _table(path: Path, contract: Contract, target: str | None, csv: CsvFormat | None) -> Dataset:
    from model_checks.dataset import Dataset

    return Dataset.from_file(path, contract, name=path.name, target=target, csv=csv)


def _csv_format(declared: str) -> CsvFormat:
    """Read how CSV files are written, as the settings of [data.csv] in JSON."""
    from model_checks.contract.csv_format import CsvFormat

    try:
        settings = json.loads(declared)
    except ValueError as error:
        raise ValueError(f"csv: is no JSON ({error}); expected settings, such as {EXAMPLE}") from None
    if not isinstance(settings, dict):
        raise ValueError(f"csv: found {settings!r}; expected settings, such as {EXAMPLE}")  # noqa: TRY004 - told as it is
    try:
        return CsvFormat.of(settings)
    except ValueError as error:
        raise ValueError("; ".join(f"csv: {fault}" for fault in str(error).splitlines())) from None


LOADERS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        *(contract, train, test, scan, lock, datasheet, repository, today, counterexamples),
        *(current, train_profile, test_profile, current_profile, reference, personal_columns, erasure_list),
        *(reported_metrics, search),
    )
}
FILES = {
    "contract": "contract_file",
    "train": "train_file",
    "test": "test_file",
    "current": "current_file",
    "reference": "reference_file",
    "lock": "lock_file",
    "datasheet": "datasheet_file",
    "repository": "repository_folder",
    "scan": "model_file",
    "erasure_list": "erasure_file",
    "counterexamples": "counterexamples_file",
    "reported_metrics": "metrics_file",
    "search": "search_file",
}
TEXTS = {"today": "day"}
# To a check that asks for the table itself its profile is an aid, which takes longer to make than it spares.
AIDS = {"train_profile": "train", "test_profile": "test"}


def load_inputs(names: Mapping[str, bool], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of each of `names` (its value says whether it may be left out).

    A text or path given for `contract`, `train`, `test`, `current`, `reference`, `lock`, `datasheet`,
    `erasure_list`, `counterexamples`, `reported_metrics`, `search` or `repository` is read; profiles are made from
    tables; a `model_file` is scanned where `scan` is asked for, with the `trusted` imports that are given. A text
    given for `csv` says, in JSON, how CSV tables are written; `today` may be given as 2026-11-25.

    Raises:
        MissingInput: a needed input is neither given nor can be made.
        ValueError: `csv` is none, or an input cannot be read.
    """
    values = {name: value for name, value in given.items() if name not in LOADERS or not _is_path(value)}
    if isinstance(given.get("csv"), str):
        values["csv"] = _csv_format(given["csv"])
    for name, file in FILES.items():
        if _is_path(given.get(name)) or _is_path(given.get(file)):
            values[file] = Path(given.get(name, given.get(file)))
    values |= {text: given[name] for name, text in TEXTS.items() if isinstance(given.get(name), str)}
    wanted = [name for name, optional in names.items() if not optional or _is_wanted(name, names, values)]
    return {name: _made(name, values) for name in wanted}


def _is_path(value: object) -> bool:
    return isinstance(value, str | Path)


def _is_wanted(name: str, names: Mapping[str, bool], values: Mapping[str, Any]) -> bool:
    """Tell whether the optional `name` is at hand, or can be made and is worth it."""
    return name in values or (AIDS.get(name) not in names and _can(name, values))


def _can(name: str, values: Mapping[str, Any]) -> bool:
    if name in values:
        return True
    return name in LOADERS and all(_can(p.name, values) for p in _needed(name))


def _made(name: str, values: dict[str, Any]) -> Any:
    if name not in values:
        if not _can(name, values):
            raise MissingInput(_lacking(name, values))
        asked = inspect.signature(LOADERS[name]).parameters
        values[name] = LOADERS[name](**{n: _made(n, values) for n in asked if _can(n, values)})
    return values[name]


def _needed(name: str) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(LOADERS[name]).parameters.values() if p.default is p.empty]


def _lacking(name: str, values: Mapping[str, Any]) -> str:
    """Say which inputs have to be given so that `name` can be made, and leave out those that were."""
    lacking = [name]
    if name in LOADERS:
        lacking = [p.name for p in _needed(name) if not _can(p.name, values)]
    written = {file: given for given, file in FILES.items()}
    names = [written.get(each, each) for each in lacking]
    return f"the input {names[0]!r} is missing; give {' and '.join(f'{n}=<path>' for n in names)}"
