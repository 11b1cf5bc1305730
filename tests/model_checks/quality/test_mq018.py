from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.quality.mq018_not_at_edge_of_search import mq018
from model_checks.search import Parameter, Search, read_search


@pytest.fixture
def judged(tmp_path):
    def judge(document, **options):
        path = tmp_path / "search.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return list(mq018(read_search(path), **options))

    return judge


@pytest.fixture
def only(judged):
    def judge(name="max_depth", **entry):
        [finding] = judged({"parameters": {name: entry}})
        return finding

    return judge


@pytest.mark.parametrize(
    ("chosen", "ok", "said"),
    [
        (4, True, "4 lies inside of 4 numbers from 2 to 16"),
        (16, False, "16 is the highest of 4 numbers from 2 to 16: a better one may lie above"),
        (2, False, "2 is the lowest of 4 numbers from 2 to 16: a better one may lie below"),
    ],
)
def test_the_ends_of_a_grid_are_its_edges(only, chosen, ok, said):
    finding = only(chosen=chosen, values=[16, 4, 2, 8])
    assert (finding.ok, finding.message, finding.where) == (ok, said, "search.json.max_depth")
    assert bool(finding.fix) is not ok


@pytest.mark.parametrize(
    ("chosen", "log", "ok"),
    [
        (0.99, False, False), (1.0, False, False), (0.98, False, True), (0.01, False, False), (0.011, False, True),
        (0.0104, True, False), (0.011, True, True), (0.02, True, True), (0.96, True, False), (0.9, True, True),
    ],
)  # fmt: skip
def test_next_to_an_end_of_a_range_is_within_a_hundredth_of_it(only, chosen, log, ok):
    low = 1e-2 if log else 0.0
    assert only("eta", chosen=chosen, low=low, high=1.0, log=log).ok is ok


def test_exactly_at_the_limit_is_next_to_the_end(judged):
    entry = {"chosen": 75.0, "low": 0, "high": 100}
    assert [f.ok for f in judged({"parameters": {"p": entry}}, within=0.25)] == [False]
    assert [f.ok for f in judged({"parameters": {"p": entry}}, within=0.2499)] == [True]


@pytest.mark.parametrize(
    ("name", "entry", "ok"),
    [
        ("subsample", {"chosen": 1.0, "values": [0.5, 0.8, 1.0]}, True),
        ("clf__subsample", {"chosen": 0.5, "values": [0.5, 0.8, 1.0]}, False),
        ("model__max_depth", {"chosen": 1, "values": [1, 2, 3]}, True),
        ("model__max_depth", {"chosen": 3, "values": [1, 2, 3]}, False),
        ("C", {"chosen": 1.0, "values": [0.01, 0.1, 1.0]}, False),
        ("size", {"chosen": 64, "values": [16, 32, 64], "bound": "high"}, True),
        ("size", {"chosen": 16, "values": [16, 32, 64], "bound": "high"}, False),
        ("size", {"chosen": 16, "values": [16, 32, 64], "bound": True}, True),
        ("size", {"chosen": 16, "values": [16, 32, 64], "bound": "both"}, True),
    ],
)
def test_an_end_that_is_a_bound_is_no_fault(only, name, entry, ok):
    assert only(name, **entry).ok is ok


@pytest.mark.parametrize(
    "entry",
    [
        {"chosen": "rbf", "values": ["linear", "poly", "rbf"]},
        {"chosen": True, "values": [True, False]},
        {"chosen": None, "values": [2, 4, 8, None]},
        {"chosen": 8, "values": [4, 8]},
        {"chosen": 8, "values": [8]},
        {"chosen": 8, "values": [8, 8.0, 8]},
    ],
)
def test_what_has_no_edge_is_undecided_and_says_so(judged, entry):
    note, finding = judged({"parameters": {"p": entry}})
    assert note.note
    assert (finding.ok, note.where) == (None, "search.json.p")
    assert "none of 1 parameters has an edge" in finding.message


