"""Judges what a folder or the repository's Python became: one archive, of which some files run."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from model_checks.model_files.allowed_imports import is_standard_module
from model_checks.model_files.inspection import OPAQUE, Inspection, Unreadable, printable
from model_checks.model_files.mlmodel import plain, read_flavors
from model_checks.model_files.pickle_machine import Machine
from model_checks.model_files.pickles import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from model_checks.model_files.pickle_machine import Data

MLMODEL = "MLmodel"
FUNCTION = "iddr-function.json"
FUNCTION_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
# For each flavour, the settings that may name its own file; its loader is MLflow's module of that name.
FILES = {"sklearn": ("pickled_model",), "xgboost": ("data",), "lightgbm": ("data",), "onnx": ("data",)}
PYFUNC = "mlflow.pyfunc.model"
LOADERS = {f"mlflow.{flavour}" for flavour in FILES} | {PYFUNC}
TEXTS = (".py", ".pyi", ".txt", ".md", ".rst", ".json", ".yaml", ".yml", ".toml", ".csv", ".tsv", ".cfg", ".ini")
TABLES = (b"PAR1", b"ARROW1")  # Parquet and Arrow begin and end so
NO_MODEL = frozenset(
    (
        "unknown format",
        "no pickle opcode",
        "truncated pickle",
        "unknown JSON",
        "unknown XML",
        "an object kept elsewhere",
    )
)
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


def read_mlmodel(content: Data, names: Sequence[str], place: str, inspection: Inspection) -> dict[str, str]:
    """Return how the folder is opened: flavour, file, folder of code; judge what that imports.

    Raises:
        Unreadable: MLmodel is not as MLflow writes it, or names a file that is not there.
    """
    try:
        flavors = read_flavors(str(content[:], "utf-8"))
    except UnicodeDecodeError as fault:
        raise Unreadable("broken MLmodel", "it is not UTF-8 text") from fault
    generic = flavors["python_function"]
    loader = plain(generic, "loader_module")
    if loader not in LOADERS:
        inspection.judge(loader or "(none)", "_load_pyfunc", place, at="loader_module")
    if any("model_code_path" in settings for settings in flavors.values()):
        inspection.threat(
            "model_code_path", place, "MLflow runs that script to make the model; log the fitted model instead"
        )
    own = [name for name in FILES if name in flavors and loader == f"mlflow.{name}"]
    flavour, settings = (own[0], flavors[own[0]]) if own else ("pyfunc", generic)
    inside = {"flavour": flavour}
    if own:
        inside["file"] = next((f for key in FILES[flavour] if (f := plain(settings, key))), "")
        if inside["file"] not in names:
            raise Unreadable("broken MLmodel", f"it names the file {inside['file']!a}, which is not in the folder")
    code = plain(settings, "code") or plain(generic, "code")
    return inside | ({"code": code} if code else {})


def read_function(content: Data, place: str, inspection: Inspection) -> dict[str, str]:
    """Return which function of the repository's own Python answers.

    Raises:
        Unreadable: the archive does not say so as the kit writes it.
    """
    try:
        document = json.loads(content[:])
    except (ValueError, RecursionError) as fault:
        raise Unreadable("broken archive of a function", f"{FUNCTION} is no JSON") from fault
    name = document.get("function") if isinstance(document, dict) and len(document) == 1 else None
    if not isinstance(name, str) or not FUNCTION_NAME.fullmatch(name):
        raise Unreadable("broken archive of a function", f"{FUNCTION} names no function as module:name")
    if not inspection.own_code:
        inspection.threat(
            f"Python code of {name}", place, "it runs when it is opened, and [model] function does not name it"
        )
    return {"function": name}


def judge_code(names: Sequence[str], kind: str, inside: Mapping[str, str], place: str, scan: Inspection) -> None:
    """Keep the archive's Python files by name; code beside an MLflow model must be vouched for by a name of it."""
    python = [name for name in names if name.endswith((".py", ".pyi"))]
    scan.code.extend(map(printable, python))
    if kind == "function":
        return
    folder = inside.get("code", "").strip("/") + "/"
    roots = {name.removeprefix(folder).split("/")[0].removesuffix(".py") for name in python}
    vouched = {name.partition(".")[0] for name in scan.vouched}
    for root in sorted(roots - vouched):
        scan.threat(
            f"Python code of {printable(root)}", place,
            "it can be imported when the model is opened, and no name of it is vouched for",
        )  # fmt: skip


def is_text(name: str) -> bool:
    """Tell whether a member's name promises text that nothing unpickles."""
    return name.lower().endswith(TEXTS) or name.rpartition("/")[2] in {MLMODEL, "registered_model_meta"}


def judge_text(content: Data, place: str, inspection: Inspection) -> None:
    """Judge a text: code, settings, a table. It may hold nothing that Python's own modules would be called by.

    Raises:
        Unreadable: it is no text.
    """

    def on_import(machine: Machine, module: str, name: str) -> None:
        # "channels:" and "catboost" begin with an opcode too: their lines are no names of Python's own modules.
        if DOTTED.fullmatch(module) and is_standard_module(module):
            inspection.judge(module, name, place, at=f"{machine.at}, read with pickle.load")

    machine = Machine(data=content, place=place, inspection=inspection, on_import=on_import, on_threat=_ignore)
    machine.lenient = True
    with suppress(Unreadable):
        walk(machine)
    if b"\0" in content[:]:
        raise Unreadable("a text that is none", "the name promises text, the content is not")


def judge_data(
    content: Data, name: str, place: str, inspection: Inspection, nested: Callable[[Data, str], str]
) -> None:
    """Judge a file that the repository's own code reads: tables and unknown data are welcome, models are judged.

    Raises:
        Unreadable: it is a model file that cannot be seen through.
    """
    if is_text(name):
        judge_text(content, place, inspection)
        return
    if any(content[: len(magic)] == magic == content[-len(magic) :] for magic in TABLES):
        return
    try:
        nested(content, place)
    except Unreadable as fault:
        if fault.kind not in NO_MODEL or content[:1] == b"\x80":
            raise
        # What an accidental opcode of such data could not be seen through is of no matter; an import would be.
        for key in [k for k in inspection.threats if k[1] == place and k[0].startswith(OPAQUE)]:
            del inspection.threats[key]


def _ignore(machine: Machine, first: str, second: str) -> None:
    """Do nothing: a text is judged by its imports."""
