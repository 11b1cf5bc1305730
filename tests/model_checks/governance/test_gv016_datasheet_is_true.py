from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.governance.gv016_datasheet_is_true import gv016
from model_checks.inputs import Datasheet
from model_checks.personal_data.sightings import look_at
from tests.model_checks.fake_table import table

SURNAMES = ["Okafor", "Lindqvist", "Moreau"]
TRAIN = table(surname=SURNAMES, amount=["1.5", "2", "3"])
PLAIN = table(amount=["1.5", "2", "3"])


def judged(personal, train=TRAIN, *others, collected=None, time=""):
    sections = {"personal": personal} | ({"source": {"collected": collected}} if collected else {})
    sheet = Datasheet(name="datasheet.toml", sections=sections, folder=Path())
    return list(gv016(train, sheet, look_at([train, *others], distinct=100), time))


def failures(findings):
    return [f for f in findings if f.ok is False]


def test_surname_in_data_that_is_said_to_have_none_fails():
    [finding] = failures(judged({"contains": False}))
    assert finding.where == "train.csv: surname"
    assert "while the datasheet says that there is none" in finding.message
    assert not any(name in str(finding) for name in SURNAMES)


def test_words_of_a_special_category_contradict_it_too():
    [finding] = failures(judged({"contains": False}, table(x=["Catholic", "Muslim", "Hindu"])))
    assert "(religion)" in finding.message


def test_data_without_people_holds_with_the_number_of_columns():
    [finding] = judged({"contains": False}, PLAIN)
    assert finding.ok is True
    assert finding.message == "none of 1 columns looks like personal data, as the datasheet says"


def test_every_table_is_held_against_it():
    [finding] = failures(judged({"contains": False}, PLAIN, table("test.csv", surname=SURNAMES)))
    assert finding.where == "test.csv: surname"


def test_datasheet_that_says_nothing_holds_and_says_so():
    [finding] = judged({})
    assert finding.ok is True
    assert "says nothing that the tables could show" in finding.message


@pytest.mark.parametrize("kind", ["family name", "person's name", "surname", "identifier of the applicant"])
def test_declared_kind_that_is_found_holds(kind):
    assert failures(judged({"contains": True, "columns": {"surname": {"kind": kind}}})) == []


def test_declared_kind_that_is_another_one_fails():
    columns = {"surname": {"kind": "telephone number"}}
    [finding] = failures(judged({"contains": True, "columns": columns}))
    assert "is declared as telephone number, found person's name" in finding.message


def test_question_is_not_a_kind():
    assert failures(judged({"contains": True, "columns": {"surname": {"kind": "? a phone"}}})) == []


def test_declared_column_that_no_table_has_fails_unless_it_was_dropped():
    [finding] = failures(judged({"contains": True, "columns": {"e mail": {"kind": "e-mail"}}}))
    assert finding.where == 'datasheet.toml: personal.columns."e mail"'
    columns = {"e mail": {"kind": "e-mail", "treatment": "dropped"}}
    assert failures(judged({"contains": True, "columns": columns})) == []


def test_quasi_identifier_that_no_table_has_fails():
    [finding] = failures(judged({"contains": True, "quasi_identifiers": ["age", "surname"]}))
    assert finding.where == "datasheet.toml: personal.quasi_identifiers: age"


PERIOD = {"from": dt.date(2024, 1, 1), "to": dt.date(2024, 12, 31)}


@pytest.mark.parametrize(
    ("times", "outside"),
    [
        (["2024-01-01", "2024-12-31 23:59:59", None], 0),
        (["2023-12-31 23:59:59", "2024-06-01"], 1),
        (["2025-01-01", "2023-01-01"], 2),
    ],
)
def test_rows_outside_the_period_of_collection_are_counted(times, outside):
    [finding] = judged({}, table(at=times), collected=PERIOD, time="at")
    assert (finding.ok, finding.measured) == (outside == 0, outside)


def test_single_day_says_when_collecting_ended():
    [finding] = judged({}, table(at=["1999-01-01", "2024-02-01"]), collected=dt.date(2024, 1, 31), time="at")
    assert finding.measured == 1


def test_times_that_cannot_be_read_decide_nothing():
    [finding] = judged({}, table(at=["early", "late"]), collected=PERIOD, time="at")
    assert finding.ok is None


def test_without_a_time_column_or_rows_nothing_is_said_of_the_period():
    assert judged({}, collected=PERIOD)[0].ok is True
    assert judged({}, table(at=[]), collected=PERIOD, time="at")[0].ok is None


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dates(dt.date(2023, 1, 1), dt.date(2025, 12, 31)), min_size=1))
def test_outside_is_what_comparing_dates_says(days):
    [finding] = judged({}, table(at=[day.isoformat() for day in days]), collected=PERIOD, time="at")
    assert finding.measured == sum(not PERIOD["from"] <= day <= PERIOD["to"] for day in days)
