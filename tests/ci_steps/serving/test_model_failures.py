from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ci_steps.serving.packages import ROW


@pytest.mark.parametrize("age", [66, 67, 68, 69, 70])
def test_a_model_that_fails_gives_500_without_details_and_stays_up(odd, age):
    status, answer = odd.predict(ROW | {"age": age})
    assert status == 500
    assert set(answer) == {"error", "request"}
    assert "secret" not in answer["error"]
    assert answer["request"] in odd.log.read_text()
    assert odd.ask("GET", "/health/ready")[0] == 200
    assert odd.predict(ROW) == (200, odd.predict(ROW)[1])


def test_the_log_says_why_the_model_failed(odd):
    odd.predict(ROW | {"age": 66})
    assert "ValueError: a secret of the model" in odd.log.read_text()


def test_a_model_without_probabilities_gives_predictions_alone(odd):
    answer = odd.predict(ROW, ROW | {"age": 31})[1]
    assert answer["predictions"] == [30 / 3, 31 / 3]
    assert set(answer) == {"predictions", "model"}


def test_numpy_scalars_among_objects_are_numbers(odd):
    assert odd.predict(ROW | {"age": 72})[1]["predictions"] == [pytest.approx(0.1, abs=1e-7)]


def test_health_is_answered_while_the_model_is_busy(odd):
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(odd.predict, ROW | {"age": 71})
        time.sleep(0.3)
        started = time.monotonic()
        assert odd.ask("GET", "/health/ready")[0] == 200
        assert time.monotonic() - started < 0.5
        assert not busy.done()
        assert busy.result()[0] == 200


def test_more_requests_than_may_wait_are_sent_away_at_once(odd):
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(odd.predict, ROW | {"age": 71}) for _ in range(6)]
        statuses = sorted(each.result()[0] for each in asked)
    assert statuses == [200, 200, 200, 503, 503, 503]
    assert odd.predict(ROW)[0] == 200
