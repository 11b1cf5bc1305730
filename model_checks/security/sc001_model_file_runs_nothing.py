"""SC001: the model file runs nothing when loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model_checks.checks import BLOCK, Phase, check
from model_checks.findings import Finding
from model_checks.model_files.allowed_imports import is_standard_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model_checks.inputs import Scan, Threat

SHOWN = 3
SAFER = "save the model again as skops, ONNX or an uncompressed joblib file, or as the library's own format"


@check("the model file runs nothing when loaded", phases=Phase.INTEGRATION, levels=(BLOCK, BLOCK, BLOCK))
def sc001(scan: Scan) -> Iterator[Finding]:
    """Clear a model file only where every byte was understood and every import is known to be harmless.

    The team vouches for its own imports with `[providers.models] trusted`, each exactly as `module.Class`.
    A function of the repository is its own Python: it is named here, reviewed as code is, and runs in the sandbox
    alone; model files beside it are judged like any other.

    Why: a pickle is a program; whoever can write the file decides what your trainer, your CI and your
        service run, with their passwords at hand. Lists of forbidden names are always behind.
    Fix: name your own classes in `trusted` under [providers.models]; save models in a format without code
        (skops, ONNX, safetensors); never load a file that is not cleared outside a sandbox.
    Source: Python documentation of pickle, "Restricting globals"; OWASP, "Deserialization Cheat Sheet".
    """
    for threat in scan.threats:
        yield Finding(
            ok=False, where=threat.where, rule=threat.what,
            message=f"{threat.what}: {threat.why}; expected nothing that runs", fix=_fix(threat, scan),
        )  # fmt: skip
    if scan.threats:
        return
    if scan.trusted:
        yield Finding.said(f"vouched for by the team: {', '.join(scan.trusted)}", where=scan.name)
    if scan.code:
        yield Finding.said(_code(scan), where=scan.name)
    yield Finding(
        ok=True, where=scan.name, rule="runs nothing",
        message=f"{scan.format} file, read to its last byte: {len(scan.imports)} imports, all harmless",
    )  # fmt: skip


def _code(scan: Scan) -> str:
    shown = ", ".join(scan.code[:SHOWN]) + (
        f" and {len(scan.code) - SHOWN} more" if len(scan.code) > SHOWN else ""
    )
    if scan.format == "function":
        return (
            f"{scan.inside['function']} is the repository's own Python, which runs in the sandbox alone: {shown}"
        )
    return f"holds Python that you vouch for, which runs in the sandbox alone: {shown}"


def _fix(threat: Threat, scan: Scan) -> str:
    if threat.what in scan.imports and not is_standard_module(threat.what):
        return (
            f"if it is your own and harmless, add {threat.what!a} to trusted under [providers.models]; "
            "else do not load the file and find out who made it"
        )
    if threat.what.startswith("Python code of"):
        return "name what the model imports of it in trusted under [providers.models], as module.Class"
    if threat.what.startswith("the scanner cannot see through"):
        return f"{SAFER}; do not load this one outside a sandbox"
    return "do not load the file and find out who made it; train and save the model again"
