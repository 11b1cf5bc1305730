"""Labels as positions in a model's list of classes."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

UNKNOWN = -1


def positions(labels: NDArray[Any], classes: Sequence[Any]) -> NDArray[np.intp]:
    """Return each label's position in `classes`, shape (rows,); -1 for a label that is not among them.

    NaN and None are labels of no class.
    """
    import numpy as np

    known = {label: place for place, label in enumerate(classes)}
    return np.fromiter(map(known.get, labels.tolist(), repeat(UNKNOWN)), np.intp, count=len(labels))


def confusion(truth: NDArray[np.intp], said: NDArray[np.intp], classes: int) -> NDArray[np.intp]:
    """Return how many rows of each true class (row) were given each class (column), by position."""
    import numpy as np

    return np.bincount(truth * classes + said, minlength=classes * classes).reshape(classes, classes)
