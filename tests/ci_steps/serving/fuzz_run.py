"""Sends fuzzed requests to a running service and holds each answer to the judge."""

from __future__ import annotations

import http.client
import json
import random
from collections import Counter

from ci_steps.serving.unix_http import UnixConnection
from tests.ci_steps.serving.fuzzing import CONTRACT, KINDS, METHODS, MOST_BYTES, MOST_ROWS, PATHS, Judge, body
from tests.ci_steps.serving.graphs import classifier
from tests.ci_steps.serving.packages import put_graph

SETTINGS = {"IDDR_MAX_ROWS": str(MOST_ROWS), "IDDR_MAX_BODY": str(MOST_BYTES)}


def put_fuzzed(folder):
    """Write the package of a graph that looks at one column of the fuzzed contract."""
    return put_graph(folder, classifier(), contract=CONTRACT, classes=["no", "yes"])


def fuzz(uds, number, seed):
    """Send `number` requests; return how often each status came, and every answer that is wrong."""
    draw, judge, seen, wrong = random.Random(seed), Judge(), Counter(), []  # noqa: S311 - not a secret
    connection = UnixConnection(uds, timeout=30)
    for _ in range(number):
        text = body(draw)
        method, path, headers, right = _line(draw, judge, text)
        status, reply = _asked(connection, method, path, headers, text)
        seen[status] += 1
        if status not in right or not _fits(method, status, reply, text):
            wrong.append((method, path, headers, text, status, reply[:300], sorted(right)))
    connection.close()
    return seen, wrong


def _line(draw, judge, text):
    """Return method, path and headers, mostly those of a prediction, and the statuses that are right."""
    odd = draw.random()
    if odd < 0.03:
        return draw.choice(METHODS), "/predict", {}, {405}
    if odd < 0.06:
        return "POST", draw.choice(PATHS), {}, {404, 405}
    if odd < 0.09:
        return "POST", "/predict", {"content-type": draw.choice(KINDS)}, {415} | judge.statuses(text)
    if odd < 0.11:
        return "POST", "/predict", {"content-encoding": draw.choice(["gzip", "br", "x"])}, {415}
    return "POST", "/predict", {"content-type": "application/json"}, judge.statuses(text)


def _asked(connection, method, path, headers, text):
    try:
        connection.request(method, path, text, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return 0, repr(error).encode()


def _fits(method, status, reply, text):
    """Tell whether the reply is JSON that says what is wrong, or an answer for each row."""
    if method == "HEAD":
        return reply == b""
    answer = json.loads(reply)
    if status == 200:
        return len(answer["predictions"]) == len(json.loads(text)["rows"])
    return bool(answer["error"]) and (status != 422 or bool(answer["errors"]))
