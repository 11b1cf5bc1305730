from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from model_checks.checks import Phase, check
from model_checks.findings import Finding
from model_checks.fingerprints import fingerprint_of
from model_checks.signatures import Fraction
from model_checks.testing import obeys_contract


def xx001(rows, *, least: Fraction = 0.5):
    """Count rows.

    Why: a metric on few rows means little.
    Fix: collect more.
    Source: a test.
    """
    yield Finding.at_least("rows", len(rows), least, fix="collect more")


def broken(function):
    with pytest.raises(AssertionError) as error:
        obeys_contract(check("enough rows", phases=Phase.INTEGRATION)(function), make=lambda _: {"rows": [1]})
    return str(error.value)


def documented(function):
    function.__doc__ = xx001.__doc__
    return function


def test_a_good_check_of_a_plugin_obeys_and_its_findings_come_back():
    made = check("enough rows", phases=Phase.INTEGRATION)(xx001)
    [finding] = obeys_contract(made, make=lambda _: {"rows": [1], "options": {"least": 1.0}})
    assert (finding.ok, finding.limit) == (True, 1.0)


def test_a_code_must_be_one_and_must_not_be_the_kits():
    @documented
    def rows_enough(rows):
        yield Finding.at_least("rows", len(rows), 0)

    @documented
    def gv999(rows):
        yield Finding.at_least("rows", len(rows), 0)

    assert "is no code" in broken(rows_enough)
    assert "codes in GV are the kit's own" in broken(gv999)


def test_the_docstring_must_have_its_headings():
    def xx002(rows):
        """Count rows.

        Why: because.
        """
        yield Finding.at_least("rows", len(rows), 0)

    assert "the docstring lacks Fix:, Source:" in broken(xx002)


def test_options_need_defaults_within_their_bounds_and_a_schema():
    @documented
    def xx003(rows, *, least: Fraction):
        yield Finding.at_least("rows", len(rows), least)

    @documented
    def xx004(rows, *, least: Fraction = 2.0):
        yield Finding.at_least("rows", len(rows), least)

    @documented
    def xx005(rows, *, least: complex = 0):
        yield Finding.at_least("rows", len(rows), 0)

    assert "least have no default" in broken(xx003)
    assert "outside its own option's bounds: $.least" in broken(xx004)
    assert "no valid JSON Schema" in broken(xx005)


def test_the_same_inputs_must_give_the_same_findings():
    count = itertools.count()

    @documented
    def xx006(rows):
        yield Finding.at_least("rows", next(count), 0)

    assert "gave other findings" in broken(xx006)


def test_inputs_must_be_left_as_they_were():
    @documented
    def xx007(rows):
        rows.append(2)
        yield Finding.at_least("rows", len(rows), 0)

    assert "the input rows was changed" in broken(xx007)


def test_something_must_be_judged_with_a_rule_and_a_fix():
    @documented
    def xx008(rows):
        yield Finding.said("looked")

    @documented
    def xx009(rows):
        yield Finding(ok=False, message="too few")

    assert "it judged nothing" in broken(xx008)
    assert "has no rule" in broken(xx009)
    assert "has no fix" in broken(xx009)


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ({"a": [1]}, lambda v: v["a"].append(2)),
        (np.array([1.0, np.nan]), lambda v: v.__setitem__(0, 2.0)),
        (pd.DataFrame({"a": [1, 2]}), lambda v: v.__setitem__("b", 0)),
        (pd.DataFrame({"a": [1, 2]}), lambda v: v.__setitem__("a", [2, 1])),
        ({1, 2}, lambda v: v.add(3)),
    ],
)
def test_a_fingerprint_changes_with_the_content_alone(value, change):
    before = fingerprint_of(value)
    assert fingerprint_of(value) == before
    change(value)
    assert fingerprint_of(value) != before


def test_a_fingerprint_of_a_path_is_that_of_its_files(tmp_path):
    (tmp_path / "a").write_text("1")
    before = fingerprint_of(tmp_path)
    (tmp_path / "a").write_text("2")
    assert fingerprint_of(tmp_path) != before
    (tmp_path / "a").unlink()
    assert fingerprint_of(tmp_path / "a") != before
