"""Start and memory of the service, beside its own libraries with nothing around them, in turns.

    python -m tests.benchmarks.service_start [onnx bare fastapi ...] [--starts 10]

For each: seconds from the start to the first answer, and the processor's seconds of all its processes until then,
median and least; then the memory of each worker, resident and proportional, with one worker and with two, after some
requests. The names are those of `service_speed`. Put `chrt -f 10` before it, as root, where the machine does other
things too.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.service_load import cpu_seconds, load, megabytes
from tests.benchmarks.service_processes import first_answer, free_port, started
from tests.benchmarks.service_rivals import RIVALS
from tests.benchmarks.service_speed import body, install, prepared, say, server, server_name

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUESTS = 2_000
SETTLING = 2.0  # seconds after which a second worker has its model too


def start(name: str, folder: Path, bodies: Sequence[bytes]) -> tuple[float, float]:
    """Return the seconds of one start: on the clock, and of the processor."""
    with started(*server(name, folder, 1, port := free_port())) as process:
        seconds = first_answer(process, port, path_of(name), bodies)
        return seconds, cpu_seconds(process.pid)


def memory(name: str, folder: Path, bodies: Sequence[bytes], workers: int) -> str:
    """Return the memory of each worker, in words."""
    with started(*server(name, folder, workers, port := free_port())) as process:
        first_answer(process, port, path_of(name), bodies)
        time.sleep(SETTLING)
        load(port, path_of(name), bodies, connections=8, requests=REQUESTS)
        return ", ".join(f"{whole} MB ({share} proportional)" for whole, share in megabytes(process.pid))


def path_of(name: str) -> str:
    """Return the path that a server answers at."""
    return RIVALS[name].path if name in RIVALS else "/predict"


def main() -> None:
    """Measure what was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["onnx", "bare"], type=server_name, metavar="NAME")
    parser.add_argument("--starts", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = prepared(Path(place))
        rows = json.loads((folder / "rows.json").read_text("utf-8"))
        forms = {name: RIVALS[name].body if name in RIVALS else "rows" for name in asked.names}
        bodies = {name: [body(form, row) for row in rows] for name, form in forms.items()}
        for name in asked.names:
            install(name, folder)
            start(name, folder, bodies[name])  # the first one reads all from the disk
        found = [{name: start(name, folder, bodies[name]) for name in asked.names} for _ in range(asked.starts)]
        for name in asked.names:
            clock, processor = zip(*(each[name] for each in found), strict=True)
            share = median(each[name][0] / each[asked.names[-1]][0] for each in found)
            say(
                f"{name:9} first answer {median(clock):.2f} s (least {min(clock):.2f}), {share:.2f} of "
                f"{asked.names[-1]}; {median(processor):.2f} s CPU (least {min(processor):.2f})"
            )
        for name in asked.names:
            say(f"{name:9} one worker  {memory(name, folder, bodies[name], 1)}")
            say(f"{name:9} two workers {memory(name, folder, bodies[name], 2)}")
        say(f"          load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
