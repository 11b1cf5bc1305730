from __future__ import annotations

import datetime as dt
import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.governance.gv001_provenance_is_declared import gv001
from model_checks.inputs import Datasheet
from tests.model_checks.fake_table import table

BYTES = b"a,b\n1,2\n"
DIGEST = hashlib.sha256(BYTES).hexdigest()
TRAIN = table(digest=DIGEST, a=["1"])


@pytest.fixture
def source(tmp_path):
    (tmp_path / "raw.csv").write_bytes(BYTES)
    return {
        "name": "register",
        "collected": {"from": dt.date(2024, 1, 1), "to": dt.date(2024, 2, 1)},
        "collected_by": "the office",
        "process": "all applications",
        "evidence": [{"file": "raw.csv", "sha256": DIGEST}],
    }


def judged(source, folder, train=TRAIN):
    return list(gv001(train, Datasheet(name="datasheet.toml", sections={"source": source}, folder=folder)))


def failures(findings):
    return [f for f in findings if f.ok is False]


def test_declared_source_with_its_evidence_holds(source, tmp_path):
    findings = judged(source, tmp_path)
    assert len(findings) == 6
    assert failures(findings) == []
    assert any("2024-01-01 to 2024-02-01" in f.message for f in findings)


def test_missing_datasheet_fails_and_says_how_to_write_one(tmp_path):
    [finding] = gv001(TRAIN, Datasheet(name="", sections={}, folder=tmp_path))
    assert finding.ok is False
    assert "datasheet.toml" in finding.fix


def test_empty_datasheet_fails_once_for_each_thing_that_is_not_declared(tmp_path):
    [*found] = failures(gv001(TRAIN, Datasheet(name="datasheet.toml", sections={}, folder=tmp_path)))
    assert {f.where.rpartition(".")[2] for f in found} == {
        "name", "collected", "collected_by", "process", "evidence",
    }  # fmt: skip
    assert any(DIGEST in f.fix for f in found)


@pytest.mark.parametrize("key", ["name", "collected", "collected_by", "process", "evidence"])
def test_question_fails_in_its_own_words(source, tmp_path, key):
    [finding] = failures(judged(source | {key: "? who knows this"}, tmp_path))
    assert finding.where == f"datasheet.toml: source.{key}"
    assert '"who knows this"' in finding.message


@pytest.mark.parametrize("key", ["file", "url", "sha256"])
def test_question_within_evidence_fails_in_its_own_words(source, tmp_path, key):
    entry = {"file": "raw.csv", "sha256": DIGEST, "derivation": "copied"} | {key: "? which"}
    [finding] = failures(judged(source | {"evidence": [entry]}, tmp_path))
    assert finding.where == f"datasheet.toml: source.evidence[0].{key}"
    assert '"which"' in finding.message


def test_blank_text_declares_nothing(source, tmp_path):
    [finding] = failures(judged(source | {"process": " "}, tmp_path))
    assert finding.rule == "process is declared"


def test_changed_evidence_file_fails_with_both_digests(source, tmp_path):
    (tmp_path / "raw.csv").write_bytes(BYTES + b"3,4\n")
    [finding] = failures(judged(source, tmp_path))
    assert DIGEST[:12] in finding.message
    assert hashlib.sha256(BYTES + b"3,4\n").hexdigest() in finding.fix


@pytest.mark.parametrize("file", ["gone.csv", ".", "raw.csv/deeper.csv"])
def test_evidence_that_is_no_file_fails(source, tmp_path, file):
    [finding] = failures(judged(source | {"evidence": [{"file": file, "sha256": DIGEST}]}, tmp_path))
    assert finding.message == f"there is no file {file} beside datasheet.toml"


@pytest.mark.parametrize("entry", [{"file": "raw.csv"}, {"sha256": DIGEST}, {}])
def test_incomplete_evidence_fails(source, tmp_path, entry):
    found = failures(judged(source | {"evidence": [entry]}, tmp_path))
    assert any("expected sha256 and one of file and url" in f.message for f in found)


def test_evidence_that_does_not_lead_to_the_table_fails(source, tmp_path):
    [finding] = failures(judged(source, tmp_path, table(digest="b" * 64, a=["1"])))
    assert finding.rule == "evidence leads to the training table"
    assert "derivation" in finding.fix


def test_declared_derivation_leads_to_the_table(source, tmp_path):
    source["evidence"][0]["derivation"] = "split.py raw.csv"
    assert failures(judged(source, tmp_path, table(digest="b" * 64, a=["1"]))) == []


def test_question_in_place_of_the_derivation_leads_nowhere(source, tmp_path):
    source["evidence"][0]["derivation"] = "? how is it made"
    [finding] = failures(judged(source, tmp_path, table(digest="b" * 64, a=["1"])))
    assert '"how is it made"' in finding.message


