"""Drives a headless Chromium through its debugging pipe: opens a page, runs a script in it, takes a picture."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.needs import needs_tool

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
)  # fmt: skip


@dataclass
class Tab:
    """One page; what it logged as an error or a violation of its policy is in `complaints`."""

    requests: int
    answers: int
    session: str = ""
    count: int = 0
    waiting: bytes = b""
    complaints: list[str] = field(default_factory=list)

    def tell(self, method, **parameters):
        """Carry out a command of the Chrome DevTools Protocol; return its result."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.requests, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self.count:
            self._noted(answer)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, url):
        """Go to a page and wait until it is there."""
        self.tell("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def run(self, script):
        """Return the value of an expression in the page; a promise is waited for."""
        told = self.tell("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def until(self, condition, seconds=20):
        """Wait until an expression holds in the page."""
        end = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < end, f"{condition} did not come true; {self.complaints}"
            time.sleep(0.05)

    def size(self, width, height, *, dark=False):
        """Set the size of the window in pixels, and the colours that the reader prefers."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file):
        """Write a picture of the whole page to `file`."""
        told = self.tell("Page.captureScreenshot", captureBeyondViewport=True)
        Path(file).write_bytes(base64.b64decode(told["data"]))

    def _next(self):
        while b"\0" not in self.waiting:
            part = os.read(self.answers, 1 << 16)
            assert part, "the browser has ended"
            self.waiting += part
        message, _, self.waiting = self.waiting.partition(b"\0")
        return json.loads(message)

    def _noted(self, event):
        entry = event.get("params", {}).get("entry", {})
        if event.get("method") == "Log.entryAdded" and entry["level"] == "error":
            self.complaints.append(entry["text"])
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(event["params"]["exceptionDetails"]["text"])


@contextmanager
def tab():
    """Start a browser of its own and yield its only tab; the browser ends with the block."""
    needs_tool("chromium")
    theirs_in, requests = os.pipe()
    answers, theirs_out = os.pipe()
    profile = tempfile.mkdtemp(prefix="iddr-browser-")
    # Chromium reads its commands from descriptor 3 and answers on 4.
    start = f'exec chromium "$@" 3<&{theirs_in} 4>&{theirs_out}'
    process = subprocess.Popen(
        ["bash", "-c", start, "chromium", *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        page = Tab(requests, answers)
        target = page.tell("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            page.tell(f"{domain}.enable")
        yield page
    finally:
        os.close(requests)
        os.close(answers)
        process.terminate()
        process.wait(20)
        shutil.rmtree(profile, ignore_errors=True)
