from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.findings import NotAudited
from model_checks.service.sv004_latency_and_throughput import sv004
from tests.model_checks.made_footprints import about
from tests.model_checks.made_loads import made_load

ERRORS, P95, P99, RATE = "every request is answered", "95% of requests", "99% of requests", "requests a second"


def found(load, **options):
    return {f.rule: f for f in sv004(load, **options) if not f.note}


def notes(load, **options):
    return [f.message for f in sv004(load, **options) if f.note]


def test_a_healthy_service_holds_by_default():
    judged = found(made_load())
    assert list(judged) == [ERRORS, P95]
    assert all(f.ok for f in judged.values())
    assert "95% of requests of 1 row are answered within 4" in judged[P95].message
    assert "on 4 connections" in judged[P95].message


def test_what_has_no_budget_is_shown():
    told = notes(made_load())
    assert told[0].startswith("99% of requests")
    assert told[1].startswith("50% of requests")
    assert "requests_per_second in [checks.SV004] sets a budget" in told[2]


def test_a_slow_service_fails_and_says_what_to_do():
    finding = found(made_load(about(1500, count=200)))[P95]
    assert finding.ok is False
    assert finding.interval[0] > finding.limit == 1000
    assert "more workers" in finding.fix


def test_a_slow_tail_fails_at_the_further_quantile_alone():
    slow = about(40, count=1000)
    slow[::33] = 900
    judged = found(made_load(slow), p95_milliseconds=100, p99_milliseconds=100)
    assert (judged[P95].ok, judged[P99].ok) == (True, False)


def test_the_budget_is_inclusive():
    low, high = found(made_load())[P95].interval
    assert found(made_load(), p95_milliseconds=high)[P95].ok is True
    assert found(made_load(), p95_milliseconds=np.nextafter(high, 0))[P95].ok is None
    assert found(made_load(), p95_milliseconds=low)[P95].ok is None
    assert found(made_load(), p95_milliseconds=np.nextafter(low, 0))[P95].ok is False


def test_few_requests_are_undecided_and_say_how_many_would_decide():
    finding = found(made_load(about(40, count=20)))[P95]
    assert finding.ok is None
    assert "20 calls cannot decide, about 59 would" in finding.message
    assert "[providers.loads] requests" in finding.fix


def test_the_throughput_is_the_mean_over_the_whole_load():
    load = made_load()
    finding = found(load, requests_per_second=50)[RATE]
    assert finding.ok is True
    assert finding.measured == pytest.approx(1000 / load.ended[-1])
    assert finding.interval[0] < finding.measured < finding.interval[1]
    assert found(load, requests_per_second=500)[RATE].ok is False
    undecided = found(load, requests_per_second=round(finding.measured))[RATE]
    assert undecided.ok is None
    assert "cannot decide" in undecided.message


def test_the_throughput_of_few_requests_is_unknown():
    load = made_load(about(40, count=49))
    assert found(load, requests_per_second=50)[RATE].ok is None
    assert any("49 values are too few" in words for words in notes(load))


@pytest.mark.parametrize(
    ("status", "words"),
    [(500, "1 with status 500"), (503, "1 with status 503"), (0, "1 not at all"), (422, "1 with status 422")],
)
def test_one_request_that_is_not_answered_fails(status, words):
    load = made_load(status=np.append(np.full(999, 200), status), trouble="the reason")
    finding = found(load)[ERRORS]
    assert finding.ok is False
    assert f"of 1000 requests on 4 connections {words}, must be none; the first: the reason" in finding.message
    assert (finding.measured, finding.limit) == (1, 0)


def test_quick_refusals_do_not_count_as_quick_answers():
    took, status = about(1500, count=400), np.full(400, 200)
    took[::2], status[::2] = 1, 503
    assert found(made_load(took, status=status))[P95].ok is False


def test_a_service_that_answers_nothing_has_no_latency():
    judged = found(made_load(status=np.full(1000, 500), trouble="status 500"), requests_per_second=5)
    assert {rule: f.ok for rule, f in judged.items()} == {ERRORS: False, P95: None, RATE: None}


def test_a_time_that_is_no_number_is_not_within_a_budget():
    assert found(made_load([40.0] * 500 + [np.nan]))[P95].ok is None


def test_a_load_that_ran_out_of_time_is_told():
    assert any("after 1000 of 5000 requests" in words for words in notes(made_load(wanted=5000)))


def test_without_a_request_nothing_is_judged():
    with pytest.raises(NotAudited, match=r"\[providers.loads\]"):
        found(made_load([]))


@given(st.lists(st.floats(0.01, 5000), min_size=60, max_size=120), st.floats(1.01, 10))
def test_slower_is_never_better(milliseconds, factor):
    rank = {True: 2, None: 1, False: 0}
    quick, slow = (found(made_load(np.asarray(milliseconds) * by), requests_per_second=20) for by in (1, factor))
    assert rank[slow[P95].ok] <= rank[quick[P95].ok]
    assert slow[RATE].measured < quick[RATE].measured
