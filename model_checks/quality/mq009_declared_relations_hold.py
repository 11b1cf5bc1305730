"""MQ009: declared relations hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.checks import BLOCK, Phase, check
from model_checks.contract.dtypes import frame
from model_checks.findings import Finding, ModelRaised, NotAudited
from model_checks.quality.changed_rows import pairs_of
from model_checks.quality.declared_faults import example_faults, name_faults, relation_faults, row_of
from model_checks.quality.relation_verdicts import FEW, Reading, judged, judged_example
from model_checks.quality.relations import Example, Relation  # noqa: TC001 - evaluated
from model_checks.signatures import Count
from model_checks.statistics.agreement import rows_at
from model_checks.statistics.interval import OneSided  # noqa: TC001 - evaluated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.contract.dialect import Contract
    from model_checks.dataset import Dataset
    from model_checks.inputs import Model
    from model_checks.quality.changed_rows import Pairs, Row

    Label = str | int | float | bool | None


@check(
    "declared relations hold (invariance, direction, minimum functionality)",
    phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK), declared=("relations", "examples"),
)  # fmt: skip
def mq009(
    model: Model,
    test: Dataset,
    positive: Label = None,
    *,
    relations: tuple[Relation, ...] = (),
    examples: tuple[Example, ...] = (),
    rows: Count = 1000,
    confidence: OneSided = 0.95,
) -> Iterator[Finding]:
    """Change rows as declared and see what the answers do; ask rows whose answer is known.

    A relation changes columns of test rows (`rows` of them, evenly spaced among those that `where` means) and
    says what the answer may do: stay the same, not rise, not fall. It is about the probability of the positive
    class (or of the class `of`), about the number, or, without probabilities, about the label; "same" is about
    all classes. A changed row that the contract does not allow is left out and counted. Not one row may break a
    relation, or, with `at_most`, no more than that share: the one-sided bound at `confidence` is compared.

    Why: A metric tells how often a model is right on rows like the old ones. It does not tell that a risk falls
    with a higher income, that a name does not matter, or that the plainest case is answered rightly.
    Fix: Look at the row that is shown. Give the model monotonic constraints, leave the feature out or add rows;
    or mend the declaration where it claims too much.
    Source: M. T. Ribeiro and others, Beyond Accuracy: Behavioral Testing of NLP Models with CheckList, ACL (2020)
    4902-4912; T. Y. Chen and others, Metamorphic Testing, ACM Computing Surveys 51 (2018) 4.
    """
    if not relations and not examples:
        raise NotAudited("nothing is declared: give relations or examples under [checks.MQ009]")
    contract = _features(test)
    unsound = list(_unsound(model, contract, relations, examples))
    yield from unsound
    asked: list[tuple[Relation, Pairs]] = []
    for place, relation in enumerate(relations):
        try:
            asked.append((relation, pairs_of(relation, test.features, contract, rows)))
        except ValueError as error:
            for fault in str(error).splitlines():
                unsound.append(_mistake(f"relations[{place}]", relation.name, fault))
                yield unsound[-1]
    if not unsound:
        yield from _judged(model, test, contract, asked, examples, _positive(model, positive), confidence)


def _features(test: Dataset) -> Contract:
    has_target = test.target is not None and test.target in test.contract.columns
    return test.contract.without(test.target) if has_target and test.target else test.contract


def _unsound(
    model: Model, contract: Contract, relations: tuple[Relation, ...], examples: tuple[Example, ...]
) -> Iterator[Finding]:
    everything: tuple[Relation | Example, ...] = (*relations, *examples)
    for place, relation in enumerate(relations):
        for fault in (*name_faults(relation, everything), *relation_faults(relation, model)):
            yield _mistake(f"relations[{place}]", relation.name, fault)
    for place, example in enumerate(examples):
        for fault in (*name_faults(example, everything), *example_faults(example, model, contract)):
            yield _mistake(f"examples[{place}]", example.name, fault)


def _mistake(entry: str, name: str, fault: str) -> Finding:
    key = fault.partition(":")[0]
    return Finding(
        ok=False, message=f"checks.MQ009.{entry}.{fault}", where=name or entry, rule=f"{key} is declared soundly",
        fix=f"mend checks.MQ009.{entry} in iddr.toml",
    )  # fmt: skip


def _positive(model: Model, positive: Label) -> Label:
    if len(model.classes) != 2:  # noqa: PLR2004 - one of two is positive
        return None
    if positive is None:
        return model.classes[-1]
    if positive not in model.classes:
        classes = ", ".join(map(repr, model.classes))
        raise NotAudited(f"the positive class is {positive!r}, and the model's classes are {classes}")
    return positive


def _judged(
    model: Model, test: Dataset, contract: Contract, asked: list[tuple[Relation, Pairs]],
    examples: tuple[Example, ...], positive: Label, confidence: float,
) -> Iterator[Finding]:  # fmt: skip
    """Ask everything at once, each row once, and yield what came out."""
    questions = _Questions()
    places = [(questions.add(pairs.before), questions.add(pairs.after)) for _, pairs in asked]
    known = questions.add(tuple(row_of(example, contract) for example in examples))
    try:
        answers = model.predict(frame(contract, questions.rows)) if questions.rows else None
    except ModelRaised as raised:
        alone = list(_raising(model, contract, asked, examples))
        yield from alone or [_raised("all rows together", raised)]
        return
    for (relation, pairs), (before, after) in zip(asked, places, strict=True):
        if answers is None or not pairs.places:
            yield _nothing_to_ask(relation, pairs)
            continue
        reading = Reading(classes=model.classes, meant=_meant(relation, positive))
        yield judged(
            relation, pairs, rows_at(answers, before), rows_at(answers, after), reading,
            contract=contract, table=test.name, confidence=confidence,
        )  # fmt: skip
    for example, place in zip(examples, known, strict=True):
        assert answers is not None  # noqa: S101 - examples are questions
        meant = positive if example.of is None else example.of
        yield judged_example(example, answers, place, Reading(classes=model.classes, meant=meant))


class _Questions:
    """The rows to ask, each of them once."""

    def __init__(self) -> None:
        """Begin without any."""
        self.rows: list[Row] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def add(self, rows: tuple[Row, ...]) -> list[int]:
        """Return the place of each row among all that are asked."""
        found = []
        for row in rows:
            key = tuple((type(value), value) for value in row.values())
            if key not in self._places:
                self._places[key] = len(self.rows)
                self.rows.append(row)
            found.append(self._places[key])
        return found


def _meant(relation: Relation, positive: Label) -> Label:
    if relation.of is not None:
        return relation.of
    return None if relation.answer == "same" else positive


def _nothing_to_ask(relation: Relation, pairs: Pairs) -> Finding:
    words = pairs.left_out or "no row of the test table is meant by where"
    message = f"{relation.name}: cannot be judged, there is no row to change: {words}"
    return Finding(
        ok=None, message=message, where=relation.name, rule="the relation holds",
        fix=f"declare another change or where; or {FEW}",
    )  # fmt: skip


def _raising(
    model: Model, contract: Contract, asked: list[tuple[Relation, Pairs]], examples: tuple[Example, ...]
) -> Iterator[Finding]:
    """Yield which entries the model raises on."""
    entries = [(r.name, [*pairs.before, *pairs.after]) for r, pairs in asked if pairs.places]
    entries += [(example.name, [row_of(example, contract)]) for example in examples]
    for name, rows in entries:
        try:
            model.predict(frame(contract, rows))
        except ModelRaised as raised:
            yield _raised(name, raised)


def _raised(name: str, raised: ModelRaised) -> Finding:
    return Finding(
        ok=False, message=f"{name}: the model raises {raised}", where=name, rule="answers without raising",
        fix="let the model answer such rows, which the contract allows; MQ010 looks for the simplest one",
    )  # fmt: skip
