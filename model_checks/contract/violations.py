"""Says in SQL when a value breaks a rule; the same meaning as judging.py, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.formats import FORMATS
from model_checks.contract.multiples import EXACT

if TYPE_CHECKING:
    from model_checks.contract.columns import Kind
    from model_checks.contract.multiples import Multiple

FEW = 16  # whole numbers, up to which comparing is as fast as spelling and looking up
_COMPARISONS = {"minimum": "<", "maximum": ">", "exclusiveMinimum": "<=", "exclusiveMaximum": ">="}


def violation(rule: str, argument: Any, kind: Kind, value: str) -> str:
    """Return a condition that is true where `value` breaks `rule`, and false or NULL where it does not."""
    if rule in _COMPARISONS:
        return f"{value} {_COMPARISONS[rule]} {_literal(kind, argument)}"
    if rule in {"enum", "const"}:
        return _not_among(argument if rule == "enum" else (argument,), kind, value)
    if rule == "multipleOf":
        return _no_multiple(argument, kind, value)
    if rule == "minLength":
        return f"length({value}) < {argument}"
    if rule == "maxLength":
        return f"length({value}) > {argument}"
    pattern = FORMATS[argument] if rule == "format" else argument
    return f"NOT regexp_matches({value}, {literals.text(pattern.re2)})"


def _literal(kind: Kind, value: Any) -> str:
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    if kind == "string":
        return literals.text(value)
    return literals.integer(value) if kind == "integer" else literals.double(value)


def _not_among(values: tuple[Any, ...], kind: Kind, value: str) -> str:
    known = list(dict.fromkeys(each for each in values if each is not None))
    if not known:
        return f"{value} IS NOT NULL"
    looked_up = value if kind == "string" else f"CAST({value} AS VARCHAR)"
    # The engine compares with one value of IN after the other; among an ENUM's names it looks up by hash.
    if (kind == "string" and not any("\0" in each for each in known)) or (kind == "integer" and len(known) > FEW):
        names = ", ".join("'" + str(each).replace("'", "''") + "'" for each in known)
        return f"{value} IS NOT NULL AND TRY_CAST({looked_up} AS ENUM({names})) IS NULL"
    return f"{value} NOT IN ({', '.join(_literal(kind, each) for each in known)})"


def _no_multiple(step: Multiple, kind: Kind, value: str) -> str:
    if kind == "integer" and step.decimals:
        return f"CAST({value} AS HUGEINT) * {step.scale} % {step.numerator} <> 0"
    if step.decimals == 0:
        return f"{value} % {_literal(kind, step.numerator)} <> 0"
    scale, numerator = literals.double(step.scale), literals.double(step.numerator)
    steps = f"floor({value} * {scale} / {numerator} + {literals.double(0.5)})"
    near = f"{steps} * {numerator} / {scale} = {value}"
    return f"NOT (abs({value}) * {scale} > {literals.double(EXACT)} OR {near})"
