"""What waits for a program of its own lets others go on: in what order, and within which time."""

from __future__ import annotations

import threading

import pytest

from ci_steps.limits import Limits
from ci_steps.loop import Started
from ci_steps.results import Gate, Status
from ci_steps.steps import Infrastructure, Provider
from ci_steps.waiting import Waiting, finished, in_a_block, without_waits
from model_checks.checks import Phase
from model_checks.findings import Finding, NotAudited
from tests.ci_steps.small import Small, a_check, a_step


class Program:
    """A program that works until `ended` is set; `looks` counts how often was asked."""

    def __init__(self, *, looks: int = 10_000) -> None:
        self.looks, self.closed, self.waited = looks, False, []

    def over(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def waits(self, value):
        try:
            yield Waiting(over=self.over)
            self.waited.append(value)
            yield value
        finally:
            self.closed = True


def order(events):
    return [
        ("gate" if isinstance(e, Gate) else f"{'>' if isinstance(e, Started) else '<'}{e.item.name}")
        for e in events
    ]


def fitting(program: Program, tools):
    file = tools.work / "made.txt"
    file.write_text("model")
    yield Finding.said("begun")
    yield Waiting(over=program.over)
    yield tools.store.add("made_file", file)


def xx001(number: int):
    yield Finding.at_least("number", number, 1)


def xx002(made_file):
    yield Finding.at_most("length", len(made_file.read_text()), 5)


def a_small(tmp_path, program, *parts, **values):
    step = a_step(fitting, Phase.INTEGRATION, "made_file")
    small = Small(tmp_path, step, *parts, program="p", **values)
    small.values["program"] = program
    leaves = small.leaves

    def with_program():
        given = leaves()
        given.given["program"] = type(given.given["program"])(lambda: program, lambda: "program")
        return given

    small.leaves = with_program
    return small


def test_checks_that_need_nothing_of_it_go_on_while_a_step_waits(tmp_path):
    small = a_small(tmp_path, Program(), a_check(xx001), a_check(xx002), number=1)
    results = small.results()
    assert order(small.events) == [">fitting", ">XX001", "<XX001", "<fitting", ">XX002", "<XX002", "gate"]
    assert {r.status for r in results.values()} == {Status.PASSED}
    assert [r.name for r in small.walk().results] == []
    assert [f.message for f in results["fitting"].findings] == ["begun"]


def test_a_step_goes_on_as_soon_as_its_program_has_ended(tmp_path):
    def xx000(number):
        yield Finding.at_least("number", number, 1)

    small = a_small(tmp_path, Program(looks=1), a_check(xx000), a_check(xx001), number=1)
    small.results()
    assert order(small.events)[:4] == [">fitting", ">XX000", "<XX000", "<fitting"]


def test_results_are_in_the_plans_order_whatever_ended_first(tmp_path):
    small = a_small(tmp_path, Program(), a_check(xx001), a_check(xx002), number=1)
    walk = small.walk()
    list(walk.events())
    assert [r.name for r in walk.results] == ["fitting", "XX001", "XX002"]


def test_what_judges_the_verdicts_or_acts_waits_for_everything_before_it(tmp_path):
    def xx009(verdicts):
        yield Finding.at_least("verdicts", len(verdicts.required), 2)

    def acting(tools):
        (tools.root / "acted").touch()
        yield Finding.said("acted")

    parts = [a_check(xx001), a_check(xx002), a_check(xx009), a_step(acting, Phase.INTEGRATION, acts=True)]
    small = a_small(tmp_path, Program(), *parts, number=1)
    assert small.results()["XX009"].status is Status.PASSED
    assert order(small.events)[-7:] == ["<XX002", ">XX009", "<XX009", "gate", ">acting", "<acting", "gate"]


def test_a_closed_gate_begins_nothing_of_the_next_phase(tmp_path):
    program = Program()

    def hosted(number: int):
        yield from program.waits(number)

    def xx003(hosted):
        yield Finding.at_least("number", hosted, 1)

    parts = [a_check(xx001), a_check(xx003, phases=Phase.DELIVERY)]
    hosting = Provider("hosted", "family", True, hosted, ahead=True)
    results = Small(tmp_path, *parts, hosting, number=0).results()
    assert results["XX003"].status is Status.BLOCKED
    assert program.looks == 10_000


def test_an_input_is_begun_ahead_and_those_who_ask_for_it_come_later(tmp_path):
    program = Program()

    def hosted(number: int):
        yield from program.waits(number)

    def xx000(hosted):
        yield Finding.at_least("number", hosted, 1)

    small = Small(
        tmp_path, a_check(xx000), a_check(xx001), Provider("hosted", "family", True, hosted, ahead=True), number=1
    )
    assert small.results()["XX000"].status is Status.PASSED
    assert order(small.events) == [">XX001", "<XX001", ">XX000", "<XX000", "gate"]
    assert (program.waited, program.closed) == ([1], True)


def test_nothing_is_begun_for_what_an_earlier_result_answers(tmp_path):
    begun = []

    def hosted(number: int):
        begun.append(number)
        yield Waiting(over=lambda: True)
        yield number

    def xx000(hosted):
        yield Finding.at_least("number", hosted, 1)

    small = Small(tmp_path, a_check(xx000), Provider("hosted", "family", True, hosted, ahead=True), number=1)
    small.results(run_id="first")
    assert small.results(run_id="second")["XX000"].reused_from == "first"
    assert begun == [1]


@pytest.mark.parametrize("at", ["beginning", "waiting"])
def test_what_is_raised_ahead_is_told_to_who_asks(tmp_path, at):
    def hosted(number: int):
        if at == "waiting":
            yield Waiting(over=lambda: True)
        raise NotAudited(f"raised while {at} {number}")

    def xx000(hosted):
        yield Finding.at_least("number", hosted, 1)

    small = Small(
        tmp_path, a_check(xx000), a_check(xx001), Provider("hosted", "family", True, hosted, ahead=True), number=1
    )
    results = small.results()
    assert (results["XX000"].status, results["XX000"].reason) == (Status.NOT_AUDITED, f"raised while {at} 1")
    assert results["XX001"].status is Status.PASSED


def test_what_raises_after_its_wait_ends_as_ever(tmp_path):
    def fitting(number: int):
        yield Finding.said("tried")
        yield Waiting(over=lambda: False)
        raise Infrastructure(f"killed {number}")

    results = Small(tmp_path, a_step(fitting, Phase.INTEGRATION), a_check(xx001), number=1).results()
    assert (results["fitting"].status, results["fitting"].fault) == (Status.BROKEN, "infrastructure")
    assert [f.message for f in results["fitting"].findings] == ["tried"]


def test_an_interrupted_walk_ends_what_it_has_begun(tmp_path):
    program, begun = Program(), Program()

    def fitting(number: int, tools):
        yield from program.waits(Finding.said(str(number)))

    def hosted(number: int):
        yield from begun.waits(number)

    def xx000(hosted):
        yield Finding.at_least("number", hosted, 1)

    def xx003():
        raise KeyboardInterrupt
        yield

    walk = Small(
        tmp_path, a_step(fitting, Phase.INTEGRATION), a_check(xx000), a_check(xx003),
        Provider("hosted", "family", True, hosted, ahead=True), number=1,
    ).walk()  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        list(walk.events())
    assert (program.closed, begun.closed) == (False, False)
    walk.close()
    assert (program.closed, program.waited, begun.closed, begun.waited) == (True, [], True, [])
    assert not list((tmp_path / ".iddr/work").iterdir())
    assert not list((tmp_path / ".iddr/cache").glob("*.lock"))


def test_the_time_of_others_counts_against_a_step_only_while_its_program_works(tmp_path):
    slept = threading.Event()

    def xx003():
        slept.wait(0.6)
        yield Finding.at_least("number", 1, 1)

    def run(name, program):
        (tmp_path / name).mkdir()
        small = a_small(tmp_path / name, program, a_check(xx003))
        return small.results(limits=Limits(own={"fitting": 0.5}))["fitting"]

    late = run("late", Program())
    assert (late.status, late.fault) == (Status.BROKEN, "infrastructure")
    assert "took longer than 0.5 s" in late.reason
    assert run("early", Program(looks=1)).status is Status.PASSED


def test_a_step_counts_the_seconds_that_the_walk_gave_it(tmp_path):
    def xx003():
        threading.Event().wait(0.4)
        yield Finding.at_least("number", 1, 1)

    results = a_small(tmp_path, Program(), a_check(xx003)).results()
    assert results["XX003"].seconds >= 0.4
    assert results["fitting"].seconds < 0.4


def test_a_course_is_finished_and_its_value_returned():
    def course():
        yield Waiting(over=lambda: False)
        return 7

    assert finished(course()) == 7


def test_a_block_waits_for_the_value_and_closes_what_gave_it():
    program = Program()
    with in_a_block(program.waits)(5) as value:
        assert (value, program.closed) == (5, False)
    assert program.closed
    failing = Program()
    with pytest.raises(ZeroDivisionError), in_a_block(failing.waits)(5):
        raise ZeroDivisionError
    assert failing.closed


def test_without_waits_only_values_are_left():
    assert list(without_waits(Program().waits(5))) == [5]


def test_no_step_runs_out_of_turn_for_what_is_begun_ahead(tmp_path):
    def hosted(number: int):
        yield Waiting(over=lambda: True)
        yield number

    def xx000(hosted, made_file):
        yield Finding.at_least("number", hosted, 1)

    program = Program(looks=0)
    small = a_small(
        tmp_path, program, a_check(xx000), Provider("hosted", "family", True, hosted, ahead=True), number=1
    )
    events = small.walk().events()
    assert order([next(events)]) == [">fitting"]
    assert program.looks == 0
    assert order(events) == ["<fitting", ">XX000", "<XX000", "gate"]
