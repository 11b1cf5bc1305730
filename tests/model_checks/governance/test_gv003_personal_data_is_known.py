from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.governance.gv003_personal_data_is_known import gv003
from model_checks.inputs import Datasheet
from model_checks.personal_data.sightings import look_at
from tests.model_checks.fake_table import table

MAILS = ["ann@example.org", "ben@example.org", "cleo@example.org"]
TRAIN = table(contact=MAILS, amount=["1.5", "2", "3"])
PLAIN = table(amount=["1.5", "2", "3"], city=["Bonn", "Ulm", None])
LAWFUL = {"lawful_basis": "contract", "ccpa_category": "identifiers"}
DECLARED = {"contains": True, "columns": {"contact": {"kind": "e-mail address", **LAWFUL}}}
MARKED = {"contact": {"type": "string", "x-personal": True}, "amount": {"type": "number"}}


def judged(personal, *tables, distinct=1000, properties=None, sensitive=(), **options):
    sheet = Datasheet(name="datasheet.toml", sections={"personal": personal}, folder=Path())
    contract = Contract.parse({"type": "object", "properties": properties}) if properties else None
    return list(gv003(look_at(tables or [TRAIN], distinct=distinct), sheet, contract, sensitive, **options))


def failures(findings):
    return [f for f in findings if f.ok is False]


def test_declared_and_lawful_column_holds():
    lawful, known = judged(DECLARED)
    assert (lawful.ok, known.ok) == (True, True)
    assert lawful.where == "datasheet.toml: personal.columns.contact"
    assert "on contract, identifiers" in lawful.message
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


def test_column_found_against_the_declaration_is_told_by_another_check():
    [finding] = judged({"contains": False})
    assert finding.ok is True
    assert "the datasheet says that no row tells of a person" in finding.message


def test_missing_datasheet_declares_nothing():
    sheet = Datasheet(name="", sections={}, folder=Path())
    assert [f.where for f in gv003(look_at([TRAIN], distinct=9), sheet)] == ["train.csv: contact"]
    assert [f.ok for f in gv003(look_at([PLAIN], distinct=9), sheet)] == [True]


def test_declared_column_without_lawful_basis_fails():
    [finding] = failures(judged({"contains": True, "columns": {"contact": {"kind": "e-mail address"}}}))
    assert finding.message == "e-mail address has no lawful_basis and no ccpa_category"


@pytest.mark.parametrize(("laws", "lacking"), [(("gdpr",), "lawful_basis"), (("ccpa",), "ccpa_category")])
def test_only_the_laws_that_count_are_asked_for(laws, lacking):
    columns = {"contact": {"kind": "e-mail address"}}
    [finding] = failures(judged({"contains": True, "columns": columns}, laws=laws))
    assert finding.message == f"e-mail address has no {lacking}"
    columns["contact"][lacking] = "named"
    assert failures(judged({"contains": True, "columns": columns}, laws=laws)) == []


@pytest.mark.parametrize("kind", ["health", "Sexual orientation"])
def test_special_category_needs_its_own_basis(kind):
    columns = {"amount": {"kind": kind, **LAWFUL}}
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


HASHES = [hashlib.sha256(m.encode()).hexdigest() for m in MAILS]


@pytest.mark.parametrize(
    ("treatment", "values", "holds"),
    [
        ("hashed", HASHES, True),
        ("hashed", MAILS, False),
        ("masked", ["a***@example.org", "b***@example.org", "c***@example.org"], True),
        ("masked", MAILS, False),
        ("pseudonymised", ["p-1", "p-2", "p-3"], True),
        ("pseudonymised", MAILS, False),
        ("dropped", MAILS, False),
        ("none", MAILS, True),
    ],
)
def test_declared_treatment_is_held_against_the_values(treatment, values, holds):
    columns = {"contact": DECLARED["columns"]["contact"] | {"treatment": treatment}}
    found = failures(judged({"contains": True, "columns": columns}, table(contact=values)))
    assert [f.rule for f in found] == ([] if holds else ["data is treated as declared"])
    assert not any(value in str(found) for value in values)


def test_column_that_was_dropped_may_be_declared():
    columns = {"contact": DECLARED["columns"]["contact"] | {"treatment": "dropped"}}
    assert failures(judged({"contains": True, "columns": columns}, PLAIN)) == []


def test_contract_must_mark_what_is_declared():
    assert failures(judged(DECLARED, properties=MARKED)) == []
    [finding] = failures(judged(DECLARED, properties=MARKED | {"contact": {"type": "string"}}))
    assert finding.rule == "the contract masks it"
    assert "/properties/contact" in finding.fix


def test_sensitive_columns_of_data_about_people_must_be_marked_too():
    [finding] = failures(judged(DECLARED, properties=MARKED, sensitive=("amount",)))
    assert finding.where == "contract: amount"
    assert failures(judged({"contains": False}, PLAIN, properties=MARKED, sensitive=("amount",))) == []


def test_name_that_speaks_of_a_special_category_is_a_question():
    patients = table(religion_code=["1", "2", "3"], BMI=["22.1", "31.0", "25.4"], amount=["1", "2", "3"])
    [question] = [f for f in judged({}, patients) if f.ok is None]
    assert "religion_code (religion), BMI (health)" in question.message
    assert [f.ok for f in judged({"contains": False}, patients)] == [True]
    told = {
        c: {"kind": "health", "special_category": "explicit-consent", **LAWFUL} for c in ("religion_code", "BMI")
    }
    assert all(f.ok for f in judged({"contains": True, "columns": told}, patients))


def test_values_that_are_words_of_a_special_category_fail():
    [finding] = failures(judged({}, table(x=["Catholic", "Muslim", "Hindu", "other"])))
    assert (finding.rule, finding.where) == ("special category is declared", "train.csv: x")
    assert failures(judged({}, table(x=["white", "black", "red"]))) == []


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
