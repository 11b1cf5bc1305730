"""A table in memory with the attributes of a Dataset that checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeTable:
    name: str
    frame: pd.DataFrame
    target: str | None = None
    digest: str = "0" * 64

    @property
    def rows(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @property
    def features(self) -> pd.DataFrame:
        return self.frame if self.target is None else self.frame.drop(columns=self.target)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.register("raw", self.frame)
            return connection.execute(sql).fetchall()


def table(name: str = "train.csv", *, target: str | None = None, digest: str = "0" * 64, **columns: Any):
    return FakeTable(name=name, frame=pd.DataFrame(columns), target=target, digest=digest)
