"""How a service answered while several connections asked it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Requests that were sent to a service on `connections` connections, each as soon as its last was answered.

    Arrays have shape (requests,), in the order in which the answers were complete: `ended` in seconds since the
    load began, `took` from the first byte sent to the last one received, `status` of HTTP, 0 where there was no
    answer. `trouble` tells the first request that was not answered with 200. `wanted` requests were to be sent;
    fewer were where the time was over. Those of a warm-up before are not among them.
    """

    name: str
    connections: int
    rows: int
    wanted: int
    ended: Floats
    took: Floats
    status: NDArray[Any]
    trouble: str = ""
