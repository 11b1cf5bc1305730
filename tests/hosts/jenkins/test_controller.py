"""The controller itself: that it runs what Jenkins runs, and catches what Jenkins would refuse."""

from __future__ import annotations

import pytest

SCRIPTED = """
node('linux') {
    stage('Make') {
        def said = sh(script: 'echo "to the caller"; echo "to the log" >&2', returnStdout: true).trim()
        echo "said: ${said}"
        withEnv(['COLOUR=blue', 'PATH+OWN=/own/bin']) { sh 'echo "colour $COLOUR"; case $PATH in /own/bin:*) echo first;; esac' }
        withCredentials([usernamePassword(credentialsId: 'index', usernameVariable: 'U', passwordVariable: 'P')]) { sh 'echo "$U and $P"' }
        dir('deep/er') { writeFile file: 'kept.txt', text: 'x'; writeFile file: '.gitignore', text: '*' }
        stash name: 'some', includes: 'deep/**'
        stash name: 'all', includes: 'deep/**', useDefaultExcludes: false
        archiveArtifacts 'deep/**'
        int tries = 0
        retry(3) { tries++; if (tries < 3) { error 'not yet' } }
        echo "tries: ${tries}"
        catchError(buildResult: 'UNSTABLE') { error 'caught' }
        echo "status: ${sh(script: 'exit 7', returnStatus: true)}"
        parallel(a: { echo 'branch a' }, b: { sh 'echo branch b' })
    }
}
node('gpu') {
    unstash 'some'
    echo "left out: ${!fileExists('deep/er/.gitignore')}"
    unstash 'all'
    echo "brought: ${fileExists('deep/er/.gitignore')}, ${readFile('deep/er/kept.txt')}"
}
for (each in ['one', 'two']) { echo "loop ${each}" }
"""
DECLARATIVE = """
pipeline {
    agent none
    options { timeout(time: 1, unit: 'HOURS') }
    parameters { string(name: 'TARGET', defaultValue: 'all') }
    environment { LEVEL = 'outer'; KEY = credentials('token') }
    stages {
        stage('Build') {
            agent { label 'linux' }
            environment { LEVEL = "${LEVEL}-inner" }
            steps { sh 'echo "level $LEVEL target $TARGET key $KEY"; git rev-parse --is-inside-work-tree' }
        }
        stage('Only on a tag') { when { buildingTag() }; steps { echo 'must not run' } }
        stage('Only on main') { when { allOf { branch 'main'; not { changeRequest() } } }; steps { echo 'runs on main' } }
        stage('Ask') {
            agent { label 'gpu' }
            input { message 'Go on?'; id 'GoOn'; submitterParameter 'WHO' }
            steps { echo "asked ${WHO} on ${NODE_NAME}" }
            post { success { echo 'post of a stage' } }
        }
        stage('Break') { agent any; steps { error 'broken here' } }
        stage('Never') { agent any; steps { echo 'must not run' } }
    }
    post { always { echo 'always' }; failure { echo 'on failure' }; success { echo 'must not run' } }
}
"""
FAULTS = {
    "a closure in sort": "[3, 1].sort { a, b -> a <=> b }",
    "a step in sort": "[3, 1].sort { a, b -> sh 'true'; a <=> b }",
    "a step in @NonCPS": "plain()",
    "a matcher across a step": "def m = ('a' =~ /a/); sh 'true'",
    "a lazy map across a step": "def told = new groovy.json.JsonSlurper().parseText('{}'); sh 'true'",
    "a matcher captured by a closure": "def m = ('a' =~ /a/); def c = { m }; [1].each { sh 'true' }",
}
REFUSED = {
    "a file of the controller": "new File('/etc/passwd')",
    "a program of the controller": "'id'.execute()",
    "the environment of the controller": "System.getenv('HOME')",
    "the end of the controller": "System.exit(0)",
    "a class by its object": "echo \"${'x'.class.name}\"",
    "a JSON reader that is not in the list": "new groovy.json.JsonSlurperClassic()",
}
ALLOWED = "[1].each { sh 'true' }; [a: 1].collect { k, v -> echo k }; [1, 2].find { it == 2 }; echo 'x'.trim()"


def test_a_scripted_pipeline_runs_for_real(controller):
    build = controller.build(SCRIPTED, credentials={"index": {"username": "ann", "password": "s3cret-word"}})
    assert (build.result, build.faults) == ("UNSTABLE", []), build.log
    for said in (
        "said: to the caller", "to the log", "colour blue", "first", "ann and ****", "tries: 3", "status: 7", "branch a",
        "branch b", "left out: true", "brought: true, x", "loop two",
    ):  # fmt: skip
        assert f"{said}\n" in build.log, build.log
    assert "s3cret-word" not in build.log
    assert (build.home / "archive" / "deep" / "er" / "kept.txt").read_text() == "x"


def test_a_declarative_pipeline_runs_for_real(controller, standing):
    build = standing.build(
        DECLARATIVE, answers={"GoOn": {"who": "ann"}}, credentials={"token": {"secret": "tok-123"}}
    )
    assert (build.result, build.faults) == ("FAILURE", []), build.log
    for said in (
        "level outer-inner target all key ****", "true", "runs on main", "asked ann on gpu", "post of a stage", "always",
        "ERROR: broken here", "on failure",
    ):  # fmt: skip
        assert f"{said}\n" in build.log, build.log
    assert "must not run" not in build.log
    assert [each["stage"] for each in build.of("skipped")] == ["Only on a tag"]
    assert not build.of("input")[0]["inside_node"]


def test_a_section_that_declarative_pipelines_do_not_have_is_refused(controller):
    build = controller.build("pipeline { agent any\n stagess { } }")
    assert (build.result, 'unknown section "stagess"' in build.log) == ("FAILURE", True)


@pytest.fixture(scope="module")
def judged(controller):
    """Run every case in one build; each is caught, and its fault is in the events by its stage."""
    cases = FAULTS | REFUSED | {"what is allowed": ALLOWED}
    stages = "\n".join(
        f"stage('{name}') {{ try {{ {code} }} catch (Throwable fault) {{ echo 'caught' }} }}"
        for name, code in cases.items()
    )
    build = controller.build(f"node {{\n{stages}\n}}\n@NonCPS\ndef plain() {{ sh 'true' }}\n")
    assert build.result == "SUCCESS", build.log
    return {name: [each["kind"] for each in build.faults if each["stage"] == name] for name in cases}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_saved_half_way_is_a_fault(judged, name):
    assert judged[name] == ["cps"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_sandbox_does_not_permit_is_a_fault(judged, name):
    assert judged[name] == ["sandbox"]


def test_what_jenkins_permits_is_none(judged):
    assert judged["what is allowed"] == []


def test_an_unknown_parameter_or_step_is_refused(controller):
    build = controller.build(
        "node { try { sh scrpt: 'x' } catch (IllegalArgumentException e) { echo e.getMessage() }; shell 'x' }"
    )
    assert "unknown parameter(s) [scrpt]" in build.log
    assert "No such DSL method 'shell'" in build.log
    assert build.result == "FAILURE"
