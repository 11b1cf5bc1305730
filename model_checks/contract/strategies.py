"""Makes rows that obey the contract, for Hypothesis to search through.

There is one strategy for each case in which the conditions over several columns hold; all are filtered.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model_checks.contract.backtracking import longest_text
from model_checks.contract.cases import by_column, cases, may_be_absent, narrowed, obeys, value_allowed
from model_checks.contract.judging import faults_of
from model_checks.contract.value_strategies import NoValue, any_letter, listed_values, values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from model_checks.contract.cases import Case
    from model_checks.contract.columns import Column
    from model_checks.contract.dialect import Contract
    from model_checks.contract.uncompiled import Uncompiled


__all__ = ["NoValue", "keeper", "rows", "values"]


def rows(contract: Contract, seen: Mapping[str, Sequence[str]] | None = None) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy for rows that obey the contract: `contract.faults(row)` is empty.

    Values lie at the limits and between them; null and absent come where they are allowed; texts are
    any Unicode where nothing limits them, or one of those `seen` in their column. Numbers without a limit stay
    within 10**9 of the other limit or zero.
    Conditions over several columns are met in up to 64 ways. What is not compiled is obeyed too.

    Raises:
        NoValue: no value obeys the rules of some column, or no row the conditions.
    """
    from hypothesis import strategies as st

    sought = _sought(contract)
    for name, column in contract.columns.items():
        if name not in sought:
            values(column)
    drawing = _Drawing(contract, sought, seen or {})
    found = cases([condition.node for condition in contract.conditions], drawing.is_possible)
    if not found:
        listed = ", ".join(condition.path for condition in contract.conditions)
        raise NoValue(f"the conditions over several columns: no way was found to obey all of {listed}")
    return st.one_of([drawing.rows(case) for case in found]).filter(keeper(contract))


@dataclass(frozen=True)
class _Drawing:
    contract: Contract
    sought: Mapping[str, SearchStrategy[str]]
    seen: Mapping[str, Sequence[str]]
    known: dict[tuple[str, Case], bool] = field(default_factory=dict)

    def is_possible(self, case: Case) -> bool:
        """Tell whether each column can meet the demands on it."""
        return all(self._can(self.contract.columns[name], part) for name, part in by_column(case).items())

    def rows(self, case: Case) -> SearchStrategy[dict[str, Any]]:
        """Return a strategy for the rows of one case."""
        from hypothesis import strategies as st

        demands, columns = by_column(case), self.contract.columns
        needed: dict[str, SearchStrategy[Any]] = {}
        optional: dict[str, SearchStrategy[Any]] = {}
        for name, column in columns.items():
            asked = demands.get(name, ())
            absent = may_be_absent(column, asked)
            made = None if absent and not self._has_value(column, asked) else self._values(column, asked)
            if made is not None:
                (optional if absent else needed)[name] = made
        drawn = st.fixed_dictionaries(needed, optional=optional)
        return drawn.map(lambda row: {name: row[name] for name in columns if name in row})

    def _can(self, column: Column, demands: Case) -> bool:
        key = (column.name, demands)
        if key not in self.known:
            self.known[key] = may_be_absent(column, demands) or self._has_value(column, demands)
        return self.known[key]

    def _has_value(self, column: Column, demands: Case) -> bool:
        try:
            return self._values(column, demands) is not None
        except NoValue:
            return False

    def _values(self, column: Column, demands: Case) -> SearchStrategy[Any] | None:
        """Return a strategy for the values, or null, that meet the demands; None where it must be left out.

        Raises:
            NoValue: there are none.
        """
        from hypothesis import strategies as st

        narrow = narrowed(column, demands)
        if narrow is None:
            return None
        if not value_allowed(demands):
            if not narrow.null_allowed:
                raise NoValue(f"column {column.name}: neither a value nor null obeys the conditions")
            return st.none()
        listed = listed_values(narrow)
        if listed is not None:
            allowed = [value for value in listed if obeys(value, demands)]
            if not allowed:
                raise NoValue(f"column {column.name}: none of the listed values obeys the conditions")
            return st.sampled_from(allowed)
        if column.name not in self.sought:
            made = values(narrow)
            if known := [value for value in self.seen.get(column.name, ()) if not faults_of(narrow, value)]:
                made = st.sampled_from(known) | made
            # Each filter is one more draw within a draw, and a row has a hundred of those.
            return made.filter(lambda value: obeys(value, demands)) if demands else made
        made = self.sought[column.name] | st.none() if narrow.null_allowed else self.sought[column.name]
        return made.filter(lambda value: not faults_of(narrow, value) and obeys(value, demands))


def _sought(contract: Contract) -> dict[str, SearchStrategy[str]]:
    """Return how to draw the texts of columns with a rule that is not compiled, so that they are met at all."""
    return {rule.columns[0]: _texts(rule) for rule in contract.uncompiled if not rule.over_row}


def _texts(rule: Uncompiled) -> SearchStrategy[str]:
    from hypothesis import strategies as st

    letters = any_letter()
    argument = rule.schema["properties"][rule.columns[0]][rule.rule]
    if rule.rule == "pattern":
        if not longest_text(argument):
            raise NoValue(
                f"column {rule.columns[0]}: its pattern can take for ever to search for: write it otherwise"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return st.from_regex(re.compile(argument), alphabet=letters)
    made: dict[str, SearchStrategy[str]] = {
        "ipv6": st.ip_addresses(v=6).map(str),
        "idn-email": st.emails(),
        "idn-hostname": st.from_regex(r"[a-z]{1,20}", fullmatch=True),
        "regex": st.text(letters, max_size=20),
    }
    return made[argument]


def keeper(contract: Contract) -> Callable[[dict[str, Any]], bool]:
    """Return what tells whether a row obeys the contract, with the rules that are not compiled."""
    if not contract.uncompiled:
        return lambda row: not contract.faults(row)
    from model_checks.contract.sampled import judge

    judges = [judge(rule.schema) for rule in contract.uncompiled]
    return lambda row: not contract.faults(row) and all(holds(row) for holds in judges)
