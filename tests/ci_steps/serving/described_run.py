"""Lets schemathesis send requests to a running service, by the service's own description, and count what came."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.ci_steps.serving.fuzz_run import put_fuzzed
from tests.ci_steps.serving.fuzzing import MOST_ROWS
from tests.ci_steps.serving.servers import on_loopback, running

PHASES = "examples,coverage,fuzzing"
ROOT = Path(__file__).parents[3]
RESPONSES = re.compile(r'^iddr_responses_total\{route="([^"]*)",status="(\w+)"\} (\d+)$', re.MULTILINE)
# Which columns fit together no schema can say: described_checks.py judges those requests.
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 413, 415, 422]

[[operations]]
include-path = ["/invocations", "/v1/models/credit:predict", "/v2/models/credit/infer"]

[operations.checks.positive_data_acceptance]
enabled = false
"""


def by_description(app, folder, *, examples, seed, phases=PHASES):
    """Return schemathesis' exit code and report, how often each (route, status) was answered, and the log.

    `examples` are drawn for each operation; the phase `coverage` adds those that each schema's limits give.
    """
    with running(app, put_fuzzed(folder / "package"), IDDR_MAX_ROWS=str(MOST_ROWS), **on_loopback()) as server:
        server.wait_until_ready()
        ended = asked(server.port, folder, examples=examples, seed=seed, phases=phases)
        counts = {(route, status): int(n) for route, status, n in RESPONSES.findall(_metrics(server)) if int(n)}
        return ended.returncode, ended.stdout, counts, server.log.read_text()


def asked(port, folder, *, examples, seed, phases):
    """Run schemathesis, with all its checks and that of described_checks.py, against the service at `port`."""
    (config := folder / "schemathesis.toml").write_text(CONFIG)
    command = [
        Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run", "--phases", phases,
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-color",
        "--suppress-health-check", "all", "--request-timeout", "30", f"http://127.0.0.1:{port}/openapi.json",
    ]  # fmt: skip
    environment = {
        **os.environ, "SCHEMATHESIS_HOOKS": "tests.ci_steps.serving.described_checks", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _metrics(server):
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=20) as reply:
        return reply.read().decode()
