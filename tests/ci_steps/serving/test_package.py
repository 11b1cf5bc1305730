from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ci_steps.serving.package import begin, holds_graph, open_package
from tests.ci_steps.serving.graphs import classifier
from tests.ci_steps.serving.packages import ROW, put_graph, put_model
from tests.ci_steps.serving.servers import on_loopback, running

CONTRACT = {"type": "object", "required": ["x"], "properties": {"x": {"type": "number"}}}


def graph(folder, content=None):
    return put_graph(folder, content or classifier(), contract=CONTRACT, classes=("no", "yes"))


def change(package, **entry):
    file = package / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["model"] |= entry
    file.write_text(json.dumps(manifest))
    return package


def test_a_graph_is_read_beside_what_else_is_done_and_another_model_is_left_to_who_knows_it(tmp_path):
    import numpy as np

    begun = begin(graph(tmp_path / "graph")).result(60)
    labels = begun.session.run(["label"], {"x": np.array([[-1.0], [1.0]], dtype=np.float32)})[0]
    assert labels.tolist() == ["no", "yes"]
    assert begin(put_model(tmp_path / "joblib", [1])).result(60).session is None


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"sha256": "0" * 64}, "SHA-256 is [0-9a-f]{64}, manifest.json says 0{64}: not loaded"),
        ({"path": "../elsewhere.onnx"}, "'../elsewhere.onnx' leads out of the package"),
    ],
)
def test_a_graph_that_is_not_what_the_manifest_says_is_not_read(tmp_path, entry, words):
    (tmp_path / "elsewhere.onnx").write_bytes(classifier())
    with pytest.raises(ValueError, match=words):
        open_package(change(graph(tmp_path / "p"), **entry))


def test_only_a_package_that_surely_holds_a_graph_is_said_to(tmp_path):
    assert holds_graph(graph(tmp_path / "graph"))
    assert not holds_graph(change(graph(tmp_path / "original"), form="original"))
    assert not holds_graph(put_model(tmp_path / "joblib", [1]))
    assert not holds_graph(tmp_path)
    (tmp_path / "manifest.json").write_text("[")
    assert not holds_graph(tmp_path)
    (tmp_path / "manifest.json").write_text('{"model": {}}')
    assert not holds_graph(tmp_path)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_each_worker_reads_the_graph_for_itself(app, tmp_path, workers):
    with running(app, graph(tmp_path / "p"), IDDR_WORKERS=workers, **on_loopback()) as server:
        server.wait_until_ready()
        for _ in range(20):
            assert server.predict({"x": 2.0})[1]["predictions"] == ["yes"]
        assert server.log.read_text().count("model credit") == int(workers)


@pytest.mark.parametrize(
    ("content", "entry", "words"),
    [(b"no graph", {}, "InvalidProtobuf"), (None, {"sha256": "0" * 64}, "not loaded")],
)
def test_a_graph_that_cannot_be_read_ends_the_service_with_the_reason_in_the_log(
    app, tmp_path, content, entry, words
):
    with running(app, change(graph(tmp_path / "p", content), **entry)) as server:
        assert server.process.wait(30) == 1
        log = server.log.read_text()
        assert words in log
        assert f"the model in {tmp_path / 'p'} could not be loaded" in log
        assert "ready after" not in log


def test_what_a_parent_imports_for_its_workers_starts_no_thread(app, tmp_path):
    # A process is copied with one of its threads alone: what another one holds at that moment is never let go.
    package = graph(tmp_path / "p")
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from ci_steps.serving import serve; from ci_steps.serving.settings import Settings\n"
        "serve._import_for_workers(Settings(model=Path(sys.argv[2]), workers=2))\n"
        "lacking = {'numpy', 'onnxruntime', 'ci_steps.serving.application'} - set(sys.modules)\n"
        "sys.exit(', '.join(lacking) or len(os.listdir('/proc/self/task')) - 1)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(app), str(package)], capture_output=True, text=True, check=False, env={}
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_parent_imports_nothing_for_models_that_start_threads_of_their_own(app, tmp_path):
    package = put_model(tmp_path / "p", [ROW])
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from ci_steps.serving import serve; from ci_steps.serving.settings import Settings\n"
        "serve._import_for_workers(Settings(model=Path(sys.argv[2]), workers=2))\n"
        "sys.exit(', '.join({'numpy', 'onnxruntime'} & set(sys.modules)) or 0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(app), str(package)], capture_output=True, text=True, check=False, env={}
    )
    assert (ended.returncode, ended.stderr) == (0, "")
