from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.governance.gv002_terms_allow_the_purpose import gv002
from model_checks.inputs import Datasheet
from model_checks.running import run

TODAY = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)
AGREED = {"agreement": "contract 7", "purposes": ["credit scoring"], "territory": "worldwide"}
USE = {"purpose": "credit scoring"}


def judged(today=TODAY, **sections):
    sheet = Datasheet(name="datasheet.toml", sections={"terms": AGREED, "use": USE} | sections, folder=Path())
    return list(gv002(sheet, today))


def failures(**sections):
    return [f for f in judged(**sections) if f.ok is False]


def notes(**sections):
    return [f.message for f in judged(**sections) if f.note]


def licensed(licence, **use):
    return {"terms": {"licence": licence}, "use": {"purpose": "credit scoring"} | use}


def test_an_agreement_for_the_purpose_holds():
    assert failures() == []
    assert len(judged()) == 3


def test_a_missing_datasheet_fails_once():
    [finding] = gv002(Datasheet(name="", sections={}, folder=Path()), TODAY)
    assert finding.ok is False
    assert "[terms]" in finding.fix


def test_an_empty_datasheet_fails_for_licence_purpose_and_territory():
    found = failures(terms={}, use={})
    assert [f.where.rpartition(": ")[2] for f in found] == ["terms.licence", "use.purpose", "terms.territory"]
    assert all(f.rule and f.fix for f in found)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("terms", "licence"), ("terms", "agreement"), ("terms", "purposes"), ("terms", "territory"),
        ("terms", "expires"), ("use", "purpose"), ("use", "territory"), ("retention", "until"),
        ("retention", "days"),
    ],
)  # fmt: skip
def test_a_question_fails_in_its_own_words(section, key):
    known = {"terms": AGREED, "use": USE, "retention": {}}
    [finding] = failures(**{section: known[section] | {key: "? who knows this"}})
    assert finding.where == f"datasheet.toml: {section}.{key}"
    assert '"who knows this"' in finding.message


@pytest.mark.parametrize("licence", ["CC-BY-4.0", "cc by 4.0", "CC0-1.0", "MIT", "ODbL-1.0", "CC-BY-SA-3.0-DE"])
def test_a_licence_for_everybody_needs_no_list_of_purposes(licence):
    assert failures(**licensed(licence)) == []


@pytest.mark.parametrize("purpose", ["commercial", "production", "a commercial product", "sales"])
@pytest.mark.parametrize("licence", ["CC-BY-NC", "CC-BY-NC-SA-4.0", "MIT AND CC-BY-NC-2.0"])
def test_a_licence_without_commercial_use_fails_for_a_commercial_purpose(licence, purpose):
    [finding] = failures(**licensed(licence, purpose=purpose))
    assert finding.rule == "licence allows the use"
    assert purpose in finding.message


@pytest.mark.parametrize("purpose", ["research", "non-commercial product tests", "teaching"])
def test_a_licence_without_commercial_use_holds_for_other_purposes(purpose):
    assert failures(**licensed("CC-BY-NC-4.0", purpose=purpose)) == []


def test_a_purpose_that_does_not_tell_whether_it_is_commercial_is_asked_about():
    [finding] = failures(**licensed("CC-BY-NC-4.0"))
    assert finding.where == "datasheet.toml: use.commercial"
    assert failures(**licensed("CC-BY-NC-4.0", commercial=False)) == []
    assert len(failures(**licensed("CC-BY-NC-4.0", commercial=True))) == 1
    assert '"is it"' in failures(**licensed("CC-BY-NC-4.0", commercial="? is it"))[0].message


def test_the_licence_that_allows_the_use_is_chosen_among_several():
    assert failures(**licensed("CC-BY-NC-4.0 OR MIT", purpose="commercial")) == []


def test_what_was_made_under_a_licence_without_derivatives_must_not_be_shared():
    assert failures(**licensed("CC-BY-ND-4.0")) == []
    assert any("must not be shared" in n for n in notes(**licensed("CC-BY-ND-4.0")))
    [finding] = failures(**licensed("CC-BY-ND-4.0", shared=True))
    assert "use.shared" in finding.message


