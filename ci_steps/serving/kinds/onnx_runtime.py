"""ONNX Runtime, which says nothing of its models to anyone."""

import os
from typing import Any


def onnx_runtime() -> Any:
    """Import ONNX Runtime with its reports switched off.

    From 1.29 on its builds for Linux tell their maker of each process and model, and keep an identifier of the
    machine and a data base in the home folder, from a thread of their own. Importing it reads the variable.
    Source: ONNX Runtime, docs/Privacy.md.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime
