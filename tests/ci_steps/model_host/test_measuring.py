"""Real models are measured in their sandboxes; what was planted in them is found in the figures."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from ci_steps.model_host.host import open_model
from ci_steps.model_host.measuring import Amount, Subject, measured
from ci_steps.model_host.sandbox import HostLost
from model_checks.findings import ModelRaised
from model_checks.footprint import MEGABYTE
from model_checks.quality.mq013_within_budget import mq013
from tests.ci_steps.model_host.test_host import (  # noqa: F401 - fixtures
    COLUMNS,
    cleared,
    odd,
    odd_environment,
    rows,
    trained,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ci_steps.model_host.environments import Environment
    from ci_steps.model_host.isolation import Isolation
    from model_checks.footprint import Footprint
    from tests.ci_steps.model_host.test_host import OpenModel

SHORT = Amount(rows=60, batches=5, batch=100, seconds=20)
TABLE = pd.DataFrame({"x": np.arange(30.0)})


@pytest.fixture(params=["bubblewrap"])
def isolation(full_level: Isolation) -> Isolation:
    return full_level


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    (tmp_path / "small.model").write_bytes(b"1234")
    return tmp_path / "small.model"


def told(footprint: Footprint, **options: float) -> dict[str, bool | None]:
    return {f.rule: f.ok for f in mq013(footprint, **options) if not f.note}


@pytest.fixture
def planted(odd: OpenModel, small_file: Path):  # noqa: F811 - a fixture
    def measure(name: str, amount: Amount = SHORT) -> Footprint:
        with odd(name) as model:
            [found] = measured([Subject(model=model, file=small_file, features=TABLE)], amount, print)
        return found

    return measure


def test_a_healthy_pipeline_is_within_the_default_budgets_and_as_quick_as_itself(
    trained: Path,  # noqa: F811 - fixtures
    rows: pd.DataFrame,  # noqa: F811
    environment: Environment,
    isolation: Isolation,
    tmp_path: Path,
) -> None:
    file = trained / "model.joblib"
    with ExitStack() as closing:
        opened = [
            closing.enter_context(
                open_model(
                    file, scan=cleared(file, "joblib"), environment=environment, isolation=isolation,
                    contract_columns=COLUMNS, log=tmp_path / "log", work=tmp_path / each,
                )
            )
            for each in ("one", "two")
        ]  # fmt: skip
        pair = [Subject(model=model, file=file, features=rows) for model in opened]
        ours, theirs = measured(pair, Amount(rows=60, batches=6, batch=1000, seconds=20), print)
    found = list(mq013(ours, theirs, slower_than_champion=2, batch_rows_per_second=1000))
    assert [f.ok for f in found] == [True] * 7, found
    assert (len(ours.single.cpu), len(ours.batch.cpu), ours.batch_rows) == (60, 6, 1000)
    assert ours.single.block.tolist() == np.repeat(range(6), 10).tolist()
    assert ours.file_bytes == file.stat().st_size
    assert 50 * MEGABYTE < ours.loaded_bytes <= ours.peak_bytes < 600 * MEGABYTE
    assert 0.1 < ours.load_cpu_seconds < 30


def test_a_model_that_waits_is_told_by_the_clock_alone(planted) -> None:
    found = planted("Waiting")
    budgets = {"row_milliseconds": 15, "row_wall_milliseconds": 15}
    judged = told(found, **budgets)
    assert (judged["one row, of processor time"], judged["one row, by the clock"]) == (True, False)
    assert found.single.wall.min() >= 0.02
    assert np.median(found.single.cpu) < 0.005


def test_a_model_that_computes_is_told_by_both(planted) -> None:
    judged = told(planted("Busy"), row_milliseconds=15, row_wall_milliseconds=15)
    assert (judged["one row, of processor time"], judged["one row, by the clock"]) == (False, False)


def test_memory_is_told_at_its_peak_and_after_loading(planted) -> None:
    found = planted("Swelling")
    assert 200 * MEGABYTE < found.loaded_bytes < 330 * MEGABYTE
    assert 190 * MEGABYTE < found.peak_bytes - found.loaded_bytes < 330 * MEGABYTE
    assert told(found, memory=390)["memory"] is False
    assert told(found, memory=1000)["memory"] is True


def test_a_large_file_is_told(planted, small_file: Path) -> None:
    with small_file.open("wb") as file:
        file.truncate(1025 * MEGABYTE)
    assert told(planted("First", Amount(rows=2, batches=1, batch=1, seconds=5)))["size"] is False


def test_a_slow_model_is_not_called_longer_than_agreed_but_for_two_blocks(planted) -> None:
    found = planted("Waiting", Amount(rows=100, batches=9, batch=10, seconds=0.1))
    assert len(found.single.wall) < 25
    assert set(found.single.block) == {0, 1}
    assert len(found.batch.wall) in range(2, 7)


def test_what_the_model_raises_is_the_models(planted) -> None:
    with pytest.raises(ModelRaised, match="expected several rows"):
        planted("Picky")


def test_forged_times_are_no_answer(planted) -> None:
    with pytest.raises(HostLost, match="no answer: times of"):
        planted("Timing")
