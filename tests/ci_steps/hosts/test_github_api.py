"""The one comment, written and updated over HTTP; who approved; and what is said when GitHub does not let us."""

import pytest

from ci_steps.hosts.github_api import COMMENT_CHARACTERS, Repository
from ci_steps.steps import Infrastructure, Refused
from tests.ci_steps.hosts.comments_server import TOKEN, comments_server

MARKER = "<!-- iddr:model -->"


@pytest.fixture
def server():
    with comments_server() as known:
        yield known


def repository(server, token=TOKEN):
    return Repository.of(api=server.address, name="team/model", token=token)


def test_a_second_run_updates_the_comment_of_the_first(server):
    server.add("a person's words", user={"login": "ada", "type": "User"})
    first = repository(server).put_comment("7", f"{MARKER}\nclosed")
    second = repository(server).put_comment("7", f"{MARKER}\nopen")
    assert first == second
    assert server.bodies() == ["a person's words", f"{MARKER}\nopen"]


def test_two_models_have_a_comment_each(server):
    for model in ("a", "b", "a"):
        repository(server).put_comment("7", f"<!-- iddr:{model} -->\nopen")
    assert len(server.comments) == 2


def test_the_comment_is_found_behind_a_hundred_others(server):
    for number in range(130):
        server.add(f"comment {number}")
    repository(server).put_comment("7", f"{MARKER}\nclosed")
    repository(server).put_comment("7", f"{MARKER}\nopen")
    assert len(server.comments) == 131
    assert server.bodies()[130] == f"{MARKER}\nopen"


def test_a_person_who_copies_the_marker_keeps_the_comment(server):
    theirs = f"{MARKER}\nall is well, merge it"
    server.add(theirs, user={"login": "mallory", "type": "User"})
    repository(server).put_comment("7", f"{MARKER}\nclosed")
    assert server.bodies() == [theirs, f"{MARKER}\nclosed"]


def test_a_comment_that_is_too_long_is_cut_and_says_so(server):
    repository(server).put_comment("7", f"{MARKER}\n" + "x" * 100_000)
    [body] = server.bodies()
    assert len(body) == COMMENT_CHARACTERS
    assert body.endswith("the rest is in the report.")


def test_a_gateway_that_fails_once_is_asked_again(server):
    server.faults = [502, 503]
    repository(server).put_comment("7", f"{MARKER}\nopen")
    assert len(server.comments) == 1


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_token_that_may_not_comment_is_told_which_permission_it_lacks(server, code):
    server.faults = [code]
    with pytest.raises(Refused, match="`pull-requests: write`"):
        repository(server).put_comment("7", f"{MARKER}\nopen")


def test_a_wrong_token_is_refused_and_never_said(server):
    with pytest.raises(Refused) as told:
        repository(server, token="ghs_wrong").put_comment("7", f"{MARKER}\nopen")  # noqa: S106 - of no account
    assert "ghs_wrong" not in str(told.value)


def test_a_server_that_fails_or_is_not_there_is_infrastructure(server):
    server.faults = [500]
    with pytest.raises(Infrastructure, match="500"):
        repository(server).put_comment("7", f"{MARKER}\nopen")
    gone = Repository.of(api="http://127.0.0.1:9", name="team/model", token=TOKEN)
    with pytest.raises(Infrastructure, match="does not answer"):
        gone.put_comment("7", f"{MARKER}\nopen")


def review(login, state="approved", environment="production"):
    return {"state": state, "user": {"login": login}, "environments": [{"name": environment}]}


def test_who_approved_is_who_let_the_job_into_its_environment(server):
    server.approvals = [
        review("ada"), review("bob", state="rejected"), review("eve", environment="staging"), review("grace"),
        review("x\napprover=mallory"), {"state": "approved", "user": None, "environments": [{"name": "production"}]},
    ]  # fmt: skip
    assert repository(server).approvers("42", "production") == ["ada", "grace"]
    assert repository(server).approvers("42", "elsewhere") == []
