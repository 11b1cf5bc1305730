from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.governance.gv003_personal_data_is_known import gv003
from model_checks.inputs import Datasheet
from tests.model_checks.fake_table import table

MAILS = ["ann@example.org", "ben@example.org", "cleo@example.org"]
TRAIN = table(contact=MAILS, amount=["1.5", "2", "3"])
PLAIN = table(amount=["1.5", "2", "3"], city=["Bonn", "Ulm", None])
DECLARED = {"contains": True, "columns": {"contact": {"kind": "e-mail address", "lawful_basis": "contract"}}}


def judged(personal, *tables, **options):
    train, *test = tables or (TRAIN,)
    sheet = Datasheet(name="datasheet.toml", sections={"personal": personal}, folder=Path())
    return list(gv003(train, sheet, *test, **options))


def failures(findings):
    return [f for f in findings if f.ok is False]


def test_declared_and_lawful_column_holds():
    lawful, known = judged(DECLARED)
    assert (lawful.ok, known.ok) == (True, True)
    assert lawful.where == "datasheet.toml: personal.columns.contact"
    assert "on contract" in lawful.message
    assert known.message.startswith("2 columns were looked at, up to 1000 different values each: 1 hold")


def test_table_without_personal_data_holds_with_the_number_of_columns():
    [finding] = judged({"contains": False}, PLAIN)
    assert finding.ok is True
    assert "2 columns were looked at" in finding.message


def test_undeclared_column_fails_and_shows_no_value():
    [finding] = failures(judged({}))
    assert finding.where == "train.csv: contact"
    assert "e-mail address" in finding.message
    assert "xxx@xxxxxxx.xxx" in finding.message
    assert not any(mail in str(finding) for mail in MAILS)
    assert "[personal.columns.contact]" in finding.fix


def test_column_found_against_the_declaration_fails_and_says_so():
    [finding] = failures(judged({"contains": False}))
    assert "the datasheet says that there is none" in finding.message


def test_missing_datasheet_declares_nothing():
    sheet = Datasheet(name="", sections={}, folder=Path())
    assert [f.where for f in gv003(TRAIN, sheet)] == ["train.csv: contact"]
    assert [f.ok for f in gv003(PLAIN, sheet)] == [True]


def test_declared_column_without_lawful_basis_fails():
    [finding] = failures(judged({"contains": True, "columns": {"contact": {"kind": "e-mail address"}}}))
    assert finding.message == "e-mail address has no lawful_basis"


@pytest.mark.parametrize("kind", ["health", "Sexual orientation"])
def test_special_category_needs_its_own_basis(kind):
    columns = {"amount": {"kind": kind, "lawful_basis": "consent"}}
    [finding] = failures(judged({"contains": True, "columns": columns}, PLAIN))
    assert finding.message == f"{kind} has no special_category"
    columns["amount"]["special_category"] = "explicit-consent"
    assert failures(judged({"contains": True, "columns": columns}, PLAIN)) == []


@pytest.mark.parametrize("key", ["kind", "lawful_basis", "special_category"])
def test_question_about_a_column_fails_in_its_own_words(key):
    columns = {"contact": DECLARED["columns"]["contact"] | {key: "? which"}}
    [finding] = failures(judged({"contains": True, "columns": columns}))
    assert '"which"' in finding.message
    assert finding.where == f"datasheet.toml: personal.columns.contact.{key}"


def test_question_whether_there_is_any_fails_in_its_own_words():
    [finding] = failures(judged({"contains": "? is there any"}, PLAIN))
    assert '"is there any"' in finding.message


def test_personal_data_in_no_named_column_fails():
    [finding] = failures(judged({"contains": True}, PLAIN))
    assert finding.where == "datasheet.toml: personal.contains"


def test_test_table_is_looked_at_too():
    extra = table("test.csv", amount=["1"], client_ip=["192.0.2.1"])
    [finding] = failures(judged({}, PLAIN, extra))
    assert finding.where == "test.csv: client_ip"


def test_declared_column_that_no_table_has_is_noted():
    findings = judged(DECLARED, PLAIN)
    assert failures(findings) == []
    assert [f.where for f in findings if f.note] == ["datasheet.toml: personal.columns.contact"]


def test_table_without_rows_decides_nothing():
    [finding] = judged({}, table(contact=[]))
    assert finding.ok is None


def test_column_of_nothing_but_missing_values_holds():
    assert [f.ok for f in judged({}, table(contact=[None, None]))] == [True]


def test_name_of_a_column_is_quoted_for_the_engine_and_for_toml():
    [finding] = failures(judged({}, table(**{'e "mail"; x': MAILS})))
    assert '[personal.columns."e ' in finding.fix


def test_only_so_many_different_values_are_looked_at():
    many = table(note=[*MAILS[:1], *(str(n) for n in range(2000))])
    assert failures(judged({}, many)) == []
    assert len(failures(judged({}, table(note=MAILS), distinct=1))) == 1


def test_sample_favours_no_end_of_the_alphabet():
    first = table(note=[f"a{n}@example.org" if n % 2 else f"z{n}" for n in range(400)])
    last = table(note=[f"z{n}@example.org" if n % 2 else f"a{n}" for n in range(400)])
    assert all(len(failures(judged({}, t, distinct=50))) == 1 for t in (first, last))


@settings(max_examples=20, deadline=None)
@given(st.permutations([*MAILS, "nobody", "nothing", "none"]))
def test_order_of_rows_decides_nothing(rows):
    assert judged({}, table(contact=rows), distinct=3) == judged({}, table(contact=sorted(rows)), distinct=3)
