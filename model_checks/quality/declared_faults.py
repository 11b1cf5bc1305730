"""What may be wrong with declared relations and examples, before any model is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.quality.changed_rows import unknown_column, why_refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Model
    from model_checks.quality.relations import Example, Relation


def row_of(example: Example, contract: Contract) -> dict[str, Any]:
    """Return the example's row with every feature; None where it lacks one."""
    return {name: example.row.get(name) for name in contract.columns}


def name_faults(entry: Relation | Example, others: Sequence[Relation | Example]) -> Iterator[str]:
    """Yield what is wrong with the entry's name; `others` are all entries."""
    if not entry.name.strip():
        yield "name: is empty; findings and waivers need one"
    elif sum(other.name == entry.name for other in others) > 1:
        yield f"name: {entry.name!r} is used twice; findings and waivers need another for each"


def relation_faults(relation: Relation, model: Model) -> Iterator[str]:
    """Yield what is wrong with what a relation asks of the answer."""
    yield from _class_faults("of", relation.of, model)
    if relation.answer != "same" and relation.of is None and len(model.classes) > 2:  # noqa: PLR2004 - one is positive
        yield f"of: is missing; which class is meant of {_listed(model)}?"


def example_faults(example: Example, model: Model, contract: Contract) -> Iterator[str]:
    """Yield what is wrong with an example: its row, or what it asks of the answer."""
    for name in example.row:
        if name not in contract.columns:
            yield f"row.{name}: {unknown_column(name, contract)}"
    if refused := why_refused(row_of(example, contract), contract):
        yield f"row: breaks the contract: {refused}"
    bounded = example.at_least is not None or example.at_most is not None
    if example.answer is None and not bounded:
        yield "answer: is missing; expected answer, at_least or at_most"
    yield from _class_faults("of", example.of, model)
    if model.classes:
        yield from _class_faults("answer", example.answer, model)
        if bounded and example.of is None and len(model.classes) > 2:  # noqa: PLR2004 - the same
            yield f"of: is missing; which class is meant of {_listed(model)}?"
    elif isinstance(example.answer, str | bool):
        yield f"answer: found {example.answer!r}; the model answers numbers"


def _class_faults(key: str, named: object, model: Model) -> Iterator[str]:
    if named is None:
        return
    if not model.classes:
        yield f"{key}: found {named!r}; the model answers numbers, not classes"
    elif named not in model.classes:
        yield f"{key}: found {named!r}; the model's classes are {_listed(model)}"


def _listed(model: Model) -> str:
    return ", ".join(map(repr, model.classes))
