"""CodeNarc's rules for Jenkins find nothing in what we ship, and each of them can find something."""

from __future__ import annotations

import shutil

import pytest

from tests.hosts.jenkins.codenarc import RULES, findings
from tests.hosts.jenkins.conftest import ROOT

BAD = """
import com.cloudbees.groovy.cps.NonCPS
import java.util.regex.Matcher

def call() { [3, 1].sort { a, b -> a <=> b } }

def search(String text) {
    Matcher found = (text =~ /a/)
    found.find()
}

Matcher searched(String text) { null }

@NonCPS
def plain() { stepping() }

def stepping() { "now ${ -> 1 }" }

class Thing {
    String toString() { stepping() }
    def stepping() { 'x' }
}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is found in the library, in both Jenkinsfiles and in one bad file, in one go."""
    folder, work = tmp_path_factory.mktemp("judged"), tmp_path_factory.mktemp("codenarc")
    shutil.copytree(ROOT / "ci_steps" / "jenkins" / "vars", folder / "vars")
    shutil.copy(ROOT / "Jenkinsfile", folder / "OwnJenkinsfile")
    shutil.copy(ROOT / "templates" / "Jenkinsfile", folder / "UsersJenkinsfile")
    (folder / "bad.groovy").write_text(BAD, "utf-8")
    return findings(folder, work)


def test_nothing_is_found_in_what_we_ship(found):
    assert {each for each in found if each[0] != "bad.groovy"} == set()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_fires_on_the_bad_file(found, rule):
    assert rule in {each[1] for each in found}
