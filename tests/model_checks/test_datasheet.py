from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.datasheet import DAY, PERIOD, DatasheetError, questions, read_datasheet
from model_checks.inputs import Datasheet

COMPLETE = """
[source]
name = "national register"
url = "https://example.org/register"
evidence = [{file = "train.csv", sha256 = "%s"}]
collected = {from = 2024-01-01, to = 2024-12-31}
collected_by = "the registry office"
process = "every application of the year"
[terms]
licence = "CC-BY-4.0"
purposes = ["credit risk"]
territory = ["EU", "CH"]
expires = 2030-01-01
[use]
purpose = "credit risk"
commercial = true
shared = false
territory = "DE"
[personal]
contains = true
[personal.columns."e-mail"]
kind = "e-mail address"
lawful_basis = "contract"
ccpa_category = "identifiers"
[retention]
until = 2031-12-31
days = 3650
""" % ("a" * 64)


def written(folder, text, name="datasheet.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder, text):
    with pytest.raises(DatasheetError) as raised:
        read_datasheet(written(folder, text))
    return raised.value.problems


def test_complete_datasheet_is_read_as_written(tmp_path):
    sheet = read_datasheet(written(tmp_path, COMPLETE))
    assert sheet.name == "datasheet.toml"
    assert sheet.folder == tmp_path
    assert sheet.sections["source"]["collected"]["to"] == dt.date(2024, 12, 31)
    assert sheet.sections["personal"]["columns"]["e-mail"]["lawful_basis"] == "contract"


def test_empty_datasheet_declares_nothing(tmp_path):
    assert read_datasheet(written(tmp_path, "")).sections == {}


def test_byte_order_mark_is_no_problem(tmp_path):
    assert read_datasheet(written(tmp_path, "\ufeff[use]\npurpose = 'x'")).sections["use"]["purpose"] == "x"


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DatasheetError, match=r"sheet\.toml: cannot be opened"):
        read_datasheet(tmp_path / "sheet.toml")


def test_text_that_is_not_toml_names_the_line(tmp_path):
    [problem] = problems_of(tmp_path, "[source]\nname = \n")
    assert "is not TOML" in problem
    assert "line 2" in problem


def test_file_that_is_not_utf8_says_so(tmp_path):
    path = tmp_path / "datasheet.toml"
    path.write_bytes(b"[source]\nname = '\xff'")
    with pytest.raises(DatasheetError, match="UTF-8"):
        read_datasheet(path)


def test_all_problems_are_told_at_once(tmp_path):
    found = problems_of(
        tmp_path,
        """
        sauce = 1
        [source]
        name = 7
        colected = 2024-01-01
        collected = "2024-01-01"
        [retention]
        until = 2024-01-01T00:00:00
        [personal]
        contains = "no"
        """,
    )
    assert found == (
        "datasheet.toml: sauce is unknown; did you mean source?",
        "datasheet.toml: source.name is 7, expected text",
        "datasheet.toml: source.colected is unknown; did you mean collected?",
        f'datasheet.toml: source.collected is "2024-01-01", expected {PERIOD.expected}',
        f"datasheet.toml: retention.until is 2024-01-01 00:00:00, expected {DAY.expected}",
        'datasheet.toml: personal.contains is "no", expected true or false',
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[source]\ncollected = {from = 2024-02-01, to = 2024-01-01}", "source.collected"),
        ("[source]\ncollected = {from = 2024-02-01}", "source.collected"),
        ("[source]\nevidence = 'train.csv'", "source.evidence"),
        ("[source]\nevidence = ['train.csv']", "source.evidence[0]"),
        ("[source]\nevidence = [{sha256 = 'abc'}]", "source.evidence[0].sha256"),
        ("[source]\nevidence = [{file = '/data/train.csv'}]", "source.evidence[0].file"),
        ("[source]\nevidence = [{file = 'C:\\\\train.csv'}]", "source.evidence[0].file"),
        ("[terms]\npurposes = 'all'", "terms.purposes"),
        ("[personal.columns.'e mail']\nlawful_basis = 'because'", 'personal.columns."e mail".lawful_basis'),
        ("[personal.columns]\nage = 'yes'", "personal.columns.age"),
        ("[retention]\ndays = 0", "retention.days"),
        ("[retention]\ndays = true", "retention.days"),
        ("[use]\nterritory = 49", "use.territory"),
        ("[use]\nshared = 'no'", "use.shared"),
        ("personal = 3", "personal"),
    ],
)
def test_wrong_value_is_told_with_its_key_path(tmp_path, text, place):
    [problem] = problems_of(tmp_path, text)
    assert problem.startswith(f"datasheet.toml: {place} is ")
    assert "expected" in problem


def test_period_of_one_day_is_a_period(tmp_path):
    read_datasheet(written(tmp_path, "[source]\ncollected = {from = 2024-02-01, to = 2024-02-01}"))


def test_columns_of_data_that_is_said_to_have_none_contradict(tmp_path):
    [problem] = problems_of(tmp_path, "[personal]\ncontains = false\n[personal.columns.age]\nkind = 'age'")
    assert "one or the other" in problem


def test_questions_are_found_wherever_a_value_may_stand(tmp_path):
    text = """
    [source]
    name = "? what is it called"
    collected = "?when"
    evidence = [{file = "a.csv", sha256 = "? the digest"}]
    [personal]
    contains = "? does it"
    """
    assert questions(read_datasheet(written(tmp_path, text))) == [
        ("source.name", "what is it called"),
        ("source.collected", "when"),
        ("source.evidence[0].sha256", "the digest"),
        ("personal.contains", "does it"),
    ]


@given(st.dictionaries(st.text(min_size=1), st.text().filter(lambda t: not t.startswith("?"))))
def test_answers_are_never_taken_for_questions(source):
    from pathlib import Path

    assert questions(Datasheet(name="d", sections={"source": source}, folder=Path())) == []
