from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.reports.interval_plots import axis_of, interval_plot, is_drawn, shared_axis, trend_plot
from ci_steps.reports.series_plots import series_plot
from model_checks.series import Series
from tests.ci_steps.reports.made_runs import reliability
from tests.ci_steps.reports.test_differences import a_figure

NUMBERS = st.floats(-1e6, 1e6)


def place(svg, name):
    element = next(e for e in ET.fromstring(svg).iter() if name in (e.get("class") or "").split())
    x = float(element.get("cx") or element.get("x") or element.get("x1"))
    return x, x + float(element.get("width") or 0)


@given(NUMBERS, NUMBERS, st.floats(0, 1e5), st.booleans())
def test_the_dot_is_on_the_side_of_the_limit_where_the_number_is(value, limit, span, ok):
    figure = a_figure(value, span, limit=limit, ok=ok)
    svg = interval_plot(figure, shared_axis([figure]))
    left, right = place(svg, "dot")
    at = place(svg, "limit")[0]
    if abs(value - limit) > 0.2 * (abs(value - limit) + span):
        assert ((left + right) / 2 < at) is (value < limit)
    assert 0 <= left <= right <= 240


@pytest.mark.parametrize(
    ("value", "limit", "ok", "grounds"),
    [
        (0.95, 0.9, True, "right"),
        (0.85, 0.9, False, "right"),
        (5.0, 9.0, True, "left"),
        (9.5, 9.0, False, "left"),
        (0.9, 0.9, None, ""),
    ],
)
def test_what_is_allowed_is_a_ground_on_its_side(value, limit, ok, grounds):
    figure = a_figure(value, 0.01, limit=limit, ok=ok)
    svg = interval_plot(figure, shared_axis([figure]))
    if not grounds:
        assert 'class="allowed"' not in svg
        return
    start, end = place(svg, "allowed")
    at = place(svg, "limit")[0]
    assert (
        (start == pytest.approx(at) and end == 240)
        if grounds == "right"
        else (start == 0 and end == pytest.approx(at))
    )


def test_a_failure_a_success_and_no_decision_differ_in_shape_too():
    shapes = [
        re.search(r'<(\w+) class="dot', interval_plot(a_figure(0.95, 0.01, ok=ok), shared_axis([a_figure(0.95)])))[
            1
        ]
        for ok in (True, False, None)
    ]
    assert shapes == ["circle", "rect", "circle"]
    assert 'fill="none"' in interval_plot(a_figure(0.95, 0.01, ok=None), shared_axis([a_figure(0.95)]))


def test_a_limit_is_told_with_all_of_its_digits():
    figure = a_figure(0.99958, limit=0.99999, ok=False)
    assert 'aria-label="0.9996, limit 0.99999"' in interval_plot(figure, shared_axis([figure]))


def test_what_shows_nothing_is_not_drawn():
    assert not is_drawn(a_figure(0.0, limit=0.0))
    assert not is_drawn(a_figure(3.0, limit=None))
    assert is_drawn(a_figure(3.0, 0.5, limit=None))


@given(st.lists(st.none() | NUMBERS, min_size=1, max_size=31), NUMBERS)
def test_a_trend_has_a_point_for_each_run_that_has_one(values, last):
    figures = [None if v is None else a_figure(v, 1.0) for v in [*values, last]]
    points = re.search(r'points="([^"]*)"', trend_plot(figures))[1].split()
    assert len(points) == sum(f is not None for f in figures)
    xs = [float(p.split(",")[0]) for p in points]
    assert xs == sorted(xs)
    assert all(0 <= float(p.split(",")[1]) <= 40 for p in points)


def test_a_limit_far_away_does_not_press_a_trend_flat():
    flat = trend_plot([a_figure(5.0, limit=250.0), a_figure(6.0, limit=250.0)])
    assert 'class="limit"' not in flat
    assert 'class="limit"' in trend_plot([a_figure(0.95), a_figure(0.93)])


@given(st.lists(NUMBERS, max_size=5))
def test_an_axis_holds_all_of_its_numbers(numbers):
    axis = axis_of(numbers, 0, 100)
    assert axis.low < axis.high
    assert all(axis.low <= n <= axis.high for n in numbers)


def test_a_curve_has_its_points_intervals_and_diagonal():
    svg = series_plot(reliability())
    root = ET.fromstring(svg)
    classes = [e.get("class") for e in root.iter()]
    assert classes.count("point") == 10
    assert classes.count("whisker") == 10
    assert classes.count("limit") == 1
    assert [e.text for e in root.iter("text")] == [
        "0",
        "0.5",
        "1",
        "0",
        "0.5",
        "1",
        "the probability of True",
        "share that happened",
    ]


def test_bars_stand_beside_their_limit():
    page = series_plot(Series(across="column", up="effect", labels=("a", "b"), y=(0.2, 0.01), limit=0.03))
    assert re.findall(r'class="(over|under)"', page) == ["over", "under"]
    assert page.count('class="limit"') == 2


@pytest.mark.parametrize("y", [(float("nan"),), (float("inf"),), ()])
def test_what_is_no_number_is_not_drawn(y):
    assert series_plot(Series(across="a", up="b", x=(1.0,) * len(y), y=y)) == ""
