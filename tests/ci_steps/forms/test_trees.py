from __future__ import annotations

import importlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.tree import DecisionTreeClassifier

from ci_steps.forms.converting import lay_out

WIDTH, GRID = 5, 8
DRAW = np.random.default_rng(0)
# Values on a grid, so that many of them lie exactly on a threshold.
ROWS = (DRAW.integers(0, GRID, (400, WIDTH)) / 2).astype(np.float32)
SCORE = ROWS[:, 0] * ROWS[:, 1] + ROWS[:, 2] + DRAW.normal(size=len(ROWS))
MIDDLE = np.median(SCORE)
SECOND = SCORE > MIDDLE
GAPS = np.where(DRAW.random(ROWS.shape) < 0.2, np.nan, ROWS).astype(np.float32)


@pytest.fixture(scope="module")
def compact(tmp_path_factory):
    """Return the converter's function, laid out as it stands in the sandbox."""
    folder = lay_out(tmp_path_factory.mktemp("converter")).parent
    sys.path.insert(0, str(folder))
    yield importlib.import_module("iddr_converter.trees").compact
    sys.path.remove(str(folder))


def converted(model):
    """Return the graph as skl2onnx makes it."""
    from skl2onnx import to_onnx

    options = {"zipmap": False} if hasattr(model, "classes_") else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = to_onnx(model, ROWS[:1], options=options, target_opset={"": 18, "ai.onnx.ml": 3})
    for node in graph.graph.node:
        for each in [each for each in node.attribute if each.name == "nodes_hitrates"]:
            node.attribute.remove(each)
    return graph


def rewritten(graph, compact):
    """Return whether there was anything to change, and the changed graph."""
    changed = onnx.ModelProto()
    changed.CopyFrom(graph)
    found = compact(changed)
    if found:
        [trees] = [each for each in changed.opset_import if each.domain == "ai.onnx.ml"]
        trees.version, changed.ir_version = 5, 10
    onnx.checker.check_model(changed, full_check=True)
    return found, changed


def session(graph):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph.SerializeToString(), options)


def answers(running, rows):
    return [each.tolist() for each in running.run(None, {running.get_inputs()[0].name: rows})]


def forests():
    names = np.where(SECOND, "yes", "no")
    return {
        "of two classes": RandomForestClassifier(20, random_state=0).fit(ROWS, names),
        "of nought and one": ExtraTreesClassifier(10, random_state=0).fit(ROWS, SECOND.astype(int)),
        "of weights": RandomForestClassifier(9, random_state=0, class_weight="balanced").fit(ROWS, ROWS[:, 3] > 3),
        "with gaps": RandomForestClassifier(10, random_state=0).fit(GAPS, names),
        "a tree": DecisionTreeClassifier(max_depth=4).fit(ROWS, names),
        "of numbers": RandomForestRegressor(15, random_state=0).fit(ROWS, SCORE),
    }


@pytest.mark.parametrize("name", list(forests()))
def test_each_bit_of_the_answers_stays(compact, name):
    graph = converted(forests()[name])
    found, changed = rewritten(graph, compact)
    assert found
    assert not {"TreeEnsembleClassifier", "TreeEnsembleRegressor"} & {each.op_type for each in changed.graph.node}
    old, new = session(graph), session(changed)
    rows = GAPS if name == "with gaps" else ROWS
    assert answers(new, rows) == answers(old, rows)
    alone = [answers(new, rows[place : place + 1]) for place in range(40)]
    assert [[each[0] for each in row] for row in alone] == [
        list(each) for each in zip(*answers(old, rows[:40]), strict=True)
    ]


def test_rows_that_the_trees_vote_on_evenly_get_the_label_that_they_got(compact):
    graph = converted(forests()["of two classes"])
    old, new = session(graph), session(rewritten(graph, compact)[1])
    every = np.array(np.meshgrid(*[np.arange(GRID, dtype=np.float32) / 2] * WIDTH)).reshape(WIDTH, -1).T.copy()
    labels, chances = answers(new, every)
    assert sum(abs(first - second) < 1e-6 for first, second in chances) > 10
    assert [labels, chances] == answers(old, every)


FOREST = forests()["with gaps"]


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (3, WIDTH), elements=st.floats(width=32) | st.sampled_from([0.25, 0.75, 1.25])))
def test_any_numbers_are_answered_to_the_bit(compact, rows):
    graph = converted(FOREST)
    assert repr(answers(session(rewritten(graph, compact)[1]), rows)) == repr(answers(session(graph), rows))


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(5, random_state=0).fit(ROWS, np.digitize(SCORE, [3, 6])),
        GradientBoostingClassifier(n_estimators=5, random_state=0).fit(ROWS, SECOND),
        RandomForestClassifier(2, random_state=0).fit(ROWS, np.zeros(len(ROWS))),
        RandomForestRegressor(2, random_state=0).fit(ROWS, np.zeros(len(ROWS))),
        RandomForestRegressor(2, random_state=0).fit(ROWS, ROWS[:, :2]),
        VotingClassifier(
            [("a", DecisionTreeClassifier(max_depth=3)), ("b", GradientBoostingClassifier(n_estimators=3))],
            voting="soft",
            flatten_transform=False,
        ).fit(ROWS, SECOND),
    ],
    ids=["three classes", "boosted", "one class", "leaves alone", "two numbers", "one of two forests"],
)
def test_what_the_newer_operator_cannot_tell_stays_as_it_is(compact, model):
    graph = converted(model)
    found, changed = rewritten(graph, compact)
    assert not found
    assert list(changed.graph.node) == list(graph.graph.node)


@pytest.mark.parametrize("version", ["1.19.2", "1.9.0"])
def test_a_runtime_that_does_not_know_the_operator_gets_the_older_one(compact, tmp_path, monkeypatch, version):
    about = tmp_path / f"onnxruntime-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Name: onnxruntime\nVersion: {version}\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert not rewritten(converted(forests()["a tree"]), compact)[0]


def test_a_compact_forest_is_less_than_half_as_large(compact):
    graph = converted(forests()["of two classes"])
    assert rewritten(graph, compact)[1].ByteSize() < graph.ByteSize() / 2
