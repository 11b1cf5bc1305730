"""Models that misbehave, copied beside the application so that the server can unpickle them."""

from __future__ import annotations

import time

import numpy as np


class Odd:
    """Answers with the column `age`, and misbehaves at some ages; `seconds` is how long an answer takes."""

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def predict(self, rows):
        time.sleep(self.seconds)
        ages = rows["age"].to_numpy()
        if 66 in ages:
            raise ValueError("a secret of the model")
        if 67 in ages:
            raise SystemExit(3)
        if 68 in ages:
            return ages * float("nan")
        if 69 in ages:
            return ages[:-1]
        if 70 in ages:
            return np.array([object()] * len(ages))
        if 71 in ages:
            time.sleep(1.5)
        if 72 in ages:
            return np.array([np.float32(0.1)] * len(ages), dtype=object)
        return ages / 3


class Unloadable:
    """Raises when it is unpickled."""

    def __reduce__(self):
        return (_refuse, ())


def _refuse():
    raise RuntimeError("this model cannot be loaded here")