def test_address_is_compared_by_its_declared_digest_and_not_fetched(source, tmp_path):
    entry = {"url": "https://example.org/raw.csv", "sha256": DIGEST.upper()}
    findings = judged(source | {"evidence": [entry]}, tmp_path)
    assert failures(findings) == []
    assert any("not fetched" in f.message for f in findings)


def test_evidence_that_cannot_be_read_is_not_audited(source, tmp_path):
    # A name longer than the file system allows: the same error for every user, root too.
    long = "x" * (os.pathconf(tmp_path, "PC_NAME_MAX") + 1)
    with pytest.raises(NotAudited, match="cannot be read"):
        judged(source | {"evidence": [{"file": long, "sha256": DIGEST}]}, tmp_path)


def test_a_pipe_is_no_evidence_and_keeps_nobody_waiting(source, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    [finding] = failures(judged(source | {"evidence": [{"file": "pipe", "sha256": DIGEST}]}, tmp_path))
    assert finding.message == "there is no file pipe beside datasheet.toml"


def test_each_table_needs_evidence_of_its_own(source, tmp_path):
    sheet = Datasheet(name="datasheet.toml", sections={"source": source}, folder=tmp_path)
    other = table("test.csv", digest="b" * 64, a=["1", "2"])
    [finding] = failures(gv001(TRAIN, sheet, other))
    assert finding.rule == "evidence leads to the test table"
    source["evidence"][0]["derivation"] = "split.py raw.csv"
    assert failures(gv001(TRAIN, sheet, other)) == []


def test_content_that_is_declared_under_two_names_is_found(source, tmp_path):
    (tmp_path / "new.csv").write_bytes(BYTES)
    source["evidence"].append({"file": "new.csv", "sha256": DIGEST.upper()})
    [finding] = failures(judged(source, tmp_path))
    assert finding.where == "datasheet.toml: source.evidence[1]"
    assert "new.csv is declared with the content of raw.csv" in finding.message


def test_a_file_declared_twice_or_with_its_address_is_one_file(source, tmp_path):
    source["evidence"] += [
        {"file": "./raw.csv", "sha256": DIGEST},
        {"url": "https://example.org/raw.csv", "sha256": DIGEST},
    ]
    assert failures(judged(source, tmp_path)) == []


RULES = Contract.parse({"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "string"}}})


def opened(folder, name, text):
    (folder / name).write_text(text, "utf-8")
    return Dataset.from_file(folder / name, RULES, name=name, target=None)


def compared(folder, first, second):
    tables = opened(folder, "train.csv", first), opened(folder, "test.csv", second)
    found = list(gv001(tables[0], Datasheet(name="", sections={}, folder=folder), tables[1]))
    return next(f for f in found if f.where == "test.csv")


def test_the_same_file_as_both_tables_is_found(tmp_path):
    finding = compared(tmp_path, "a,b\n1,x\n", "a,b\n1,x\n")
    assert finding.ok is False
    assert "is the file train.csv under another name" in finding.message


@pytest.mark.parametrize("text", ["b,a\nx,1\ny,2\n", "a;b\n2.0;y\n1.00;x\n", "a\tb\r\n1\tx\r\n2\ty\r\n"])
def test_the_same_rows_in_other_bytes_are_found(tmp_path, text):
    finding = compared(tmp_path, "a,b\n1,x\n2,y\n", text)
    assert finding.ok is False
    assert "holds the 2 rows of train.csv" in finding.message


@pytest.mark.parametrize("text", ["a,b\n1,x\n3,y\n", "a,b\n1,y\n2,x\n", "a,b\n1,x\n", "a,c\n1,x\n2,y\n"])
def test_other_rows_are_other_data(tmp_path, text):
    assert compared(tmp_path, "a,b\n1,x\n2,y\n", text).ok is True


def test_a_table_that_is_gone_is_not_audited(tmp_path):
    first, second = opened(tmp_path, "a.csv", "a,b\n1,x\n"), opened(tmp_path, "b.csv", "a,b\n2,x\n")
    first.path.unlink()
    with pytest.raises(NotAudited, match=r"a\.csv"):
        list(gv001(first, Datasheet(name="", sections={}, folder=tmp_path), second))


@settings(deadline=None)
@given(st.binary(max_size=50))
def test_evidence_holds_for_exactly_the_declared_bytes(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.csv").write_bytes(content)
    source = {"evidence": [{"file": "any.csv", "sha256": DIGEST}]}
    sheet = Datasheet(name="datasheet.toml", sections={"source": source}, folder=folder)
    [there] = [f for f in gv001(TRAIN, sheet) if f.rule == "evidence is there"]
    assert there.ok is (content == BYTES)
