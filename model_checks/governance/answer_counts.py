"""How many rows of a table have each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.findings import NotAudited

if TYPE_CHECKING:
    from model_checks.dataset import Dataset


def answer_counts(data: Dataset) -> dict[Any, int]:
    """Return the number of rows of each answer, most frequent first; rows without one are left out.

    Raises:
        NotAudited: the table has no target, or no row with an answer.
    """
    if data.target is None:
        raise NotAudited(f"{data.name} has no target; name it as [data] target in iddr.toml")
    target = literals.name(data.target)
    found = data.query(
        f"SELECT {target}, count(*) AS n FROM typed WHERE {target} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1"  # noqa: S608 - the name is quoted
    )
    if not found:
        raise NotAudited(f"{data.name} has no row with an answer in {data.target!r}; check it and the contract")
    return dict(found)


def known_classes(data: Dataset) -> tuple[Any, ...]:
    """Return the answers that the contract lists; nothing where it lists none."""
    column = data.contract.columns[str(data.target)]
    return tuple(value for value in column.rules.get("enum", ()) if value is not None)
