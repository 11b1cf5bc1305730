from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.inputs import Verdict, Verdicts
from model_checks.process.pg001_required_checks_were_carried_out import pg001

MODEL, IMAGE, OTHER = "a" * 64, "b" * 64, "c" * 64
STATUSES = [
    "passed", "failed", "inconclusive", "not_audited", "not_applicable", "waived", "accepted", "broken",
    "planned", "blocked",
]  # fmt: skip
GOOD = {"passed", "waived", "accepted", "not_applicable"}


def verdict(code="MQ001", status="passed", level="block", **digests):
    digests = digests or {"model_file": MODEL}
    return Verdict(code=code, title="a title", phase="integration", status=status, level=level, digests=digests)


def judged(*required, **subjects):
    return list(pg001(Verdicts(required=required, subjects=subjects or {"model_file": MODEL})))


def test_checks_on_what_is_released_hold():
    findings = judged(
        verdict(), verdict("SV001", image_file=IMAGE), model_file=MODEL, image_file=f"sha256:{IMAGE}"
    )
    assert [f.ok for f in findings] == [True]
    assert "all 2 blocking checks" in findings[0].message


@pytest.mark.parametrize("status", STATUSES)
def test_only_an_agreed_status_holds(status):
    findings = judged(verdict(), verdict("SC001", status))
    assert all(f.ok for f in findings) is (status in GOOD)


def test_unagreed_status_is_named_with_the_next_act():
    [finding] = judged(verdict(), verdict("SC001", "failed"))
    assert finding.where == "SC001"
    assert "ended as failed" in finding.message
    assert "iddr explain SC001" in finding.fix


def test_verdict_on_another_file_fails_with_both_digests():
    [finding] = judged(verdict(), verdict("SC001", model_file=OTHER))
    assert finding.where == "SC001: model_file"
    assert finding.message == "judged cccccccccccc, expected aaaaaaaaaaaa, which is released"


def test_inputs_that_are_not_released_may_have_any_digest():
    assert [f.ok for f in judged(verdict(model_file=MODEL, train=OTHER))] == [True]


def test_checks_that_only_warn_close_nothing():
    assert [f.ok for f in judged(verdict(), verdict("DR001", "failed", "warn", model_file=OTHER))] == [True]


def test_no_verdict_at_all_fails():
    [finding] = pg001(Verdicts(required=(), subjects={"model_file": MODEL}))
    assert finding.ok is False


def test_release_of_nothing_fails():
    [finding] = pg001(Verdicts(required=(verdict(),), subjects={}))
    assert finding.ok is False
    assert finding.rule == "released files are named"


def test_released_file_that_nobody_judged_cannot_be_decided():
    [finding] = judged(verdict(), model_file=MODEL, image_file=IMAGE)
    assert finding.ok is None
    assert finding.where == "image_file"


def test_check_that_does_not_apply_ties_no_digest():
    assert [f.ok for f in judged(verdict(), verdict("MQ002", "not_applicable", model_file=OTHER))] == [True]


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.sampled_from([MODEL, OTHER])), max_size=5))
def test_release_holds_only_when_every_verdict_does(ends):
    required = [verdict(f"MQ00{n}", status, model_file=digest) for n, (status, digest) in enumerate(ends)]
    good = all(s == "not_applicable" or (s in GOOD and d == MODEL) for s, d in ends)
    looked = any(s != "not_applicable" for s, _ in ends)
    assert all(f.ok is True for f in judged(*required)) is (good and looked)
