"""The service does what its own description says: schemathesis, which reads that, finds no difference."""

from __future__ import annotations

from collections import Counter

from tests.ci_steps.serving.described_run import by_description

PREDICTING = {
    "/predict", "/explain", "/v2/models/{model}/infer", "/v1/models/{model}:predict", "/invocations",
}  # fmt: skip


def test_no_request_drawn_from_the_description_is_answered_otherwise_than_it_says(app, tmp_path):
    code, report, counts, log = by_description(app, tmp_path, examples=1, seed=1, phases="examples,coverage")
    assert code == 0, report[:20_000]
    assert "Traceback" not in log
    statuses = Counter()
    for (_, status), number in counts.items():
        statuses[status] += number
    assert statuses["500"] == 0
    assert min(statuses["200"], statuses["422"]) > 100
    assert {route for route, status in counts if status == "200"} > PREDICTING
