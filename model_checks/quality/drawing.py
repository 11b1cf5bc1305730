"""Rows drawn by Hypothesis outside a test: the same ones for the same seed, and nothing left on disk."""

from __future__ import annotations

import gc
import json
import sys
from contextlib import contextmanager
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hypothesis.strategies import SearchStrategy

    Row = dict[str, Any]

ASKS = 500
BACKEND = "iddr"


def drawn_rows(strategy: SearchStrategy[Row], examples: int, seed: int) -> list[Row]:
    """Return up to `examples` rows, the simplest first; fewer where the strategy has no more, or none."""
    rows: list[Row] = []

    def keep(row: Row) -> bool:
        rows.append(row)
        return False

    _search(strategy, keep, examples, seed)
    return rows


@contextmanager
def first_use() -> Iterator[None]:
    """Let Hypothesis be imported and drawn from without a look at all that was there before.

    At its first draw it collects, and searches all objects for those that refer to its own source of randomness:
    a fifth of a second where large libraries are loaded, none of whose objects can.
    """
    first = "hypothesis" not in sys.modules and gc.get_freeze_count() == 0
    if first:
        gc.freeze()
    try:
        yield
    finally:
        if first:
            gc.unfreeze()


def smallest_row(
    strategy: SearchStrategy[Row],
    is_bad: Callable[[Row], bool],
    examples: int,
    seed: int,
    *,
    good: Iterable[Row] = (),
) -> Row | None:
    """Return the simplest row found for which `is_bad` holds, or None where none was met.

    `is_bad` is asked once about each row that is not known to be `good`, and `ASKS` times while the row is
    made simpler. What it raises is raised here: Hypothesis would take it for a counter-example.
    """
    known = dict.fromkeys(map(as_json, good), False)
    bad: list[Row] = []
    raised: list[BaseException] = []

    def ask(row: Row) -> bool:
        key = as_json(row)
        if key not in known and (raised or len(known) >= examples + ASKS):
            return False
        if key not in known:
            try:
                known[key] = is_bad(row)
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
                return False
        if known[key]:
            bad.append(row)
        return known[key]

    found = _search(strategy, ask, examples, seed)
    if raised:
        raise raised[0]
    return found if found is not None else min(bad, key=lambda row: len(as_json(row)), default=None)


def as_json(row: Row) -> str:
    """Return the row as JSON; what JSON does not know becomes its text."""
    return json.dumps(row, default=str, ensure_ascii=False)


def _search(
    strategy: SearchStrategy[Row], condition: Callable[[Row], bool], examples: int, seed: int
) -> Row | None:
    from hypothesis import Phase, Verbosity, find, settings
    from hypothesis.errors import Flaky, NoSuchExample, Unsatisfiable

    chosen = settings(
        backend=_same_everywhere(),
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    with _no_trace():
        try:
            return find(strategy, condition, settings=chosen, random=Random(seed))  # noqa: S311 - not secret
        except (NoSuchExample, Unsatisfiable, Flaky):
            # Nothing was met; or no row was drawn at all, which shows; or the model answered one row in two
            # ways, which MQ008 judges.
            return None


def _same_everywhere() -> str:
    """Return the name of a Hypothesis backend whose draws depend on the seed alone.

    The usual one mixes in constants that it reads from the source of whatever modules happen to be imported,
    so that the command line and pytest would draw different rows and could come to different verdicts.
    """
    from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

    class SeededProvider(HypothesisProvider):
        def _maybe_draw_constant(self, *_: object, **__: object) -> None:
            return None

    AVAILABLE_PROVIDERS[BACKEND] = SeededProvider
    return BACKEND


@contextmanager
def _no_trace() -> Iterator[None]:
    """Keep what Hypothesis caches in a folder that goes away."""
    from hypothesis import configuration

    before = vars(configuration).get("__hypothesis_home_directory")
    with TemporaryDirectory(prefix="iddr-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
