"""Judges a sample of a table's rows by the rules that are not compiled, with jsonschema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_checks.contract.backtracking import LONGEST, longest_text
from model_checks.contract.compiled import EXAMPLES_SHOWN, ROWS_SHOWN
from model_checks.contract.multiples import Multiple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from model_checks.contract.compiled import Compiled
    from model_checks.contract.uncompiled import Uncompiled

    Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What a sample says of one rule.

    `columns` are those that the rule mentions and the table has. `rows` counts the rows that the rule is asked
    of, those without a value of a wrong type; `judged` those of them that were judged, `broken` those that
    break it. `too_long` were drawn and not judged, because a text is longer than `longest` characters.
    `row_numbers` are the first broken rows, `cells` some of their cells.
    """

    rule: Uncompiled
    columns: tuple[str, ...]
    rows: int
    judged: int
    broken: int
    too_long: int
    longest: int
    row_numbers: tuple[int, ...]
    cells: tuple[Sequence[str], ...]


def judged_on_sample(rule: Uncompiled, plan: Compiled, query: Query, size: int) -> Sampled:
    """Judge at most `size` rows by `rule`: all, or rows drawn by a hash of their numbers.

    The same table gives the same rows. A text that Python's `re` could search too long is not judged.
    """
    columns = tuple(name for name in rule.columns if name in plan.values)
    fit, drawn = plan.drawn(columns, size)
    ((rows,),) = query(fit)
    longest = min([LONGEST, *map(longest_text, _patterns(rule.schema))])
    holds = judge(rule.schema)
    known: dict[tuple[Any, ...], bool] = {}
    broken, judged, too_long = [], 0, 0
    for row_at, cells, *values in query(drawn) if columns else ():
        if any(isinstance(value, str) and len(value) > longest for value in values):
            too_long += 1
            continue
        judged += 1
        key = tuple(map(repr, values))
        if key not in known:
            known[key] = holds(dict(zip(columns, values, strict=True)))
        if not known[key]:
            broken.append((row_at, cells))
    broken.sort(key=lambda found: int(found[0]))
    return Sampled(
        rule=rule, columns=columns, rows=int(rows), judged=judged, broken=len(broken),
        too_long=too_long, longest=longest,
        row_numbers=tuple(row for row, _ in broken[:ROWS_SHOWN]),
        cells=tuple(cells for _, cells in broken[:EXAMPLES_SHOWN]),
    )  # fmt: skip


def judge(schema: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Return jsonschema's judgement of a row by `schema`, with formats checked and multipleOf in decimals."""
    import jsonschema

    def steps(_: Any, step: float, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        size = Multiple.of(step)
        if not (size.divides_integer(value) if isinstance(value, int) else size.divides_number(value)):
            yield jsonschema.ValidationError("is no multiple")

    validators: Any = jsonschema.validators
    dialect = validators.extend(jsonschema.Draft202012Validator, {"multipleOf": steps})
    validator = dialect(schema, format_checker=dialect.FORMAT_CHECKER)
    return lambda row: bool(validator.is_valid(row))


def _patterns(schema: Any) -> Iterator[str]:
    """Yield every pattern in `schema`; what only looks like one, in a list of values, does no harm."""
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("pattern"), str):
                yield here["pattern"]
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
