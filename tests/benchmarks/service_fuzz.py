"""Fuzzed requests to the service: none may fail it, and nothing that an independent judge refuses may be answered.

python -m tests.benchmarks.service_fuzz [--requests 10000] [--seed 0]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.ci_steps.serving.fuzz_run import SETTINGS, fuzz, put_fuzzed
from tests.ci_steps.serving.packages import put_application
from tests.ci_steps.serving.servers import running


def main() -> int:
    """Send the requests; return 1 where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app, package = put_application(Path(folder)), put_fuzzed(Path(folder) / "package")
        with running(app, package, **SETTINGS) as server:
            server.wait_until_ready()
            begun = time.perf_counter()
            seen, wrong = fuzz(server.uds, asked.requests, asked.seed)
            failed = server.log.read_text().count("Traceback")
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(seen.items()))
    lines = [
        f"{asked.requests} requests in {time.perf_counter() - begun:.0f} s: {counts}",
        f"failures in the log: {failed}",
    ]
    lines += [f"wrong: {each}" for each in wrong]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(wrong or failed))


if __name__ == "__main__":
    sys.exit(main())
