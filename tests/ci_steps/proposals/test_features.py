from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci_steps.proposals.features import guess_features, narrowed
from ci_steps.proposals.script import read_script

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = {
    "type": "object",
    "properties": {name: {"type": "number"} for name in ("id", "a", "b", "y")},
    "required": ["id", "a", "b", "y"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('X = df.drop(columns=["y"])', ("id", "a", "b")),
        ('X = df.drop(columns=["y", "id"])', ("a", "b")),
        ('X = df[["b", "a"]]', ("b", "a")),
        ('F = ["b"] + ["a"]\nX = df[F]', ("b", "a")),
        ('N = ["a"]\nC = ["b"]\nX = df[N + C]', ("a", "b")),
        ('df[["a"]].hist()\nX = df[["a", "b"]]', ("a", "b")),
        ('X = df[["elsewhere"]]', ("id", "a", "b")),
        ("X = df[list(known)]", ("id", "a", "b")),
    ],
)
def test_columns_that_the_script_gives_the_model_are_told(tmp_path: Path, text: str, names: tuple[str, ...]):
    (tmp_path / "train.py").write_text(text, "utf-8")
    features = guess_features(["id", "a", "b", "y"], "y", read_script(tmp_path, "train.py"))
    assert features.names == names
    assert bool(features.question) == (set(names) != {"id", "a", "b"})


def test_contract_is_narrowed_in_the_models_order_and_allows_the_columns_that_it_leaves_out():
    document = narrowed(DOCUMENT, ("b", "a"), "y")
    assert list(document["properties"]) == document["required"] == ["b", "a", "y"]
    assert document["additionalProperties"] is True


def test_contract_of_all_columns_stays_as_it_is():
    assert narrowed(DOCUMENT, ("id", "a", "b"), "y") == DOCUMENT
