"""What holds for every test."""

from __future__ import annotations

import signal

# A shell's background job ignores Ctrl-C and hands that down; tests that interrupt programs need it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
