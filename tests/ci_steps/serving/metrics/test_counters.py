from __future__ import annotations

import multiprocessing

import pytest

from ci_steps.serving.metrics.counters import Counters, Family, Layout
from ci_steps.serving.metrics.text import exposition

SEEN = Family(name="seen_total", kind="counter", words="Seen.", labels=("what",))
TOOK = Family(name="took", kind="histogram", words="Took.", labels=("who", "le"))


def layout(*names):
    made = Layout()
    made.places(SEEN, last=names)
    return made


def count_in(folder, times):
    counters = Counters(layout("a", "b"), folder, "x")
    for _ in range(times):
        counters.add(0)
        counters.add(1, 0.5)


def test_the_sums_are_of_all_processes_also_of_those_that_have_ended(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_in, args=(tmp_path, 1000)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    own = Counters(layout("a", "b"), tmp_path, "x")
    own.values[:] += 2
    assert own.sums().tolist() == [3002, 1502]


def test_counters_of_another_layout_are_not_added(tmp_path):
    (tmp_path / "9.x").write_bytes(Counters(layout("a", "c"), None, "x")._memory[:])
    (tmp_path / "10.x").write_bytes(b"short")
    own = Counters(layout("a", "b"), tmp_path, "x")
    own.add(0)
    assert own.sums().tolist() == [1, 0]


def test_without_a_folder_a_process_counts_alone():
    first, second = (Counters(layout("a"), None, "x") for _ in range(2))
    first.add(0)
    assert (first.sums().tolist(), second.sums().tolist()) == ([1], [0])


def test_the_text_is_as_prometheus_reads_it():
    samples = [
        (SEEN, ('a "b"\\\n',), 3.0),
        (TOOK, ("x", "0.1"), 2.0),
        (TOOK, ("x", "+Inf"), 1.0),
        (TOOK, ("x", "sum"), 0.75),
        (TOOK, ("y", "0.1"), 0.0),
        (TOOK, ("y", "+Inf"), 0.0),
        (TOOK, ("y", "sum"), 0.0),
    ]
    assert exposition(samples).splitlines() == [
        "# HELP seen_total Seen.",
        "# TYPE seen_total counter",
        r'seen_total{what="a \"b\"\\\n"} 3',
        "# HELP took Took.",
        "# TYPE took histogram",
        'took_bucket{who="x",le="0.1"} 2',
        'took_bucket{who="x",le="+Inf"} 3',
        'took_sum{who="x"} 0.75',
        'took_count{who="x"} 3',
        'took_bucket{who="y",le="0.1"} 0',
        'took_bucket{who="y",le="+Inf"} 0',
        'took_sum{who="y"} 0',
        'took_count{who="y"} 0',
    ]


@pytest.mark.parametrize(("number", "text"), [(0.1, "0.1"), (2.0**53, "9007199254740992"), (1e-9, "1e-09")])
def test_numbers_are_written_in_full(number, text):
    assert exposition([(SEEN, ("a",), number)]).splitlines()[-1] == f'seen_total{{what="a"}} {text}'
