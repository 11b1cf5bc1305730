from __future__ import annotations

import json
import signal
import threading
import time
from collections import Counter

import pyarrow.parquet as pq
import pytest

from ci_steps.serving.engine import Answered
from ci_steps.serving.engines.onnx import OnnxEngine
from ci_steps.serving.request_log.log import GROUP, WAITING, RequestLog, Rotation
from ci_steps.serving.request_log.privacy import Privacy
from ci_steps.serving.served import Served
from model_checks.contract.dialect import Contract
from tests.ci_steps.serving.graphs import classifier
from tests.ci_steps.serving.packages import put_graph
from tests.ci_steps.serving.servers import running

CONTRACT = {
    "type": "object",
    "required": ["x", "name"],
    "properties": {"x": {"type": "number"}, "name": {"type": "string"}, "age": {"type": "integer"}},
}
ONE = Answered(values=["yes"], probabilities=[[0.25, 0.75]])
ROW = {"x": [1.0], "name": ["Ann"], "age": [None]}


def log_in(folder, *, personal=(), key=b"", share=1.0, rotation=None, counted=None):
    engine = OnnxEngine.of(classifier(), ("x", "name", "age"), ("no", "yes"))
    contract = Contract.parse(CONTRACT)
    served = Served(name="m", sha256="0" * 64, task="", target="", engine=engine, contract=contract, max_rows=9)
    counts = Counter()
    log = RequestLog(
        folder, served, Privacy(personal=frozenset(personal), key=key),
        rotation or Rotation(rows=1000, seconds=60, files=100), share=share,
        counted=counted or (lambda what, rows: counts.update({what: rows})),
    )  # fmt: skip
    return log, counts


def read(folder):
    return [row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_what_was_asked_and_answered_is_kept_with_its_time(tmp_path):
    log, counts = log_in(tmp_path)
    log.offer(
        {"x": [1, 2.5], "name": ["Ann", "Bo"], "age": [7.0, None]},
        2,
        Answered(values=["yes", "no"], probabilities=[[0.25, 0.75], [1.0, 0.0]]),
    )
    log.close()
    first, second = read(tmp_path)
    assert abs(first.pop("iddr.time").timestamp() - time.time()) < 60
    assert first == {
        "x": 1.0,
        "name": "Ann",
        "age": 7,
        "iddr.answer": "yes",
        "iddr.probability.no": 0.25,
        "iddr.probability.yes": 0.75,
    }
    assert (second["age"], second["iddr.answer"]) == (None, "no")
    assert counts == {"written": 2}
    assert not list(tmp_path.glob("*.unfinished"))


def test_personal_columns_are_left_out(tmp_path):
    log, _ = log_in(tmp_path, personal=["name", "age"])
    log.offer(ROW, 1, ONE)
    log.close()
    [row] = read(tmp_path)
    assert {"name", "age"} & set(row) == set()
    assert b"Ann" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_personal_columns_are_hashed_with_the_key_where_there_is_one(tmp_path):
    hashes = []
    for number, (key, age) in enumerate([(b"k1", 3), (b"k1", 3.0), (b"k2", 3)]):
        log, _ = log_in(tmp_path / str(number), personal=["name", "age"], key=key)
        log.offer(ROW | {"age": [age]}, 1, ONE)
        log.offer(ROW, 1, ONE)
        log.close()
        first, second = read(tmp_path / str(number))
        assert second["age"] is None
        assert len(first["name"]) == 32
        hashes.append((first["name"], first["age"]))
    assert hashes[0] == hashes[1]
    assert not set(hashes[0]) & set(hashes[2])


def test_a_share_of_the_requests_is_kept(tmp_path):
    log, counts = log_in(tmp_path, share=0.25)
    for _ in range(1000):
        log.offer(ROW, 1, ONE)
        time.sleep(0.0005)
    log.close()
    assert 150 < counts["written"] < 350  # 250 expected; six standard deviations are 82
    assert counts["dropped"] == 0


def test_files_are_finished_by_rows_and_the_newest_are_kept(tmp_path):
    log, counts = log_in(tmp_path, rotation=Rotation(rows=256, seconds=60, files=2))
    for _ in range(5):
        for _ in range(256):
            log.offer(ROW, 1, ONE)
        while counts["written"] % 256 or not counts["written"]:
            time.sleep(0.01)
        time.sleep(0.1)
    log.close()
    assert len(list(tmp_path.glob("*.parquet"))) == 2


def test_a_file_is_finished_after_its_time(tmp_path):
    log, _ = log_in(tmp_path, rotation=Rotation(rows=1000, seconds=0.2, files=9))
    log.offer(ROW, 1, ONE)
    deadline = time.monotonic() + 20
    while not read(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(read(tmp_path)) == 1
    log.close()


def test_what_the_thread_cannot_take_is_dropped_and_counted_and_nobody_waits(tmp_path):
    counts, busy, free = Counter(), threading.Event(), threading.Event()

    def counted(what, rows):
        counts[what] += rows
        if what == "written":
            busy.set()
            free.wait()

    log, _ = log_in(tmp_path, counted=counted)
    for _ in range(GROUP):
        log.offer(ROW, 1, ONE)
    assert busy.wait(20)
    for _ in range(WAITING + 500):
        log.offer(ROW, 1, ONE)
    assert counts["dropped"] == 500
    free.set()
    log.close()
    assert counts["written"] == GROUP + WAITING


def test_a_disk_that_cannot_be_written_drops_rows_and_answers_go_on(tmp_path):
    log, counts = log_in(tmp_path / "log")
    (tmp_path / "log").rmdir()
    for _ in range(300):
        log.offer(ROW, 1, ONE)
        time.sleep(0.001)
    (tmp_path / "log").mkdir()
    log.close()
    assert counts["dropped"] >= 256
    assert counts["dropped"] + counts["written"] == 300


def test_a_folder_that_cannot_be_written_is_told_at_the_start(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        log_in(tmp_path / "file")


def test_a_service_keeps_its_requests_also_the_last_ones_before_it_ends(app, tmp_path):
    package = put_graph(tmp_path / "p", classifier(), contract=CONTRACT, classes=["no", "yes"])
    manifest = json.loads((package / "manifest.json").read_text()) | {"personal": {"name": "hashed"}}
    (package / "manifest.json").write_text(json.dumps(manifest))
    with running(app, package, IDDR_REQUEST_LOG=str(tmp_path / "log")) as server:
        server.wait_until_ready()
        for x in (-1, 2):
            assert server.predict({"x": x, "name": "Ann"})[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
    rows = read(tmp_path / "log")
    assert [(row["x"], row["iddr.answer"]) for row in rows] == [(-1.0, "no"), (2.0, "yes")]
    assert "name" not in rows[0]
