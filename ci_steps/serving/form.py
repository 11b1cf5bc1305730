"""A form made from the contract: one field for each column, with its range or its choices."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from model_checks.contract.columns import Column

LONG_LIST = 200


def fields(columns: Mapping[str, Column], typical: Mapping[str, Any]) -> str:
    """Return the fields of a row as HTML, filled with a typical row."""
    return "\n".join(
        _field(column, typical.get(name), place) for place, (name, column) in enumerate(columns.items())
    )


def _field(column: Column, value: Any, place: int) -> str:
    label = escape(column.title or column.name)
    told = "; ".join(filter(None, (column.description, _range(column), "may be empty" * column.nullable)))
    about = f'<small id="about-{place}">{escape(told)}</small>' if told else ""
    shown = _attributes(
        id=f"field-{place}", name=column.name, data_type=column.type, required=not column.nullable,
        aria_describedby=f"about-{place} fault-{place}" if told else f"fault-{place}",
    )  # fmt: skip
    fault = f'<output id="fault-{place}" class="fault" for="field-{place}"></output>'
    return f'<p><label for="field-{place}">{label}</label>{_input(column, value, shown)}{about}{fault}</p>'


def _input(column: Column, value: Any, shown: str) -> str:
    choices = [True, False] if column.type == "boolean" else list(column.rules.get("enum", ()))
    if choices and len(choices) <= LONG_LIST:
        blank = ['<option value=""></option>'] if column.nullable else []
        options = [_option(each, chosen=value == each) for each in choices if each is not None]
        return f"<select{shown}>{''.join((*blank, *options))}</select>"
    rules = column.rules
    if column.type == "string":
        more = _attributes(
            type="text", value=value or "", minlength=rules.get("minLength"), maxlength=rules.get("maxLength")
        )
    else:
        low, high = rules.get("minimum"), rules.get("maximum")
        step = 1 if column.type == "integer" else "any"
        more = _attributes(type="number", step=step, value=value, min=_plain(low), max=_plain(high))
    return f"<input{shown}{more}>"


def _option(value: Any, *, chosen: bool) -> str:
    # The value is written as JSON, so that 1 and "1" stay apart.
    shown = value if isinstance(value, str) else json.dumps(value)
    return f"<option{_attributes(value=json.dumps(value), selected=chosen)}>{escape(shown)}</option>"


def _attributes(**given: Any) -> str:
    return "".join(_attribute(name.replace("_", "-"), value) for name, value in given.items())


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(_plain(value)), quote=True)}"'


def _plain(value: Any) -> Any:
    """Return a whole float without its point, as a person writes it."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value  # noqa: PLR2004


def _range(column: Column) -> str:
    return (", " if column.type == "string" else " ").join(_limits(column))


def _limits(column: Column) -> Iterator[str]:
    words = {
        "minimum": "from {}", "exclusiveMinimum": "above {}", "maximum": "to {}", "exclusiveMaximum": "below {}",
        "minLength": "at least {} characters", "maxLength": "at most {} characters",
    }  # fmt: skip
    for rule, text in words.items():
        if (limit := column.rules.get(rule)) is not None:
            yield text.format(_plain(limit))
