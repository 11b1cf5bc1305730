from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.results import Result, Status
from ci_steps.results_json import document_of, result_from
from model_checks.findings import Finding
from model_checks.series import MOST, Series

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def reliability(**changed):
    fields = {
        "across": "said", "up": "happened", "x": (0.1, 0.9), "y": (0.2, 0.8), "low": (0.1, 0.7), "high": (0.3, 0.9),
        "rows": (50, 60), "diagonal": True,
    }  # fmt: skip
    return Series(**fields | changed)


@pytest.mark.parametrize(
    "changed",
    [{"x": (0.1,)}, {"low": ()}, {"rows": (1,)}, {"labels": ("a", "b")}, {"x": ()}, {"y": (0.0,) * (MOST + 1)}],
)
def test_parts_that_do_not_fit_together_are_refused(changed):
    if "y" in changed:
        changed = {**changed, "x": changed["y"], "low": (), "high": (), "rows": ()}
    with pytest.raises(ValueError, match="series"):
        reliability(**changed)


@given(st.lists(st.tuples(st.text(), NUMBERS), max_size=MOST), st.none() | NUMBERS, st.text())
def test_a_series_survives_the_way_to_another_agent(points, limit, across):
    series = Series(
        across=across, up="effect", labels=tuple(p[0] for p in points), y=tuple(p[1] for p in points), limit=limit
    )
    finding = Finding.said("drawn", series=series)
    result = Result(
        kind="check", name="DR001", title="t", phase="integration", status=Status.PASSED, findings=(finding,)
    )
    assert result_from(json.loads(json.dumps(document_of(result), allow_nan=False))) == result


def test_a_curve_with_intervals_survives_too():
    result = Result(
        kind="check", name="MQ005", title="t", phase="integration", status=Status.PASSED,
        findings=(Finding.said("curve", series=reliability()),),
    )  # fmt: skip
    assert result_from(json.loads(json.dumps(document_of(result)))) == result


def test_a_result_of_before_there_were_series_is_still_read():
    result = Result(
        kind="check", name="MQ005", title="t", phase="integration", status=Status.PASSED,
        findings=(Finding.said("curve"),),
    )  # fmt: skip
    document = document_of(result)
    del document["findings"][0]["series"]
    assert result_from(document) == result
