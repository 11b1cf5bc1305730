from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from ci_steps.loop import Ended, Started
from ci_steps.pardons import Known, Pardons
from ci_steps.results import Gate, Status, Waiver, fingerprint
from ci_steps.steps import Infrastructure, Provider, Refused, StepFailed
from model_checks.checks import BLOCK, OFF, WARN, Phase
from model_checks.findings import Finding, ModelRaised, NotAudited
from tests.ci_steps.small import NOW, Small, a_check, a_step


def xx001(number: int, *, least: int = 1):
    yield Finding.at_least("number", number, least, where="here")


def making(text: str, tools):
    file = tools.work / "made.txt"
    file.write_text(text)
    yield tools.store.add("made_file", file)


def xx002(made_file):
    yield Finding.at_most("length", len(made_file.read_text()), 5)


def acting(made_file, tools):
    (tools.root / "acted").write_text(made_file.read_text())
    yield Finding.said("acted")


def test_a_step_makes_what_a_check_is_given_as_a_path(tmp_path):
    results = Small(tmp_path, a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc").results()
    assert (results["making"].status, results["XX002"].status) == (Status.PASSED, Status.PASSED)
    assert results["XX002"].digests == {"made_file": results["making"].artifacts[0].sha256}


def test_what_a_step_found_no_need_of_makes_a_check_not_applicable(tmp_path):
    step = a_step(making, Phase.INTEGRATION, "made_file further_file")

    def xx003(further_file):
        yield Finding.said(further_file)

    small = Small(tmp_path, step, a_check(xx003), text="abc")
    result = small.results()["XX003"]
    assert result.status is Status.NOT_APPLICABLE
    assert result.reason == "further_file was not made: making found no need of it"
    assert all(event.open for event in small.events if isinstance(event, Gate))


def test_a_second_run_of_an_unchanged_project_computes_nothing(tmp_path):
    small = Small(tmp_path, a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc")
    small.results(run_id="first")
    again = small.results(run_id="second")
    assert {r.reused_from for r in again.values()} == {"first"}


def test_without_the_cache_everything_is_computed(tmp_path):
    small = Small(tmp_path, a_check(xx001), number=1)
    small.results(run_id="first")
    assert small.results(run_id="second", reuse=False)["XX001"].reused_from == ""


def test_a_changed_option_touches_one_recipe(tmp_path):
    small = Small(
        tmp_path,
        a_step(making, Phase.INTEGRATION, "made_file"),
        a_check(xx001),
        a_check(xx002),
        text="a",
        number=3,
    )
    small.results(run_id="first")
    again = small.results(run_id="second", options={"checks": {"XX001": {"least": 2}}})
    assert [again[n].reused_from for n in ("making", "XX002", "XX001")] == ["first", "first", ""]


def test_a_step_that_makes_the_same_again_leaves_verdicts_standing(tmp_path):
    small = Small(tmp_path, a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc")
    first = small.results(run_id="first")
    small.values["text"] = "abc"
    small.catalogue.steps["making"].function.__defaults__ = None
    again = small.results(run_id="second")
    assert again["XX002"].recipe == first["XX002"].recipe


def test_a_changed_artifact_is_made_again(tmp_path):
    small = Small(tmp_path, a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc")
    first = small.results(run_id="first")
    (tmp_path / ".iddr" / first["making"].artifacts[0].uri).write_text("tampered")
    again = small.results(run_id="second")
    assert (again["making"].reused_from, again["XX002"].status) == ("", Status.PASSED)


def test_a_closed_gate_stops_the_acting_step_and_what_follows(tmp_path):
    parts = (
        a_step(making, Phase.INTEGRATION, "made_file"),
        a_check(xx002),
        a_step(acting, Phase.DELIVERY, acts=True),
    )
    results = Small(tmp_path, *parts, text="too long").results()
    assert (results["XX002"].status, results["acting"].status) == (Status.FAILED, Status.BLOCKED)
    assert not (tmp_path / "acted").exists()


def test_an_open_gate_lets_the_acting_step_act(tmp_path):
    parts = (
        a_step(making, Phase.INTEGRATION, "made_file"),
        a_check(xx002),
        a_step(acting, Phase.DELIVERY, acts=True),
    )
    Small(tmp_path, *parts, text="short").results()
    assert (tmp_path / "acted").read_text() == "short"


def test_a_dry_run_judges_and_does_not_act(tmp_path):
    parts = (
        a_step(making, Phase.INTEGRATION, "made_file"),
        a_check(xx002),
        a_step(acting, Phase.DELIVERY, acts=True),
    )
    results = Small(tmp_path, *parts, text="short").results(act=False)
    assert (results["XX002"].status, results["acting"].status) == (Status.PASSED, Status.PLANNED)
    assert not (tmp_path / "acted").exists()


def test_events_come_in_order_with_a_gate_after_each_phase(tmp_path):
    small = Small(tmp_path, a_check(xx001), number=1)
    small.results()
    assert [type(e) for e in small.events] == [Started, Ended, Gate]


@pytest.mark.parametrize(
    ("raised", "status", "fault"),
    [
        (NotAudited("no network"), Status.NOT_AUDITED, ""),
        (ModelRaised("ValueError", "boom"), Status.FAILED, ""),
        (StepFailed("did not start"), Status.FAILED, ""),
        (Infrastructure("killed"), Status.BROKEN, "infrastructure"),
        (Refused("not cleared"), Status.NOT_AUDITED, ""),
        (KeyError("ours"), Status.BROKEN, ""),
    ],
)
def test_each_exception_becomes_its_result(tmp_path, raised, status, fault):
    def number(seed: int):
        raise raised

    result = Small(tmp_path, a_check(xx001), Provider("number", "family", True, number), seed=1).results()["XX001"]
    assert (result.status, result.fault) == (status, fault)
    assert "boom" in str(result) or str(raised).strip("'") in str(result)


def test_a_false_finding_decides_even_when_an_exception_follows(tmp_path):
    def xx003():
        yield Finding(ok=False, message="bad", rule="bad")
        raise NotAudited("and then could not look")

    assert Small(tmp_path, a_check(xx003)).results()["XX003"].status is Status.FAILED


def test_a_check_that_yields_nothing_is_broken(tmp_path):
    def xx003():
        yield Finding.said("only a note")

    assert Small(tmp_path, a_check(xx003)).results()["XX003"].status is Status.BROKEN


def test_a_provider_that_failed_is_not_asked_twice(tmp_path):
    asked = []

    def number(seed: int):
        asked.append(seed)
        raise NotAudited("no")

    def xx003(number):
        yield Finding.at_least("n", number, 1)

    Small(tmp_path, a_check(xx001), a_check(xx003), Provider("number", "family", True, number), seed=1).results()
    assert asked == [1]


def test_what_a_provider_opened_is_closed(tmp_path):
    seen = []

    def number(seed: int):
        seen.append("open")
        yield seed
        seen.append("closed")

    Small(tmp_path, a_check(xx001), Provider("number", "family", True, number), seed=1).results()
    assert seen == ["open", "closed"]


def test_what_asks_the_clock_is_never_reused(tmp_path):
    def number(seed: int):
        return seed

    small = Small(tmp_path, a_check(xx001), Provider("number", "family", False, number), seed=1)
    small.results(run_id="first")
    assert small.results(run_id="second")["XX001"].reused_from == ""


def test_an_absent_input_makes_the_check_not_applicable(tmp_path):
    result = Small(tmp_path, a_check(xx001), absent={"number": "no number is declared"}).results()["XX001"]
    assert (result.status, result.reason) == (Status.NOT_APPLICABLE, "no number is declared")


def test_an_optional_input_that_is_absent_is_left_out(tmp_path):
    def xx003(number: int = 7):
        yield Finding.at_least("n", number, 7)

    results = Small(tmp_path, a_check(xx003), absent={"number": "none"}).results()
    assert results["XX003"].status is Status.PASSED


def test_an_input_that_nothing_makes_is_refused(tmp_path):
    with pytest.raises(Refused, match="XX001 asks for 'number', which nothing makes"):
        Small(tmp_path, a_check(xx001)).results()


@pytest.mark.parametrize(
    ("profile", "raised", "open_"),
    [
        ("starter", NotAudited("x"), True), ("standard", NotAudited("x"), False), ("regulated", NotAudited("x"), False),
        ("starter", None, True), ("standard", None, True), ("regulated", None, False),
    ],
)  # fmt: skip
def test_what_closes_a_gate_depends_on_the_profile(tmp_path, profile, raised, open_):
    def xx003():
        if raised:
            raise raised
        yield Finding(ok=None, message="too few rows", rule="rows")

    small = Small(tmp_path, a_check(xx003))
    small.results(profile=profile)
    assert small.events[-1].open is open_


def test_levels_follow_the_profile_and_the_configuration(tmp_path):
    small = Small(tmp_path, a_check(xx001, levels=(WARN, BLOCK, BLOCK)), number=0)
    small.results(profile="starter")
    assert small.events[-1].open
    small.results(profile="standard")
    assert small.events[-1].closed_by == ("XX001",)
    small.results(profile="standard", levels={"XX001": WARN})
    assert small.events[-1].open
    assert "XX001" not in small.results(levels={"XX001": OFF})


def test_a_waiver_lets_the_failure_pass_until_it_expires(tmp_path):
    small = Small(tmp_path, a_check(xx001), number=0)
    waiver = Waiver(check="XX001", reason="agreed", person="Ada", expires="2026-01-02", where="h*")
    pardons = Pardons(waivers=(waiver,), today=NOW.date())
    assert small.results(pardons=pardons)["XX001"].status is Status.WAIVED
    late = Pardons(waivers=(waiver,), today=date(2026, 1, 3))
    assert small.results(pardons=late)["XX001"].status is Status.FAILED
    assert "expired" in late.idle([])[0]


def test_the_baseline_accepts_the_same_failure_and_no_worse_one(tmp_path):
    small = Small(tmp_path, a_check(xx001), number=4)
    options = {"checks": {"XX001": {"least": 5}}}
    [finding] = small.results(options=options)["XX001"].findings
    known = Known(check="XX001", where="here", message="", measured=4.0, limit=5.0)
    pardons = Pardons(baseline={fingerprint("XX001", finding): known}, today=NOW.date())
    assert small.results(options=options, pardons=pardons)["XX001"].status is Status.ACCEPTED
    small.values["number"] = 3
    assert small.results(options=options, pardons=pardons)["XX001"].status is Status.FAILED


def test_a_failed_step_leaves_its_checks_without_a_verdict(tmp_path):
    def failing(text: str, tools):
        yield Finding.said("tried")
        raise StepFailed("no model came out")

    results = Small(tmp_path, a_step(failing, Phase.INTEGRATION, "made_file"), a_check(xx002), text="x").results()
    assert (results["failing"].status, results["XX002"].status) == (Status.FAILED, Status.NOT_AUDITED)
    assert results["failing"].findings[0].message == "no model came out"


def test_verdicts_hold_every_check_before_the_acting_step(tmp_path):
    seen = []

    def xx009(verdicts):
        seen.extend((v.code, v.status) for v in verdicts.required)
        yield Finding(ok=True, message="seen", rule="seen")

    Small(
        tmp_path, a_check(xx001), a_check(xx009, phases=Phase.RELEASE), a_step(making, Phase.INTEGRATION, "made_file"),
        number=1, text="x",
    ).results()  # fmt: skip
    assert seen == [("XX001", "passed")]


def test_verdicts_are_judged_again_when_what_is_released_changed(tmp_path):
    def packing(text: str, tools):
        file = tools.work / "image.tar"
        file.write_text(text)
        yield tools.store.add("image_file", file)

    def xx009(verdicts):
        yield Finding(ok=True, message=str(dict(verdicts.subjects)), rule="seen")

    parts = (
        a_check(xx001),
        a_step(packing, Phase.DELIVERY, "image_file"),
        a_check(xx009, phases=Phase.RELEASE),
    )
    small = Small(tmp_path, *parts, number=1, text="one")
    small.results(run_id="first")
    assert small.results(run_id="second")["XX009"].reused_from == "first"
    small.values["text"] = "two"
    assert small.results(run_id="third")["XX009"].reused_from == ""


def test_a_check_asked_for_alone_has_the_recipe_that_it_has_in_a_whole_run(tmp_path):
    small = Small(tmp_path, a_step(making, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc")
    small.results(run_id="first")
    walk = small.walk(run_id="second")
    [item] = [i for i in small.plan.items if i.name == "XX002"]
    assert walk.result(item).reused_from == "first"


def test_what_another_process_computes_is_waited_for_and_reused(tmp_path):
    begun, go_on, computed = threading.Event(), threading.Event(), []

    def slow(text: str, tools):
        computed.append(text)
        begun.set()
        assert go_on.wait(60)
        yield from making(text, tools)

    small = Small(tmp_path, a_step(slow, Phase.INTEGRATION, "made_file"), a_check(xx002), text="abc")
    with ThreadPoolExecutor(2) as pool:  # a lock of one open file shuts out others of this process too
        first = pool.submit(lambda: list(small.walk(run_id="first").events()))
        assert begun.wait(60)
        later = small.walk(run_id="second")
        second = pool.submit(lambda: list(later.events()))
        while not any("another process is at the same" in text for text in small.said):
            assert not second.done()
            time.sleep(0.01)
        go_on.set()
        first.result(60), second.result(60)
    assert computed == ["abc"]
    assert later.results[0].reused_from == "first"
    assert not list((tmp_path / ".iddr/cache").glob("*.lock"))


def test_an_acting_step_asked_for_alone_has_everything_before_it_judged_first(tmp_path):
    parts = (
        a_step(making, Phase.INTEGRATION, "made_file"),
        a_check(xx002),
        a_step(acting, Phase.DELIVERY, acts=True),
    )
    small = Small(tmp_path, *parts, text="too long")
    walk = small.walk()
    [item] = [i for i in small.plan.items if i.name == "acting"]
    assert walk.result(item).status is Status.BLOCKED
    assert not (tmp_path / "acted").exists()


def test_a_light_run_takes_a_heavy_verdict_by_its_recipe_and_computes_none(tmp_path):
    counted = []

    def xx009(number):
        counted.append(number)
        yield Finding.at_least("number", number, 1)

    def small(root, number):
        (tmp_path / root).mkdir(exist_ok=True)
        made = Small(tmp_path / root, a_check(xx009, weight="heavy"), number=number)
        made.cache = tmp_path / "cache"
        return made

    light = small("one", 3).results(heavy=False)["XX009"]
    assert (light.status, light.reason) == (
        Status.NOT_APPLICABLE, "heavy: runs on main, nightly, before a release",
    )  # fmt: skip
    assert small("two", 3).results(run_id="main")["XX009"].status is Status.PASSED
    reused = small("one", 3).results(heavy=False)["XX009"]
    assert (reused.status, reused.reused_from) == (Status.PASSED, "main")
    assert small("one", 4).results(heavy=False)["XX009"].status is Status.NOT_APPLICABLE
    assert small("one", 3).results(heavy=False, reuse=False)["XX009"].status is Status.NOT_APPLICABLE
    assert counted == [3]
