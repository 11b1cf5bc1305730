"""A request that is refused, and a model that failed on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci_steps.serving.routing import Reply

LATER = ("retry-after", "1")
LOADING: Reply = (503, [LATER], b'{"status":"loading","error":"the model is not loaded yet"}')


class Refused(Exception):  # noqa: N818 - an answer to the client, not a fault of ours
    """The request cannot be answered as it is.

    Attributes:
        status: the HTTP status, 4xx.
        message: what is wrong, in words for the client.
        errors: one entry for each fault, each with `path` (a JSON pointer), `rule` and `message`.
        faults: the column and the rule of each fault of a row, to be counted.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: Sequence[dict[str, str]] = (),
        faults: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Keep what the client is told."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        self.faults = tuple(faults)


class ModelFailed(Exception):  # noqa: N818 - the model's failure, told to the log and not to the client
    """The model raised on valid rows, or gave an answer that does not fit them."""


def refusal(status: int, path: str, rule: str, message: str) -> Refused:
    """Return a refusal for one fault."""
    return Refused(status, message, [{"path": path, "rule": rule, "message": message}])
