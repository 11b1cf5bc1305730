"""Judges models that are text: XGBoost's JSON, LightGBM's own text, PMML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.parsers import expat

from model_checks.model_files.inspection import Inspection, Unreadable
from model_checks.model_files.pickles import read_as_pickle_too

if TYPE_CHECKING:
    from model_checks.model_files.pickle_machine import Data

LARGEST_JSON = 512 * 1024 * 1024
LIGHTGBM_MAGIC = (b"tree\nversion=", b"tree\r\nversion=")


def inspect_json(data: Data, place: str, inspection: Inspection) -> str:
    """Judge an XGBoost model saved as JSON; return "xgboost-json".

    Raises:
        Unreadable: it is another JSON, whose meaning depends on what reads it.
    """
    read_as_pickle_too(data, place, inspection)
    if len(data) > LARGEST_JSON:
        raise Unreadable("a JSON file that is too large", "it is larger than 512 MiB")
    try:
        model = json.loads(data[:])
    except (ValueError, RecursionError) as fault:
        raise Unreadable("unknown format", "it begins like JSON and does not read as such") from fault
    if not isinstance(model, dict) or set(model) != {"learner", "version"}:
        raise Unreadable("unknown JSON", "it is not an XGBoost model; what reads it decides what it does")
    return "xgboost-json"


def inspect_lightgbm(data: Data, place: str, inspection: Inspection) -> str:
    """Judge a LightGBM model saved as text; return "lightgbm".

    Raises:
        Unreadable: it is not text throughout, or has no end mark.
    """
    read_as_pickle_too(data, place, inspection)
    text = data[:]
    if b"\0" in text or b"end of trees" not in text:
        raise Unreadable("broken LightGBM model", "it is not text, or has no line `end of trees`")
    return "lightgbm"


def inspect_xml(data: Data, place: str, inspection: Inspection) -> str:
    """Judge a PMML document; return "pmml".

    Raises:
        Unreadable: it is other XML, declares entities, or holds code of an extension.
    """
    read_as_pickle_too(data, place, inspection)
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name.rpartition(" ")[2]) if not names else None
    parser.StartDoctypeDeclHandler = _refuse_declarations
    try:
        parser.Parse(data[:], True)  # noqa: FBT003 - the C function takes it by position
    except expat.ExpatError as fault:
        raise Unreadable("broken XML", f"the XML does not read: {fault}") from fault
    if names != ["PMML"]:
        raise Unreadable("unknown XML", "its first element is not PMML")
    return "pmml"


def _refuse_declarations(*_: object) -> None:
    raise Unreadable("XML with declarations", "a document type can name files and addresses to read")
