"""Counts what requests hold and what is answered: rows, faults, and values against the training rows."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_steps.serving.metrics.counters import Counters, Family, Layout
from ci_steps.serving.metrics.stability import stability_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ci_steps.serving.engine import Answered, Columns
    from ci_steps.serving.metrics.reference import Bins
    from ci_steps.serving.metrics.text import Sample
    from model_checks.contract.dialect import Contract

ROWS = Family(name="iddr_rows_total", kind="counter", words="Rows answered.")
VIOLATIONS = Family(
    name="iddr_contract_violations_total",
    kind="counter",
    words="Faults of refused rows, as far as they were listed; without a column: of the row as a whole.",
    labels=("column", "rule"),
)
UNSEEN = Family(
    name="iddr_unseen_categories_total",
    kind="counter",
    words="Values of a category that no training row has.",
    labels=("column",),
)
VALUES = Family(
    name="iddr_feature_values_total",
    kind="counter",
    words="Values answered, by the bins of the training rows.",
    labels=("column", "bin"),
)
REFERENCE = Family(
    name="iddr_feature_reference_values",
    kind="gauge",
    words="Values of the training rows in the same bins.",
    labels=("column", "bin"),
)
STABILITY = Family(
    name="iddr_feature_psi",
    kind="gauge",
    words="Population stability index of all values answered since the start, against the training rows.",
    labels=("column",),
)
ANSWERS = Family(name="iddr_answers_total", kind="counter", words="Answers, by class or bin.", labels=("answer",))
LOGGED = Family(
    name="iddr_logged_rows_total",
    kind="counter",
    words="Rows of the sample for the request log, written or dropped.",
    labels=("what",),
)
WHAT = ("written", "dropped")
MOST_CLASSES = 50
HELD = 256  # rows: counted together they cost a tenth, and take less than a millisecond


class RowCounts:
    """The counters of one model in one worker.

    Rows are held until there are `HELD` of them or somebody asks, and then counted column by column. Requests may
    come from the event loop and from the model's thread.
    """

    def __init__(
        self,
        contract: Contract,
        classes: tuple[Any, ...],
        bins: Mapping[str, Bins],
        target: str,
        folder: Path | None,
    ) -> None:
        """Lay out the counters; `bins` are those of the profile, also of the column `target`."""
        layout = Layout()
        self._rows = layout.place(ROWS)
        self._logged = layout.places(LOGGED, last=WHAT)
        self._violations = {each: layout.place(VIOLATIONS, *each) for each in _rules(contract)}
        self._bins = {name: bins[name] for name in contract.columns if name in bins}
        self._unseen = {name: layout.place(UNSEEN, name) for name, each in self._bins.items() if each.complete}
        self._values = {name: layout.places(VALUES, name, last=each.labels) for name, each in self._bins.items()}
        names = list(dict.fromkeys(map(str, classes[:MOST_CLASSES])))
        self._classes = {each: names.index(str(each)) for each in classes[:MOST_CLASSES]}
        self._target = None if classes else bins.get(target)
        # A label that stood twice would make the whole scrape fail.
        rest = "other" if "other" not in names else "any other class"
        labels = [*names, rest] if classes else self._target.labels if self._target else ()
        self._answers, self._rest = layout.places(ANSWERS, last=labels), len(names)
        self.counters = Counters(layout, folder, "rows")
        self._lock = threading.Lock()
        self._held: list[tuple[Columns, list[Any]]] = []
        self._count = 0

    def answered(self, columns: Columns, rows: int, answered: Answered) -> None:
        """Count rows that were answered."""
        with self._lock:
            self._held.append((columns, answered.values))
            self._count += rows
            if self._count >= HELD:
                self._settle()

    def refused(self, faults: Iterable[tuple[str, str]]) -> None:
        """Count faults, each a column (empty: the row as a whole) and a rule."""
        with self._lock:
            for column, rule in faults:
                known = (column, rule) if (column, rule) in self._violations else ("", rule)
                self.counters.add(self._violations[known if known in self._violations else ("", "other")])

    def logged(self, what: str, rows: int) -> None:
        """Count rows that the request log has written or dropped."""
        with self._lock:
            self.counters.add(self._logged + WHAT.index(what), rows)

    def settle(self) -> None:
        """Count what is held."""
        with self._lock:
            self._settle()

    def samples(self) -> list[Sample]:
        """Return the sums over all workers, and how far the values are from those of the training rows."""
        self.settle()
        found: list[Sample] = self.counters.samples()
        sums = np.array([number for _, _, number in found])
        for name, bins in self._bins.items():
            found += [
                (REFERENCE, (name, label), float(n)) for label, n in zip(bins.labels, bins.counts, strict=True)
            ]
            first = self._values[name]
            index = stability_index(np.array(bins.counts, dtype=float), sums[first : first + len(bins.labels)])
            found += [] if index is None else [(STABILITY, (name,), index)]
        return found

    def _settle(self) -> None:
        if not self._count:
            return
        held, count = self._held, self._count
        self._held, self._count = [], 0
        self.counters.add(self._rows, count)
        for name, bins in self._bins.items():
            counts, unseen = bins.count([value for columns, _ in held for value in columns[name]])
            self._spread(self._values[name], counts)
            if unseen:
                self.counters.add(self._unseen[name], unseen)
        self._count_answers([value for _, values in held for value in values])

    def _count_answers(self, values: list[Any]) -> None:
        try:
            if self._target:
                self._spread(self._answers, self._target.count(values)[0])
            elif self._classes:
                for value, times in Counter(values).items():
                    self.counters.add(self._answers + self._classes.get(value, self._rest), times)
        # A function may answer with anything that JSON holds, also with what has no class and no bin.
        except (TypeError, ValueError):
            return

    def _spread(self, first: int, counts: np.ndarray[Any, Any]) -> None:
        self.counters.values[first : first + len(counts)] += counts


def _rules(contract: Contract) -> list[tuple[str, str]]:
    """Return every column and rule that a fault can have."""
    whole = ("type", "additionalProperties", *(each.rule for each in contract.conditions), "other")
    found = [("", rule) for rule in whole]
    for name, column in contract.columns.items():
        found += [(name, rule) for rule in ("type", *(["required"] if column.required else []), *column.rules)]
    return list(dict.fromkeys(found))
