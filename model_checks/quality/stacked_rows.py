"""The same rows several times over with some columns changed, to be asked about at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray


def stacked(features: pd.DataFrame, changes: Iterable[Mapping[str, NDArray[Any]]]) -> pd.DataFrame:
    """Return the rows once for each of `changes`, one below the other, with its columns in place of their own."""
    import numpy as np

    from model_checks.contract.dtypes import assembled

    plain: dict[str, NDArray[Any]] = {str(name): features[name].to_numpy() for name in features}
    times = [{**plain, **each} for each in changes]
    return assembled({name: np.concatenate([each[name] for each in times]) for name in plain})