def test_sharing_alike_is_noted_where_something_may_be_shared():
    assert any("same licence" in n for n in notes(**licensed("CC-BY-SA-4.0")))
    assert not any("same licence" in n for n in notes(**licensed("CC-BY-SA-4.0", shared=False)))


@pytest.mark.parametrize(("written", "meant"), [("cc-by-4", "CC-BY-4.0"), ("apache 2", "Apache-2.0")])
def test_a_misspelled_licence_fails_with_the_nearest_one(written, meant):
    assert any(f"did you mean {meant}?" in f.message for f in failures(**licensed(written)))


def test_a_licence_of_ones_own_is_judged_by_purposes_and_territory():
    own = {"licence": "terms of the statistics office", "purposes": ["scoring"], "territory": "EU"}
    assert failures(terms=own, use={"purpose": "Scoring", "territory": "France"}) == []
    [finding] = failures(terms=own, use={"purpose": "advertising", "territory": "FR"})
    assert finding.rule == "terms allow the purpose"


def test_a_purpose_that_the_terms_do_not_name_fails_with_the_nearest():
    [finding] = failures(use={"purpose": "credit scorin"})
    assert "did you mean credit scoring?" in finding.message


def test_a_purpose_is_compared_without_case_blanks_and_hyphens():
    assert failures(use={"purpose": " Credit-Scoring "}) == []
    assert failures(use={"purpose": "x"}, terms=AGREED | {"purposes": ["any"]}) == []


@pytest.mark.parametrize(
    ("granted", "used", "holds"),
    [
        ("worldwide", None, True), ("EU", "DE", True), ("EU", ["Germany", "fr"], True), ("EEA", "EU", True),
        ("EU", "EEA", False), ("EU", "CH", False), ("EU and CH", "Switzerland, IE", True), ("US", "US-CA", True),
        ("US-CA", "US", False), ("Atlantis", "atlantis", True), ("EU", None, False), ("DE", "worldwide", False),
    ],
)  # fmt: skip
def test_the_use_stays_where_the_terms_hold(granted, used, holds):
    use = USE | ({} if used is None else {"territory": used})
    found = failures(terms=AGREED | {"territory": granted}, use=use)
    assert (found == []) is holds


@pytest.mark.parametrize(("late", "holds"), [(-1, True), (0, True), (1, False)])
def test_the_last_day_of_terms_and_retention_is_a_good_one(late, holds):
    last = TODAY - late * DAY
    assert (failures(terms=AGREED | {"expires": last}) == []) is holds
    assert (failures(retention={"until": last}) == []) is holds
    collected = {"from": last - 30 * DAY, "to": TODAY}
    assert (failures(retention={"days": 30}, source={"collected": collected}) == []) is holds


def test_retention_in_days_needs_the_day_of_collection():
    [finding] = failures(retention={"days": 30})
    assert finding.where == "datasheet.toml: source.collected"
    assert failures(retention={"days": 10**9}, source={"collected": TODAY}) == []


def test_what_ends_soon_is_noted():
    assert "the terms hold for 30 more days" in notes(terms=AGREED | {"expires": TODAY + 30 * DAY})
    assert notes(terms=AGREED | {"expires": TODAY + 31 * DAY}) == []


def test_personal_data_needs_a_limit_of_retention():
    [finding] = failures(personal={"contains": True})
    assert finding.where == "datasheet.toml: retention"
    assert failures(personal={"contains": True}, retention={"until": TODAY}) == []
    assert failures(personal={"contains": False}) == []


def test_the_day_may_be_given_as_text(tmp_path):
    sheet = tmp_path / "datasheet.toml"
    sheet.write_text('[terms]\nlicence = "MIT"\nexpires = 2026-01-01\n[use]\npurpose = "x"\n', "utf-8")
    for day, ok in (("2026-01-01", True), ("2026-01-02", False)):
        assert all(f.ok for f in run("GV002", datasheet=sheet, today=day)) is ok
    assert any(f.ok is False for f in run("GV002", datasheet=sheet))
    with pytest.raises(ValueError, match="expected a day such as"):
        run("GV002", datasheet=sheet, today="tomorrow")


@given(st.dates(), st.dates())
def test_retention_has_passed_exactly_after_its_last_day(today, until):
    found = judged(today, retention={"until": until})
    assert any(f.ok is False for f in found) is (today > until)