def test_what_has_no_edge_takes_no_part_beside_what_has(judged):
    kernel, size = {"chosen": "rbf", "values": ["rbf"]}, {"chosen": 4, "values": [2, 4, 8]}
    assert [f.note for f in judged({"parameters": {"kernel": kernel, "size": size}})] == [True, False]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"chosen": 7, "values": [2, 4, 8]}, "7 was chosen, which is none of the values that were tried"),
        ({"chosen": "svm", "values": ["rbf"]}, "'svm' was chosen, which is none of the values"),
        ({"chosen": 1, "values": [True, False]}, "1 was chosen, which is none of"),
        ({"chosen": 7, "low": 0, "high": 5}, "7 was chosen, which is outside 0 to 5"),
        ({"values": [1, 2, 3]}, 'has no "chosen" value'),
        ({"chosen": 1, "values": []}, 'has no list of "values"'),
        ({"chosen": 1, "low": 3, "high": 3}, "has the range 3 to 3, which is none"),
        ({"chosen": 1, "low": 0, "high": 3, "log": True}, "has the range 0 to 3 on a logarithmic scale"),
        ({"chosen": 1, "low": 0}, 'needs "values", or numbers as'),
        ({"chosen": "a", "low": 0, "high": 1}, 'needs "values", or numbers as'),
        ({"chosen": 1, "low": 0, "high": 3, "log": "yes"}, "has \"log\" 'yes'; expected true or false"),
        ({"chosen": 1, "values": [1, 2], "bound": "top"}, "has \"bound\" 'top'"),
        ([1, 2], 'has no "chosen" value'),
    ],
)
def test_a_record_that_cannot_be_true_fails(judged, entry, said):
    [finding] = judged({"parameters": {"p": entry}})
    assert finding.ok is False
    assert finding.message.startswith(said)
    assert finding.fix


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"), ("[]", "holds a list"), ("{}", "has no parameters"), ('{"parameters": {}}', "has no para"),
        ('{"best_params": {"a": 1}}', "has no parameters"), ("", "is no JSON"), ("[" * 100_000, "is no JSON"),
        ('{"parameters": {"p": {"chosen": NaN, "low": 0, "high": 1}}}', 'needs "values", or numbers'),
    ],
)  # fmt: skip
def test_what_is_no_record_fails_and_says_what_is_expected(judged, text, said):
    [finding] = judged(text)
    assert (finding.ok, finding.rule) == (False, "the record can be read")
    assert finding.message.startswith(said)


def test_grids_of_scikit_learn_are_read(judged):
    grids = [{"clf__C": [0.1, 1, 10], "clf__kernel": ["linear"]}, {"clf__C": [100.0], "clf__gamma": [0.1]}]
    found = judged({"best_params": {"clf__C": 10, "clf__kernel": "linear"}, "param_grid": grids})
    assert [(f.ok, f.note) for f in found] == [(True, False), (True, True)]
    assert "from 0.1 to 100" in found[0].message
    [alone] = judged({"best_params": {"depth": 9}, "param_grid": {"depth": [1, 5, 9]}})
    assert alone.ok is False


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "search.json"
    with path.open("wb") as file:
        file.truncate(17 << 20)
    assert "is larger than 16 MB" in read_search(path).problems[0][1]


@given(st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=9, unique=True), st.data())
def test_only_the_ends_of_a_grid_fail(values, data):
    chosen = data.draw(st.sampled_from(values))
    record = Search(name="s", parameters=(Parameter(name="p", chosen=chosen, values=tuple(values)),))
    [finding] = mq018(record)
    if chosen in (min(values), max(values)):
        assert finding.ok is False


@given(st.floats(0, 1), st.booleans())
def test_turned_round_a_range_gives_the_same_verdict(share, log):
    low, high = (-2.0, 3.0)
    at, turned = low + share * (high - low), high - share * (high - low)
    findings = [
        next(
            mq018(
                Search(
                    name="s",
                    parameters=(
                        Parameter(
                            name="p", chosen=min(max(f(x), f(low)), f(high)), low=f(low), high=f(high), log=log
                        ),
                    ),
                )
            )
        )
        for x in (at, turned)
        for f in [(lambda v: 10.0**v) if log else float]
    ]
    assert abs(min(share, 1 - share) - 0.01) < 1e-6 or findings[0].ok is findings[1].ok
