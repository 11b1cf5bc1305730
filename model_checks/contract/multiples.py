"""Decides multipleOf the way people read decimals: 0.07 is a multiple of 0.01."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

EXACT = 2**53  # above it, float64 does not hold every whole number
DECIMALS = 15


@dataclass(frozen=True)
class Multiple:
    """A step of `numerator / 10**decimals`; both stay exact in float64."""

    numerator: int
    decimals: int

    @property
    def scale(self) -> int:
        """How many of the step's last decimal make one."""
        return int(10**self.decimals)

    @property
    def text(self) -> str:
        """The step as people write it."""
        return f"{Decimal(self.numerator).scaleb(-self.decimals):f}"

    @classmethod
    def of(cls, step: float) -> Multiple:
        """Read a step from its shortest decimal text.

        Raises:
            ValueError: the step is not above zero, or has more than 15 digits or decimals.
        """
        digits = Decimal(repr(step)).normalize().as_tuple()
        decimals = max(0, -int(digits.exponent))
        numerator = int(Decimal(repr(step)).scaleb(decimals))
        if digits.sign or numerator == 0 or decimals > DECIMALS or numerator > EXACT:
            raise ValueError("a number above 0 with at most 15 digits and 15 decimals")
        return cls(numerator, decimals)

    def divides_integer(self, value: int) -> bool:
        """Tell whether `value` is a whole number of steps, exactly."""
        return value * self.scale % self.numerator == 0

    def divides_number(self, value: float) -> bool:
        """Tell whether `value` is the float64 next to a whole number of steps.

        Beyond 2**53 of the step's last decimals float64 has no digit left to tell by: such a value holds.
        The engine does the same float64 operations in the same order, so both always agree.
        """
        if self.decimals == 0:
            return math.fmod(value, self.numerator) == 0.0
        if abs(value) * float(self.scale) > EXACT:
            return True
        steps = math.floor(value * float(self.scale) / float(self.numerator) + 0.5)
        return float(steps) * float(self.numerator) / float(self.scale) == value
