"""The contract that every check keeps, for our own tests and for the authors of plugins."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_checks.checks import PROFILES, Check
from model_checks.discovery import CODE, PREFIXES, built_in_modules
from model_checks.fingerprints import fingerprint_of
from model_checks.running import run_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from model_checks.findings import Finding

HEADINGS = ("Why:", "Fix:", "Source:")


def obeys_contract(check: Check[...], *, make: Callable[[Path], Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Hold `check` to what plan, reports and baseline rely on; return its findings on what `make` makes.

    `make(folder)` returns the inputs by name, files of theirs written to the empty `folder`; under "options" it
    may return options. It is called twice, and must make the same both times.

    Raises:
        AssertionError: everything in which the check breaks the contract, in words.
    """
    broken = [*_identity(check), *_documentation(check), *_options(check)]
    _raise(check, broken)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        findings, changed = _run(check, make, Path(one))
        again, _ = _run(check, make, Path(two))
        # Names of folders differ by chance; everything else that is said must not.
        if repr(findings).replace(one, "") != repr(again).replace(two, ""):
            broken.append("the same inputs gave other findings; take seeds and times as inputs or options")
    broken += [f"the input {name} was changed; work on a copy" for name in changed]
    _raise(check, [*broken, *_findings(findings)])
    return findings


def _raise(check: Check[...], broken: Iterable[str]) -> None:
    if words := "\n".join(f"{check.code}: {each}" for each in broken):
        raise AssertionError(words)


def _identity(check: Check[...]) -> Iterator[str]:
    module = check.function.__module__
    if not CODE.fullmatch(check.code):
        yield f"{check.code!r} is no code: name the function in two letters and three digits, such as xx001"
    family = PREFIXES.get(check.code[:2])
    if module == built_in_modules().get(check.code):
        if f"model_checks.{family}" != module.rpartition(".")[0]:
            yield f"{module} is no place for {check.code[:2]}: those are in model_checks/{family}"
    elif family is not None:
        yield f"codes in {check.code[:2]} are the kit's own, now and later; take other letters"
    if len(check.levels) != len(PROFILES):
        yield f"has {len(check.levels)} levels, expected one for each of {', '.join(PROFILES)}"
    if not check.phases:
        yield "belongs to no phase, so it never runs"


def _documentation(check: Check[...]) -> Iterator[str]:
    lines = check.documentation.splitlines()
    if not check.title.strip():
        yield "has no title"
    if not lines or not lines[0].strip():
        yield "has no docstring; iddr explain prints it"
    if lacking := [h for h in HEADINGS if not any(line.strip().startswith(h) for line in lines)]:
        yield f"the docstring lacks {', '.join(lacking)}"


def _options(check: Check[...]) -> Iterator[str]:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        schema = check.options
        Draft202012Validator.check_schema(schema)
    except (TypeError, NameError, SchemaError) as error:
        yield f"the options have no valid JSON Schema: {error}"
        return
    given = {n: list(v) if isinstance(v, tuple) else v for n, v in check.defaults.items() if v is not None}
    if lacking := schema.get("required"):
        yield f"the options {', '.join(lacking)} have no default, so it cannot run unless they are configured"
        return
    for fault in Draft202012Validator(schema).iter_errors(given):
        yield f"a default is outside its own option's bounds: {fault.json_path}: {fault.message}"


def _run(
    check: Check[...], make: Callable[[Path], Mapping[str, Any]], folder: Path
) -> tuple[tuple[Finding, ...], list[str]]:
    """Return the findings, and the names of the inputs that the check changed."""
    inputs = dict(make(folder))
    options = inputs.pop("options", {})
    before = {name: fingerprint_of(value) for name, value in inputs.items()}
    findings = run_check(check, inputs, options)
    return findings, [name for name, value in inputs.items() if fingerprint_of(value) != before[name]]


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    judged = [f for f in findings if not f.note]
    if not judged:
        yield "it judged nothing; yield a finding with what was measured where all is well"
    for finding in judged:
        if not finding.rule:
            yield f"the finding {finding.message!r} has no rule, so a baseline cannot know it again"
        if finding.ok is False and not finding.fix:
            yield f"the finding {finding.message!r} has no fix; say what to do"
