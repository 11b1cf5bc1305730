from __future__ import annotations

import threading
import time

import pytest

from ci_steps.limits import Limits, TimeIsUp, limited
from ci_steps.results import Status
from model_checks.checks import Phase
from model_checks.findings import Finding
from tests.ci_steps.small import Small, a_check, a_step


def xx001():
    yield Finding(ok=False, message="found before")
    try:
        time.sleep(30)
    except Exception:  # noqa: BLE001 - as careless code does
        yield Finding.said("went on")


def xx002():
    yield Finding.said("looked")


def test_what_takes_too_long_is_ended_and_says_how_to_give_it_more(tmp_path):
    small = Small(tmp_path, a_check(xx002), a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx003))
    begun = time.monotonic()
    results = small.results(limits=Limits(own={"making": 0.2}))
    assert time.monotonic() - begun < 10
    slow = results["making"]
    assert (slow.status, slow.fault) == (Status.BROKEN, "infrastructure")
    assert slow.reason == (
        "took longer than 0.2 s; give it more with [steps.making] time_limit, or [limits] step_seconds"
    )
    assert results["XX003"].status is Status.NOT_AUDITED
    assert not list((tmp_path / ".iddr" / "work").iterdir())


def making(tools):
    (tools.work / "half").touch()
    time.sleep(30)
    yield tools.store.add("made_file", tools.work / "half")


def xx003(made_file):
    yield Finding.said(str(made_file))


def test_what_was_found_before_the_time_was_up_counts(tmp_path):
    result = Small(tmp_path, a_check(xx001)).results(limits=Limits(check_seconds=0.2))["XX001"]
    assert [f.message for f in result.findings] == ["found before"]
    assert result.status is Status.FAILED


def test_an_inner_limit_stops_the_clock_of_the_outer_one():
    with limited(0.5):
        with limited(5):
            time.sleep(0.8)
        reached = True
        with pytest.raises(TimeIsUp), limited(0.1):
            time.sleep(5)
    assert reached


def test_the_outer_limit_goes_on_after_an_inner_one():
    def body():
        with limited(0.3):
            with limited(5):
                pass
            time.sleep(5)

    begun = time.monotonic()
    with pytest.raises(TimeIsUp):
        body()
    assert time.monotonic() - begun < 2


def test_outside_the_main_thread_nothing_is_limited():
    ended = []

    def body():
        with limited(0.05):
            time.sleep(0.2)
        ended.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert ended == [True]


def test_limits_know_their_own():
    limits = Limits(check_seconds=1, step_seconds=2, own={"MQ001": 9})
    assert [limits.seconds("check", "MQ001"), limits.seconds("check", "X"), limits.seconds("step", "X")] == [
        9,
        1,
        2,
    ]
