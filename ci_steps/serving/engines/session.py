"""Reads an ONNX graph into a session of ONNX Runtime."""

from __future__ import annotations

from typing import Any

from ci_steps.serving.kinds.onnx_runtime import onnx_runtime


def session_of(content: bytes) -> Any:
    """Return the session that runs the graph in `content`; raises what the runtime raises."""
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
