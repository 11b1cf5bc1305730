"""`iddr check CODE input=path ...`: one check, no configuration; a model is loaded by the Python at hand."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from ci_steps.commands.arguments import add_format
from model_checks import inputs as input_types

if TYPE_CHECKING:
    import argparse

    from ci_steps.results import Result
    from model_checks.checks import Check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `parser` this command's arguments."""
    parser.add_argument("code", help="the check's code, such as GV004")
    parser.add_argument("inputs", nargs="*", metavar="NAME=VALUE", help="inputs (paths) and options")
    add_format(parser, "json")


def answer(chosen: argparse.Namespace) -> tuple[int, str]:
    """Return the exit code of one check's verdict, and the findings."""
    from ci_steps.catalogue import load_catalogue
    from ci_steps.reports.console import result_lines
    from ci_steps.results import Gate, Run, Status, exit_code
    from ci_steps.results_json import document_of
    from ci_steps.steps import Refused

    checks = load_catalogue().checks
    code = chosen.code.upper()
    if code not in checks:
        raise Refused(f"no check is called {chosen.code!r}; there are: {', '.join(checks)}")
    result = _result(checks[code], dict(_pair(text) for text in chosen.inputs))
    closed = (code,) if result.status is not Status.PASSED else ()
    run = Run(
        id="", model="", profile="", started="", config_digest="", facts={}, results=(result,),
        gates=(Gate(phase=result.phase, closed_by=closed),),
    )  # fmt: skip
    if chosen.format == "json":
        return exit_code(run), json.dumps(document_of(result), indent=1, sort_keys=True) + "\n"
    held = [f"      {f.message}" for f in result.findings if f.ok is True and not f.note]
    return exit_code(run), "\n".join([*result_lines(result), *held]) + "\n"


def _result(check: Check[...], given: dict[str, str]) -> Result:
    from ci_steps.commands.opened_model import opened_model
    from ci_steps.endings import ending_of
    from ci_steps.results import Result, status_of
    from ci_steps.steps import Refused
    from model_checks.loading import MissingInput
    from model_checks.running import run_check

    options = _options(check, given)
    texts = {name: value for name, value in given.items() if name not in options}
    ready = _opened(check, texts)
    texts = {name: value for name, value in texts.items() if name not in ready}
    asks_for_model = any(each.name == "model" for each in check.inputs)
    _refuse_live(check, texts)
    ended: dict[str, Any]
    try:
        with opened_model(texts if asks_for_model else {}) as opened:
            findings = run_check(check, texts | ready | opened, options)
        ended = {"status": status_of(findings), "findings": findings}
    except (MissingInput, ValueError) as error:
        raise Refused(f"{check.code}: {error}") from None
    except Exception as error:  # noqa: BLE001 - whatever it is becomes a result
        ending = ending_of(error, "check")
        found = (ending.finding,) if ending.finding else ()
        ended = {"status": ending.status, "reason": ending.reason, "findings": found}
    return Result(kind="check", name=check.code, title=check.title, phase=next(iter(check.phases)).title, **ended)


def _opened(check: Check[...], texts: dict[str, str]) -> dict[str, Any]:
    """Read an image archive or a package, which take more than the checks themselves know."""
    from pathlib import Path

    from ci_steps.oci.packages import read_package
    from ci_steps.oci.reading import read_contents

    asked, made = {each.name for each in check.inputs}, dict[str, Any]()
    if "image" in texts and "image" in asked:
        contents = read_contents(Path(texts["image"]))
        made = {"image": contents.image, "image_files": contents.files}
    if "package" in texts and "package" in asked:
        made["package"] = read_package(Path(texts["package"]))
    return {name: value for name, value in made.items() if name in asked}


def _refuse_live(check: Check[...], inputs: dict[str, str]) -> None:
    """Refuse a text for an input that is no file: what a model said, or a service that runs."""
    from ci_steps.steps import Refused
    from model_checks.loading import LOADERS

    for name, parameter in inspect.signature(check.function).parameters.items():
        kind = str(parameter.annotation).partition(" ")[0]
        if (
            name in inputs
            and name != "model"
            and name not in LOADERS
            and isinstance(getattr(input_types, kind, None), type)
        ):
            raise Refused(
                f"{check.code}: {name} cannot be read from a file, a run makes it: use `iddr run`, or "
                f"model_checks.run({check.code!r}, {name}=...) from Python"
            )


def _pair(text: str) -> tuple[str, str]:
    from ci_steps.steps import Refused

    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Refused(f"{text!r}: expected NAME=VALUE, such as train=data/train.csv")
    return name, value


def _options(check: Check[...], given: dict[str, str]) -> dict[str, Any]:
    """Return the options among what was given, read as JSON where they are not text; a list may be a,b,c too."""
    from ci_steps.schema_faults import schema_faults
    from ci_steps.steps import Refused

    schema = check.options
    named = {
        name: _read(given[name], schema["properties"][name]) for name in given if name in schema["properties"]
    }
    if faults := schema_faults(named, schema):
        raise Refused("\n".join(f"{check.code}: {fault}" for fault in faults))
    return named


def _read(text: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "string":
        return text
    if schema.get("type") == "array" and not text.startswith("["):
        return text.split(",")
    try:
        return json.loads(text)
    except ValueError:
        return text
