"""Chooses the form in which the model is served: ONNX where it answers the same, else skops, else as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ci_steps.forms.conversion import Conversion
from ci_steps.forms.converting import NotConverted
from ci_steps.steps import Refused, StepFailed, step
from model_checks.checks import Phase
from model_checks.findings import Finding, ModelRaised
from model_checks.quality.parity import TOLERANCE
from model_checks.signatures import Fraction, Megabytes, Seconds
from model_checks.statistics.agreement import Tolerance  # noqa: TC001 - an option's type, evaluated at run time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci_steps.forms.converting import Converted
    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from ci_steps.model_host.limits import Limits
    from ci_steps.results import Artifact
    from ci_steps.steps import Tools
    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Predictions, Scan
    from model_checks.quality.parity import Parity

PICKLES = ("joblib", "pickle")
CONVERTIBLE = (*PICKLES, "skops")
WORDS = {"onnx": "an ONNX graph", "skops": "a skops file", "joblib": "the joblib file as it is"}
WAY_ON = (
    "a pickle can run code when it is loaded: let the steps of the model convert, or set [steps.convert] "
    "allow_pickle = true to serve the file as it is (SC001 has cleared it)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The model that was judged, and all that a conversion of it is made from and held to."""

    model_file: Path
    scan: Scan
    predictions: Predictions
    test: Dataset
    contract: Contract
    target: str
    environment: Environment
    lock_file: Path | None
    isolation: Isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How far a conversion may differ, what it may take, and whether one that differs is refused."""

    tolerance: float
    labels: float
    limits: Limits
    strict: bool


@step(Phase.DELIVERY, makes="packaged_file converted_file conversion_file")
def convert(
    model_file: Path,
    scan: Scan,
    predictions: Predictions,
    test: Dataset,
    contract: Contract,
    target: str,
    environment: Environment,
    isolation: Isolation,
    tools: Tools,
    lock_file: Path | None = None,
    *,
    form: Literal["auto", "onnx", "skops", "joblib"] = "auto",
    allow_pickle: bool = False,
    tolerance: Tolerance = TOLERANCE,
    labels: Fraction = 0.0,
    timeout: Seconds = 900,
    memory: Megabytes = 8192,
) -> Iterator[Finding | Artifact]:
    """Choose the form in which the model is served.

    A form is taken where its answers to the test table are the original's, as MQ017 has it. "auto" tries ONNX,
    then skops, then the pickle itself where `allow_pickle` says so; each step down is said. A form that is asked
    for by name is made even where it differs, and MQ017 judges it. Files that are no pickles stay as they are.

    Raises:
        Refused: the scan did not clear the model file.
        StepFailed: no form that is allowed can be made.
        Infrastructure: a package index did not answer.
    """
    from ci_steps.model_host.limits import Limits

    if not scan.cleared:
        raise Refused(f"{scan.name}: the scan did not clear this model file, so it is not packaged; see SC001")
    judged = Judged(
        model_file=model_file, scan=scan, predictions=predictions, test=test, contract=contract, target=target,
        environment=environment, lock_file=lock_file, isolation=isolation,
    )  # fmt: skip
    limits = Limits(seconds=timeout, memory_megabytes=int(memory))
    terms = Terms(tolerance=tolerance, labels=labels, limits=limits, strict=form == "auto")
    for each in _forms(scan, form, allow_pickle=allow_pickle):
        if each == "original":
            yield Finding.said(f"served as it is: {scan.format}")
            yield from _packaged(judged.model_file, _unchanged(judged), tools)
            return
        try:
            found, parity = _made(judged, each, terms, tools)
        except NotConverted as reason:
            yield Finding.said(f"not served as {WORDS[each]}: {reason}")
            continue
        yield Finding.said(f"served as {WORDS[each]}: {parity.words}; at most {tolerance:g} is allowed")
        yield from _packaged(found.file, _record(judged, each, found, parity, terms), tools)
        return
    raise StepFailed(f"there is no form to serve {scan.name} in; {WAY_ON}")


def _unchanged(judged: Judged) -> Conversion:
    return Conversion(form="original", judged=judged.scan.sha256, packaged=judged.scan.sha256)


def _record(judged: Judged, form: str, found: Converted, parity: Parity, terms: Terms) -> Conversion:
    numbers, labels = parity.numbers, parity.labels
    distances = {
        "rows": len(judged.predictions.truth), "labels": labels.labels if labels else 0, "tied": parity.tied,
        "distance": numbers.distance if numbers else 0.0,
    }  # fmt: skip
    return Conversion(
        form=form, judged=judged.scan.sha256, packaged=found.scan.sha256, versions=found.versions,
        classes=judged.predictions.classes, tolerance=terms.tolerance, parity=distances,
        gives_probabilities=judged.predictions.answers.probabilities is not None,
    )  # fmt: skip


def _packaged(file: Path, conversion: Conversion, tools: Tools) -> Iterator[Artifact]:
    record = tools.work / "conversion.json"
    conversion.write(record)
    yield tools.store.add("packaged_file", file)
    if conversion.is_converted:
        yield tools.store.add("converted_file", file)
    yield tools.store.add("conversion_file", record, media_type="application/json")


def _forms(scan: Scan, form: str, *, allow_pickle: bool) -> tuple[str, ...]:
    """Return the forms to try, in order."""
    plain = scan.format.partition(" in ")[0]
    if plain not in CONVERTIBLE or form in ("joblib", plain):
        return ("original",)
    if form != "auto":
        return (form,)
    last = ("original",) if plain == "skops" else ("skops", *(("original",) if allow_pickle else ()))
    return ("onnx", *last)


def _made(judged: Judged, form: str, terms: Terms, tools: Tools) -> tuple[Converted, Parity]:
    """Return the model in `form`, and how far its answers are from the original's.

    Raises:
        NotConverted: it cannot be made, does not answer, or answers otherwise.
    """
    from ci_steps.forms.converting import converted
    from ci_steps.forms.environments import converter_environment
    from model_checks.quality.parity import parity_of

    try:
        environment = converter_environment(form, judged.environment, judged.lock_file, tools)
    except Refused as refused:
        raise NotConverted(f"its converter does not go with the model's Python: {refused}") from None
    features = judged.contract.without(judged.target)
    found = converted(
        judged.model_file, judged.scan, form, features, environment, judged.isolation, terms.limits, tools
    )
    said = _asked(judged, found, environment, terms, tools)
    if said.classes != judged.predictions.classes:
        raise NotConverted(f"its classes are {said.classes}, the original's are {judged.predictions.classes}")
    parity = parity_of(judged.predictions, said, tolerance=terms.tolerance)
    if terms.strict and not parity.holds(terms.tolerance, labels=terms.labels):
        raise NotConverted(
            f"its answers are not the original's: {parity.words}; at most {terms.tolerance:g} is allowed"
        )
    return found, parity


def _asked(judged: Judged, found: Converted, environment: Environment, terms: Terms, tools: Tools) -> Predictions:
    """Ask a converted model about the test table."""
    from ci_steps.model_host.hosting import Purpose, hosted

    purpose = Purpose(
        contract=judged.contract, target=judged.target, task=judged.predictions.task,
        classes=judged.predictions.classes,
    )  # fmt: skip
    work = tools.work / f"asking-{found.file.suffix[1:]}"
    try:
        with hosted(
            found.file, found.scan, environment, judged.isolation, purpose, limits=terms.limits, log=tools.log,
            work=work,
        ) as model:  # fmt: skip
            answers = model.predict(judged.test.features)
            return replace(judged.predictions, answers=answers, classes=model.classes)
    except (ModelRaised, Refused) as error:
        raise NotConverted(f"what came of it does not answer: {error}") from None
