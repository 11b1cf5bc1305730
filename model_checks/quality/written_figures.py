"""A figure as it was written: its value, how it was rounded, and whether it stands for a measured one."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from model_checks.statistics.metrics import METRICS

PERCENT = 100
# Trailing noughts are not written, so that 1.0 is 1.00: who claims all or nothing means it to two digits.
WHOLE = 0.005
WIDEST = 0.05
SMALL = 1e-9
DIGITS = -300  # what a float can hold
UNLIMITED = {"mean_absolute_percentage_error"}


class NoFigure(Exception):  # noqa: N818 - told as it is
    """What stands in a figure's place is no number; the message says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A number, and half a unit of the last digit that was written."""

    value: float
    half_unit: float
    percent: bool = False


def written(found: object) -> Written:
    """Return the number that stands in a figure's place; text such as "86%" counts.

    Raises:
        NoFigure: it is not a finite number.
    """
    number, percent = found, False
    if isinstance(found, str):
        percent = found.rstrip().endswith("%")
        try:
            number = Decimal(found.strip().rstrip("%").strip())
        except InvalidOperation:
            raise NoFigure(f"is the text {found[:40]!r}, expected a number") from None
    if not isinstance(number, Decimal):
        raise NoFigure(f"is {json.dumps(number)}, expected a number")
    if not (number.is_finite() and math.isfinite(float(number))):
        raise NoFigure(f"is {number}, expected a finite number")
    half = 0.5 * 10.0 ** max(int(number.as_tuple().exponent), DIGITS)
    return Written(value=float(number), half_unit=half, percent=percent)


def stands_for(figure: Written, metric: str, measured: float, tolerance: float) -> bool:
    """Tell whether the figure, rounded as it is, may be `measured`."""
    half = figure.half_unit
    if is_share(metric):
        half = min(half, WHOLE if figure.value in (0, 1) else WIDEST)
    return abs(figure.value - measured) <= half + tolerance * abs(measured) + SMALL


def in_percent(figure: Written, metric: str) -> Written | None:
    """Return the figure as a share, where it was or may have been written in percent; None where it was not."""
    may = is_share(metric) or metric in UNLIMITED
    if not may or not (figure.percent or abs(figure.value) > 1):
        return None
    return Written(value=figure.value / PERCENT, half_unit=figure.half_unit / PERCENT, percent=True)


def is_share(metric: str) -> bool:
    """Tell a metric that is 1 at most."""
    return metric in METRICS and METRICS[metric].higher_is_better
