"""Makes the pairs of rows that a relation is about: each as it is, and as it is declared to be changed."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from model_checks.quality.changes import change_of, condition_of
from model_checks.statistics.agreement import evenly_spaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from model_checks.contract.dialect import Contract
    from model_checks.quality.changes import Change
    from model_checks.quality.relations import Relation

    Row = dict[str, Any]

HELD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Rows before and after a change, at their `places` in the table, which count from 0.

    Of `meant` rows that were looked at, `unchanged` ones stayed as they are, and `refused` ones are left out
    because the contract does not allow them after (or before) the change; `reason` says of the first one why.
    """

    places: tuple[int, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    meant: int
    unchanged: int
    refused: int
    reason: str

    @property
    def left_out(self) -> str:
        """How many rows were left out and why, in words; empty where none was."""
        words = [f"{self.unchanged} that the change leaves as they are"] if self.unchanged else []
        words += [f"{self.refused} that the contract does not allow ({self.reason})"] if self.refused else []
        return f"left out are {' and '.join(words)}" if words else ""


def pairs_of(relation: Relation, features: pd.DataFrame, contract: Contract, rows: int) -> Pairs:
    """Return up to `rows` pairs, evenly spaced among the rows that the relation means.

    Raises:
        ValueError: an entry of `change` or `where` is unsound; one line for each, with its key.
    """
    changes, meant = _read(relation, features, contract)
    places = _matching(features, meant)
    places = [places[place] for place in evenly_spaced(len(places), rows)] if places else []
    kept: list[tuple[int, Row, Row]] = []
    unchanged, refused, reason = 0, 0, ""
    random = Random(0)  # noqa: S311 - not secret: turns that go with no order of the table's own
    for place, before in zip(places, rows_at(features, places), strict=True):
        after = before | _changed(before, changes, random.getrandbits(32))
        if after == before:
            unchanged += 1
        elif wrong := why_refused(before, contract) or why_refused(after, contract):
            refused, reason = refused + 1, reason or wrong
        else:
            kept.append((place, before, after))
    one, two, three = zip(*kept, strict=True) if kept else ((), (), ())
    return Pairs(
        places=one, before=two, after=three, meant=len(places), unchanged=unchanged, refused=refused, reason=reason
    )


def rows_at(features: pd.DataFrame, places: Sequence[int]) -> list[Row]:
    """Return rows of the table with values as JSON has them; None where one lacks."""
    records = features.iloc[list(places)].to_dict("records")
    return [{str(name): None if _lacks(value) else value for name, value in row.items()} for row in records]


def why_refused(row: Mapping[str, Any], contract: Contract) -> str:
    """Return in which column, and how, `row` breaks the contract; empty where it does not.

    What a row lacks counts as null where null is allowed, and as absent elsewhere.
    """
    columns = contract.columns
    given = {n: v for n, v in row.items() if v is not None or (n in columns and columns[n].null_allowed)}
    given |= {n: None for n, c in columns.items() if n not in given and c.required and c.null_allowed}
    faults = contract.faults(given)
    return f"{faults[0].path.lstrip('/') or 'the row'} {faults[0].message}" if faults else ""


def unknown_column(name: str, contract: Contract) -> str:
    """Say that `name` is no feature, and which one may have been meant."""
    near = difflib.get_close_matches(name, contract.columns, 1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"the features are {', '.join(contract.columns)}"
    return f"no feature of the contract; {hint}"


def _lacks(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _read(
    relation: Relation, features: pd.DataFrame, contract: Contract
) -> tuple[dict[str, Change], dict[str, Callable[[Any], bool]]]:
    changes: dict[str, Change] = {}
    meant: dict[str, Callable[[Any], bool]] = {}
    faults = [] if relation.change else ["change: is empty; expected at least one column"]
    for key, entries in (("change", relation.change), ("where", relation.where)):
        for name, word in entries.items():
            try:
                if name not in contract.columns:
                    raise ValueError(unknown_column(name, contract))  # noqa: TRY301 - one place collects them
                if key == "change":
                    changes[name] = change_of(contract.columns[name], word, partial(_held, features[name]))
                else:
                    meant[name] = condition_of(contract.columns[name], word)
            except ValueError as error:
                faults.append(f"{key}.{name}: {error}")
    if faults:
        raise ValueError("\n".join(faults))
    return changes, meant


def _held(series: pd.Series[Any]) -> list[Any]:
    """Return up to `HELD` of the values that occur, from the least to the greatest."""
    values = sorted(set(series.dropna().tolist()))
    return [values[place] for place in evenly_spaced(len(values), HELD)] if values else []


def _matching(features: pd.DataFrame, meant: Mapping[str, Callable[[Any], bool]]) -> list[int]:
    kept = list(range(len(features)))
    for name, holds in meant.items():
        values = features[name].tolist()
        kept = [place for place in kept if holds(None if _lacks(values[place]) else values[place])]
    return kept


def _changed(row: Row, changes: Mapping[str, Change], turn: int) -> Row:
    """Return the changed columns; of columns that take any value each has a part of the turn."""
    made = {}
    for name, change in changes.items():
        made[name] = change.make(row[name], turn)
        turn //= change.turns
    return made
