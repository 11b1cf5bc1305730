from __future__ import annotations

import pytest

from ci_steps.serving.routing import Page, Router
from ci_steps.serving.table import ROUTES


def page(path):
    return Page(path=path, reply=lambda state, names: (200, [], b""))


OPEN, NAMED, PREDICT = page("/"), page("/v2/models/{model}/versions/{version}"), page("/v1/models/{model}:predict")
ROUTER = Router([OPEN, NAMED, PREDICT])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", (OPEN, {})),
        ("/v2/models/credit/versions/7", (NAMED, {"model": "credit", "version": "7"})),
        ("/v1/models/a:b:predict", (PREDICT, {"model": "a:b"})),
        ("/v1/models/:predict", None),
        ("/v1/models/a/b:predict", None),
        ("/v1/models/a:predict/", None),
        ("/v1/models/{model}:predict", (PREDICT, {"model": "{model}"})),
        ("", None),
        ("//", None),
    ],
)
def test_a_path_leads_to_its_route_with_the_parts_in_braces(path, found):
    assert ROUTER.find(path) == found


def test_two_routes_with_one_path_are_refused():
    with pytest.raises(ValueError, match="two routes have one path"):
        Router([page("/a"), page("/a")])


def test_the_table_has_each_path_once():
    assert "/predict" in Router(ROUTES).paths
