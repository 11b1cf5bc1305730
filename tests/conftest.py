"""What holds for every test."""

from __future__ import annotations

import os
import signal

# A shell's background job ignores Ctrl-C and hands that down; tests that interrupt programs need it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where CI runs the tests, the projects in them are still nobody's pull request.
for name in (
    "GITHUB_ACTIONS",
    "JENKINS_URL",
    "JENKINS_HOME",
    "HUDSON_URL",
    "BUILD_TAG",
    "IDDR_INCLUDE",
    "IDDR_APPROVED_BY",
    "IDDR_APPROVED_DIGEST",
):
    os.environ.pop(name, None)

# Their tests are few and take minutes: begun last, they would leave all processors but one without work at the end.
LONG = ("tests/hosts/", "tests/journeys/", "tests/simulations/")


def pytest_collection_modifyitems(items):
    """Put what takes longest first; workers that share the files of tests keep this order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
