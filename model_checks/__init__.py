"""Checks on a model and its data: pure functions that yield findings."""

from model_checks.checks import BLOCK, OFF, WARN, Check, Phase, check
from model_checks.findings import Finding, Level, ModelRaised, NotAudited
from model_checks.running import run
from model_checks.signatures import Count, Fraction, Megabytes, Seconds

__all__ = [
    "BLOCK", "OFF", "WARN", "Check", "Count", "Finding", "Fraction", "Level", "Megabytes", "ModelRaised",
    "NotAudited", "Phase", "Seconds", "check", "run",
]  # fmt: skip
