"""What a check says: one thing that it measured, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model_checks.series import Series


class Level(StrEnum):
    """What a failing check does to the gate."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class NotAudited(Exception):  # noqa: N818 - a verdict, not a fault
    """Raised by a check or a provider that could not look; the message says why and what to do."""


class ModelRaised(Exception):  # noqa: N818 - a finding about the model, not a fault of ours
    """The model itself raised on rows that it was given: a finding, never an infrastructure fault.

    Attributes:
        kind: the name of the exception's type in the model's process.
        detail: its message.
    """

    def __init__(self, kind: str, detail: str) -> None:
        """Keep the exception's type name and message, which crossed from another process as text."""
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement of a check about one place, kept whether it holds or not.

    `ok` is None where the data cannot decide. `rule` is a short stable name for what was looked at: with
    the check's code and `where` it is the finding's identity in a baseline, so it holds no numbers.
    `measured`, `limit` and `interval` (a confidence interval, low and high) share `unit`. `counterexample` is a
    made row of the features, as JSON has it, on which a model fails: a run keeps it, and later runs ask it first.
    `series` holds numbers that belong together, for a plot.
    `machine` says that the figure is of the machine too (a time, a memory): another one gives another.
    """

    ok: bool | None
    message: str
    where: str = ""
    rule: str = ""
    measured: float | None = None
    limit: float | None = None
    interval: tuple[float, float] | None = None
    unit: str = ""
    fix: str = ""
    note: bool = False
    counterexample: Mapping[str, Any] | None = None
    series: Series | None = None
    machine: bool = False

    @classmethod
    def said(
        cls, message: str, *, where: str = "", series: Series | None = None, machine: bool = False
    ) -> Finding:
        """Return a note: shown, recorded, and without a verdict."""
        return cls(ok=True, message=message, where=where, note=True, series=series, machine=machine)

    @classmethod
    def at_least(
        cls, what: str, measured: float, limit: float, *, where: str = "", unit: str = "", fix: str = ""
    ) -> Finding:
        """State that `what` must be `limit` or more (both in `unit`); NaN never holds."""
        message = f"{what} is {measured:g}{unit}, must be at least {limit:g}{unit}"
        return cls(
            ok=measured >= limit, message=message, where=where, rule=what,
            measured=measured, limit=limit, unit=unit, fix=fix,
        )  # fmt: skip

    @classmethod
    def at_most(
        cls, what: str, measured: float, limit: float, *, where: str = "", unit: str = "", fix: str = ""
    ) -> Finding:
        """State that `what` must be `limit` or less (both in `unit`); NaN never holds."""
        message = f"{what} is {measured:g}{unit}, must be at most {limit:g}{unit}"
        return cls(
            ok=measured <= limit, message=message, where=where, rule=what,
            measured=measured, limit=limit, unit=unit, fix=fix,
        )  # fmt: skip
