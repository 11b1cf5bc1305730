"""Converts a model file as SETTINGS says and writes what came of it: main.py SETTINGS.

SETTINGS is JSON: {"model": path, "format": how, "form": "onnx" or "skops", "columns": [[name, type], ...],
"converted": path to write, "result": path to write}. The result is JSON: {"versions": {...}}, and "failed" with
the reason where the model does not convert.
"""

import importlib
import json
import platform
import sys
import warnings
from pathlib import Path
from typing import Any

PACKAGES = ("skl2onnx", "onnxmltools", "onnx", "skops", "sklearn", "numpy", "xgboost", "lightgbm")
LETTERS = 600


def convert(settings: dict[str, Any]) -> dict[str, Any]:
    """Write the converted model; return the versions that took part, and why it failed if it did."""
    result: dict[str, Any] = {}
    try:
        opening = importlib.import_module("iddr_kinds.opening")
        with Path(settings["model"]).open("rb") as file:
            model = opening.load(file, settings["format"], {})
        form = importlib.import_module(f"iddr_converter.to_{settings['form']}")
        content = form.converted(model, settings["columns"])
        Path(settings["converted"]).write_bytes(content)
    # A converter raises whatever the model's parts make it raise.
    except BaseException as error:  # noqa: BLE001
        words = " ".join(str(error).split()).partition(" You may raise an issue at ")[0]  # not for our users to do
        result["failed"] = f"{type(error).__name__}: {words}"[:LETTERS]
    loaded = {name: getattr(sys.modules.get(name), "__version__", None) for name in PACKAGES}
    versions = {name: str(version) for name, version in loaded.items() if version}
    return {**result, "versions": {"python": platform.python_version(), **versions}}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    Path(told["result"]).write_text(json.dumps(convert(told)), "utf-8")
