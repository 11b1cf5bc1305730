"""Models that behave badly, for the model's own environment: they are pickled and loaded there."""
# ruff: noqa: PTH115, T201, UP031 - printing is one of the bad habits

import os
import sys
import time

import numpy as np


class Kinds:
    """Says as its label which type each column has that it is given."""

    def predict(self, rows):
        seen = ",".join(
            "%s:%s:%s" % (name, rows[name].dtype, type(rows[name].iloc[0]).__name__) for name in rows.columns
        )
        return np.array([seen] * len(rows))


class First:
    def predict(self, rows):
        return rows.iloc[:, 0].to_numpy()


class Constant:
    classes_ = np.array(["no", "yes"])

    def predict(self, rows):
        return np.array(["yes"] * len(rows), dtype=object)

    def predict_proba(self, rows):
        return np.tile([0.25, 0.75], (len(rows), 1))


class Printing(Constant):
    def predict(self, rows):
        print("hello from the model")
        os.write(1, b"and from below\n")
        sys.stdout.flush()
        return Constant.predict(self, rows)


class Raising:
    def predict(self, rows):
        raise KeyError("no such thing")


class Exiting:
    def predict(self, rows):
        sys.exit("I quit")


class Dying:
    def predict(self, rows):
        os._exit(3)


class Killed:
    def predict(self, rows):
        os.kill(os.getpid(), 9)


class Hanging:
    def predict(self, rows):
        time.sleep(300)


class Hungry:
    def predict(self, rows):
        kept = []
        while True:
            kept.append(np.ones(1_000_000))


class Greedy:
    def predict(self, rows):
        return np.ones(10**12)


class TooFew:
    def predict(self, rows):
        return np.ones(len(rows) - 1)


class Mixed:
    def predict(self, rows):
        return np.array([1, "a"] * len(rows), dtype=object)[: len(rows)]


def _said(data):
    """Write where only the child should: a model shares its process, so it can."""
    for number in range(3, 64):
        try:
            if os.readlink("/proc/self/fd/%d" % number).startswith("pipe:"):
                os.write(number, data)
        except OSError:
            continue


class Garbling:
    def predict(self, rows):
        _said(b"\xff" * 64)
        time.sleep(5)


class Lying:
    def predict(self, rows):
        text = b'{"values": {"kind": "number", "rows": 9, "bytes": 72, "missing": false}, "probabilities": null}'
        _said(len(text).to_bytes(8, "little") + (72).to_bytes(8, "little") + text + b"\0" * 72)
        time.sleep(5)


class Nesting:
    def predict(self, rows):
        text = b"[" * 100_000
        _said(len(text).to_bytes(8, "little") + (0).to_bytes(8, "little") + text)
        time.sleep(5)


class Waiting:
    """Waits at each call, as for a service behind it, and computes nothing."""

    def predict(self, rows):
        time.sleep(0.02)
        return np.ones(len(rows))


class Busy:
    """Computes at each call."""

    def predict(self, rows):
        end = time.process_time() + 0.02
        while time.process_time() < end:
            pass
        return np.ones(len(rows))


class Swelling:
    """Holds 200 MB once it is loaded, and 200 MB more while it answers a batch."""

    def __setstate__(self, state):
        self.kept = np.ones(25_000_000)

    def __getstate__(self):
        return {"kept": None}

    def predict(self, rows):
        more = np.ones(25_000_000 if len(rows) > 1 else 1)
        return np.full(len(rows), more[0])


class Picky:
    """Answers whole tables alone."""

    def predict(self, rows):
        if len(rows) == 1:
            raise ValueError("expected several rows")
        return np.ones(len(rows))


class Timing:
    """Forges the times of its calls."""

    def predict(self, rows):
        text = b'{"calls": [{"cpu": -1, "wall": 0}], "loading": {}, "peak": 0}'
        _said(len(text).to_bytes(8, "little") + (0).to_bytes(8, "little") + text)
        time.sleep(5)
