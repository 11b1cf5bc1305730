"""Judges what a model answered against what people declared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.findings import Finding
from model_checks.statistics.interval import rows_to_decide
from model_checks.statistics.labels import positions
from model_checks.statistics.proportion import wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model_checks.contract.dialect import Contract
    from model_checks.inputs import Answers
    from model_checks.quality.changed_rows import Pairs, Row
    from model_checks.quality.relations import Example, Relation
    from model_checks.statistics.interval import Interval

    Numbers = NDArray[np.float64]

MUST = {"same": "must stay the same", "not higher": "must not rise", "not lower": "must not fall"}
FIX = (
    "look at the row: let the model keep to it (monotonic constraints, features left out, rows added), or mend "
    "what is declared in [checks.MQ009]"
)
FEW = "test on more rows, or raise rows in [checks.MQ009]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How answers are read: `classes` is empty for a regression; `meant` is the class that is looked at.

    Without it a change of any class's probability counts.
    """

    classes: tuple[str | int | float | bool, ...]
    meant: str | int | float | bool | None

    def quantities(self, answers: Answers) -> Numbers:
        """Return what is compared, shape (rows, quantities); a label without probabilities is its class's 1."""
        import numpy as np

        if not self.classes:
            return np.asarray(answers.values, dtype=np.float64)[:, None]
        chances = answers.probabilities
        if chances is None:
            places = positions(answers.values, self.classes)
            chances = (places[:, None] == np.arange(len(self.classes))).astype(np.float64)
        return chances if self.meant is None else chances[:, [self.classes.index(self.meant)]]

    def shown(self, answers: Answers, row: int) -> str:
        """Return one answer in words."""
        value = answers.values[row].tolist()
        if answers.probabilities is None:
            return f"{value:.6g}" if isinstance(value, float) else repr(value)
        chances = ", ".join(f"{chance:.6g}" for chance in self.quantities(answers)[row])
        return f"{value!r} ({self.named} {chances})"

    @property
    def named(self) -> str:
        """What is looked at, in words."""
        if not self.classes:
            return "answer"
        return "probabilities" if self.meant is None else f"probability of {self.meant!r}"


def judged(
    relation: Relation, pairs: Pairs, before: Answers, after: Answers, reading: Reading,
    *, contract: Contract, table: str, confidence: float,
) -> Finding:  # fmt: skip
    """Return whether the relation holds on the pairs, of which there is one at least."""
    import numpy as np

    against = _against(relation, reading.quantities(before), reading.quantities(after))
    broken = ~(against <= relation.tolerance)  # what is no number breaks it
    count, asked, limit = int(broken.sum()), len(broken), relation.at_most
    found = wilson(count, asked, confidence=2 * confidence - 1)
    ok: bool | None = count == 0
    if limit:
        ok = True if found.high <= limit else False if found.low > limit else None
    words = [f"{relation.name}: " + (f"{count} of {asked} rows break it" if count else f"holds on {asked} rows")]
    if limit:
        words[0] += f" ({found.low:.3g} to {found.high:.3g} at {confidence * 100:g}%, at most {limit:g} may)"
    words += [_what_would_decide(found, limit, asked)] if ok is None else []
    if count:
        worst = int(np.where(np.isnan(against), np.inf, against).argmax())
        answers = f"{reading.shown(before, worst)} -> {reading.shown(after, worst)}"
        words.append(f"the answer {MUST[relation.answer]}, and the worst is {answers}")
        words[-1] += f", where {_pair(pairs, worst, contract, table)}"
    words += [pairs.left_out] if pairs.left_out else []
    return Finding(
        ok=ok, message="; ".join(words), where=relation.name, rule="the relation holds", measured=count / asked,
        limit=limit, interval=(found.low, found.high) if limit else None,
        fix="" if ok else FEW if ok is None else FIX,
    )  # fmt: skip


def judged_example(example: Example, answers: Answers, row: int, reading: Reading) -> Finding:
    """Return whether the model says of the row at `row` what the example asks for."""
    value, quantities = answers.values[row].tolist(), reading.quantities(answers)[row]
    measured = float(quantities[0]) if len(quantities) == 1 else None
    wrong = [] if example.answer is None or _is_answer(value, example) else [f"must be {example.answer!r}"]
    if measured is not None:
        low, high = example.at_least, example.at_most
        wrong += [f"must be at least {low:g}"] if low is not None and not measured >= low else []
        wrong += [f"must be at most {high:g}"] if high is not None and not measured <= high else []
    words = f"{example.name}: the model answers {reading.shown(answers, row)}"
    return Finding(
        ok=not wrong, message=", ".join([words, *wrong]), where=example.name, rule="the example holds",
        measured=measured, limit=example.at_most if example.at_least is None else example.at_least,
        fix=FIX if wrong else "",
    )  # fmt: skip


def _is_answer(value: Any, example: Example) -> bool:
    if isinstance(value, float) and isinstance(example.answer, int | float):
        return abs(value - example.answer) / max(1.0, abs(example.answer)) <= example.tolerance
    return bool(value == example.answer)


def _against(relation: Relation, before: Numbers, after: Numbers) -> Numbers:
    """Return how far each answer moved against the relation, shape (rows,); relative above 1."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        moved: Numbers = (after - before) / np.maximum(1.0, abs(before))
    if relation.answer == "same":
        moved = abs(moved)
    elif relation.answer == "not lower":
        moved = -moved
    return np.asarray(moved.max(axis=1), dtype=np.float64)


def _what_would_decide(found: Interval, limit: float, rows: int) -> str:
    enough = rows_to_decide(found, limit, rows)
    if enough is None:
        return f"{rows} rows cannot decide, and no number of rows would"
    return f"{rows} rows cannot decide, about {enough:,} would in 4 of 5 cases"


def _pair(pairs: Pairs, row: int, contract: Contract, table: str) -> str:
    """Return the row and its change, without what is personal, because messages are logged."""
    old, new = pairs.before[row], pairs.after[row]
    columns = contract.columns
    moved = [
        f"{name} (personal)" if columns[name].personal else f"{name} {_text(old[name])} -> {_text(new[name])}"
        for name in new
        if old[name] != new[name]
    ]
    plain: Row = {name: value for name, value in old.items() if not columns[name].personal}
    return f"row {pairs.places[row] + 1} of {table} was changed in {', '.join(moved)}: {_as_json(plain)}"


def _text(value: Any) -> str:
    return "missing" if value is None else repr(value)


def _as_json(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)
