"""Asks the engine one question about two tables at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from model_checks.contract.complaints import unreadable
from model_checks.contract.engine import Engine, EngineError
from model_checks.findings import NotAudited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model_checks.dataset import Dataset

    Query = Callable[[str], list[tuple[Any, ...]]]

MEMORY = "512MB"  # what does not fit is written to a folder that is removed afterwards


@contextmanager
def joined(train: Dataset, test: Dataset) -> Iterator[Query]:
    """Open both tables in one engine and return what runs SQL there.

    `train` and `test` are the contract's columns with their types, as `typed` is in `Dataset.query`, and
    `train_raw` and `test_raw` the files as they are. Temporary tables last as long as the block.

    Raises:
        NotAudited: by a query, where a line of a file cannot be read.
    """
    views = {}
    for name, data in (("train", train), ("test", test)):
        views[f"{name}_raw"] = data.table.source
        views[name] = f"WITH raw AS ({data.table.source}) {data.compiled.typed}"
    files = (*train.table.files, *test.table.files)
    engine = Engine(memory=MEMORY)

    def query(statement: str) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = engine.ask(statement, views, lambda answer: answer.fetchall())
        except EngineError as error:
            names = f"{train.path.name} or {test.path.name}"
            raise NotAudited(unreadable(names, str(error), files)) from error
        return rows

    try:
        yield query
    finally:
        engine.close()
