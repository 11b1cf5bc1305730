"""Fuzzed requests to the service: none may fail it, and nothing that an independent judge refuses may be answered.

    python -m tests.benchmarks.service_fuzz [--requests 10000] [--examples 1600] [--seed 0]

First come requests to /predict that change what a contract allows, judged by jsonschema; then those that
schemathesis draws from the service's own description, for every path: `examples` for each operation that takes
any, and about 2,000 from the limits of the schemas.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.ci_steps.serving.described_run import by_description
from tests.ci_steps.serving.fuzz_run import SETTINGS, fuzz, put_fuzzed
from tests.ci_steps.serving.packages import put_application
from tests.ci_steps.serving.servers import running


def main() -> int:
    """Send the requests; return 1 where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--examples", type=int, default=1_600)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        app = put_application(Path(folder))
        if asked.requests:
            wrong += changed(app, Path(folder) / "changed", asked.requests, asked.seed)
        if asked.examples:
            wrong += described(app, Path(folder) / "described", asked.examples, asked.seed)
    return int(bool(wrong))


def changed(app: Path, folder: Path, requests: int, seed: int) -> int:
    """Send changed requests; return how many answers are wrong."""
    with running(app, put_fuzzed(folder), **SETTINGS) as server:
        server.wait_until_ready()
        begun = time.perf_counter()
        seen, wrong = fuzz(server.uds, requests, seed)
        failed = server.log.read_text().count("Traceback")
    say("changed requests", seen, begun, failed, [f"wrong: {each}" for each in wrong])
    return len(wrong) + failed


def described(app: Path, folder: Path, examples: int, seed: int) -> int:
    """Let schemathesis send requests; return how many answers are wrong."""
    folder.mkdir()
    begun = time.perf_counter()
    code, report, counts, log = by_description(app, folder, examples=examples, seed=seed)
    seen: Counter[str] = Counter()
    for (_, status), number in counts.items():
        seen[status] += number
    failed = log.count("Traceback") + seen["500"]
    say("requests by the description", seen, begun, failed, [report] if code else [])
    return int(code != 0) + failed


def say(what: str, seen: Counter[Any], begun: float, failed: int, wrong: list[str]) -> None:
    """Print what was sent, and what came."""
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(seen.items()))
    lines = [
        f"{seen.total()} {what} in {time.perf_counter() - begun:.0f} s: {counts}", f"failures in the log: {failed}", *wrong,
    ]  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
