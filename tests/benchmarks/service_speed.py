"""Speed of the service, beside other servers with the same random forest of 100 trees on 20 mixed features.

    python -m tests.benchmarks.service_speed [onnx joblib bare fastapi bentoml mlserver mlflow] [--requests 4000]

`onnx` and `joblib` are this service, with all that it does: contract, limits, metrics, drift counters. All are
installed by uv when they are named, `bare` being this service's own libraries with nothing around them; one that
cannot be installed or started is told, and left out. For each: seconds from the start to the first answer; with one
worker the milliseconds of an answer over one connection, over 8 the processor's milliseconds for a request (user and
system, all its processes), and the memory of the worker; then with two workers over 8 connections requests a second.

The client is a process of its own and is not counted; where two workers share two processors with it, its share is
told beside. A machine that does other things makes the processor's time of a request longer too, so the least of
twenty parts of the run is told as well; and the quick ones among those named are at last measured in turns, with one
worker and with two, each against the last of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from ci_steps.forms.converting import lay_out
from ci_steps.serving.bundle import ENTRY, ONNX, REQUIREMENTS
from tests.benchmarks.service_load import cpu_seconds, load, megabytes
from tests.benchmarks.service_processes import environment, first_answer, free_port, started, unpack_application
from tests.benchmarks.service_rivals import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOREST = ("scikit-learn==1.9.1", "pandas", "joblib")
# What the image has, and nothing beside it.
OURS = {"onnx": ("-r", str(REQUIREMENTS), "-r", str(ONNX)), "joblib": ("-r", str(REQUIREMENTS), *FOREST)}
QUICK = ("onnx", "bare", "fastapi")  # the others take ten times as long, and get a tenth of the requests
HERE = Path(__file__).resolve().parent
CONVERTER = ("skl2onnx>=1.20", "onnxruntime", "protobuf<7", "pandas", "scikit-learn==1.9.1", "joblib")
WINDOWS = 20
# One thread each, and no reports of ONNX Runtime to its maker, which the service switches off too.
VARIABLES = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}


def measured(name: str, folder: Path, requests: int) -> str:
    """Return the figures of one server, as a line."""
    rows = json.loads((folder / "rows.json").read_text("utf-8"))
    path = RIVALS[name].path if name in RIVALS else "/predict"
    bodies = [body(RIVALS[name].body if name in RIVALS else "rows", row) for row in rows]
    with started(*server(name, folder, 1, port := free_port())) as process:
        first = first_answer(process, port, path, bodies)
        alone = load(port, path, bodies, connections=1, requests=requests // 8)
        costs = []
        for _ in range(WINDOWS):
            before = cpu_seconds(process.pid)
            load(port, path, bodies, connections=8, requests=requests // WINDOWS)
            costs.append((cpu_seconds(process.pid) - before) / (requests // WINDOWS) * 1000)
        memory = max(megabytes(process.pid))
    with started(*server(name, folder, 2, port := free_port())) as process:
        first_answer(process, port, path, bodies)
        time.sleep(3)
        load(port, path, bodies, connections=8, requests=requests // 4)
        many = load(port, path, bodies, connections=8, requests=requests)
    return (
        f"{name:9} first answer {first:5.2f} s   {median(costs):7.3f} ms CPU a request (least {min(costs):.3f})   {memory[0]:4} MB ({memory[1]} proportional)"
        f"   alone {alone.share(0.5):6.2f} ms   {many.requests / many.seconds:7.0f} requests/s, "
        f"half within {many.share(0.5):.2f} ms, 99 % within {many.share(0.99):.2f} ms, "
        f"the client used {many.own / many.seconds:.0%} of a processor"
    )


def in_turns(names: Sequence[str], folder: Path, requests: int, workers: int) -> Iterator[str]:
    """Yield for each server its processor's time of a request and its requests a second, beside the last one's."""
    rows = json.loads((folder / "rows.json").read_text("utf-8"))
    bodies = [body("rows", row) for row in rows]
    costs: dict[str, list[float]] = {name: [] for name in names}
    speeds: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as running:
        servers = {}
        for name in names:
            command = server(name, folder, workers, port := free_port())
            process = running.enter_context(started(*command))
            first_answer(process, port, "/predict", bodies)
            servers[name] = process.pid, port
        time.sleep(3 * (workers - 1))  # the first worker answers before the others are there
        part = requests // WINDOWS
        for _ in range(WINDOWS):
            for name, (identity, port) in servers.items():
                before = cpu_seconds(identity)
                found = load(port, "/predict", bodies, connections=8, requests=part)
                costs[name].append((cpu_seconds(identity) - before) / part * 1000)
                speeds[name].append(part / found.seconds)
    for name, last in ((each, names[-1]) for each in names):
        yield (
            f"{name:9} in turns, workers: {workers}   {median(costs[name]):.3f} ms CPU a request, "
            f"{_ratio(costs[name], costs[last]):.2f} of {last}   {median(speeds[name]):.0f} requests/s, "
            f"{_ratio(speeds[name], speeds[last]):.2f} of {last}"
        )


def _ratio(found: Sequence[float], others: Sequence[float]) -> float:
    return median(one / other for one, other in zip(found, others, strict=True))


def server(name: str, folder: Path, workers: int, port: int) -> tuple[list[str], Path, dict[str, str]]:
    """Return command, folder and variables of a server."""
    programs = folder / name / "bin"
    if name in OURS:
        settings = {
            "IDDR_MODEL": str(folder / f"package-{name}"), "IDDR_HOST": "127.0.0.1", "IDDR_PORT": str(port),
            "IDDR_WORKERS": str(workers), "IDDR_DRAIN_SECONDS": "0", "PYTHONPATH": "",
        }  # fmt: skip
        return [str(programs / "python"), str(folder / ENTRY)], folder, VARIABLES | settings
    rival, values = RIVALS[name], {"port": port, "workers": workers, "more": workers if workers > 1 else 0}
    values |= {"other": free_port(), "third": free_port()}
    rival.write(folder, values)
    if rival.prepare:
        subprocess.run([programs / "python", rival.prepare], cwd=folder, check=True, capture_output=True)
    variables = {key: text % values for key, text in (rival.variables or {}).items()}
    variables |= {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": "."}
    return (
        [str(programs / rival.command[0]), *(p % values for p in rival.command[1:])],
        folder,
        VARIABLES | variables,
    )


def prepared(folder: Path) -> Path:
    """Write the model, its packages and the application into `folder`; return it."""
    programs = environment(CONVERTER, folder / "converter")
    path = {**os.environ, "PYTHONPATH": str(lay_out(folder / "work").parent)}
    subprocess.run([programs / "python", HERE / "service_model.py", folder], check=True, env=path)
    unpack_application(folder)
    return folder


def install(name: str, folder: Path) -> None:
    """Install a server into `folder`, below its name."""
    environment(OURS[name] if name in OURS else RIVALS[name].packages, folder / name)


def server_name(text: str) -> str:
    """Return `text` where it names a server that can be measured."""
    if text in OURS or text in RIVALS:
        return text
    raise argparse.ArgumentTypeError(f"there is no server {text!r}; expected {', '.join([*OURS, *RIVALS])}")


def body(form: str, row: Mapping[str, object]) -> bytes:
    """Return a request for one row, as the server takes it."""
    if form != "v2":
        return json.dumps({form: [row]}).encode()
    tensors = [
        {"name": name, "shape": [1], "data": [value]}
        | (
            {"datatype": "BYTES", "parameters": {"content_type": "str"}}
            if isinstance(value, str)
            else {"datatype": "FP64"}
        )
        for name, value in row.items()
    ]
    return json.dumps({"parameters": {"content_type": "pd"}, "inputs": tensors}).encode()


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure what was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(OURS), type=server_name, metavar="NAME")
    parser.add_argument("--requests", type=int, default=4000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = prepared(Path(place))
        for name in asked.names:
            try:
                install(name, folder)
                say(measured(name, folder, asked.requests if name in QUICK else asked.requests // 10))
            except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
                log = folder / "log"
                say(f"{name:9} left out: {error}\n{log.read_text()[-1500:] if log.exists() else ''}")
            say(f"          load of the machine {os.getloadavg()[0]:.1f}")
        quick = [name for name in asked.names if name in QUICK]
        for workers in (1, 2) if len(quick) > 1 else ():
            for line in in_turns(quick, folder, asked.requests, workers):
                say(line)


if __name__ == "__main__":
    main()
