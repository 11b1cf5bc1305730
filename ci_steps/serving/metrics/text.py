"""Writes metrics as Prometheus reads them. Source: the Prometheus text exposition format, 0.0.4."""

from __future__ import annotations

from itertools import accumulate, groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ci_steps.serving.metrics.counters import Family

    Sample = tuple[Family, tuple[str, ...], float]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(samples: Iterable[Sample]) -> str:
    """Return the samples as text; those of one family stand together.

    A histogram's samples are, for the same labels but the last: counts of each bucket, named by its upper limit
    and not yet added up, and the sum of what was measured, named `sum`.
    """
    ordered = sorted(samples, key=lambda sample: sample[0].name)
    lines: list[str] = []
    for _, group in groupby(ordered, key=lambda sample: sample[0].name):
        listed = list(group)
        family = listed[0][0]
        lines += [f"# HELP {family.name} {family.words}", f"# TYPE {family.name} {family.kind}"]
        write = _histogram if family.kind == "histogram" else _plain
        lines += write(family, listed)
    return "\n".join(lines) + "\n"


def _plain(family: Family, samples: Sequence[Sample]) -> Iterator[str]:
    for _, values, number in samples:
        yield f"{family.name}{_labels(family.labels, values)} {_number(number)}"


def _histogram(family: Family, samples: Sequence[Sample]) -> Iterator[str]:
    for first, group in groupby(samples, key=lambda sample: sample[1][:-1]):
        *buckets, (_, _, total) = group
        counts = list(accumulate(number for _, _, number in buckets))
        for (_, values, _), count in zip(buckets, counts, strict=True):
            yield f"{family.name}_bucket{_labels(family.labels, values)} {_number(count)}"
        shared = _labels(family.labels[:-1], first)
        yield f"{family.name}_sum{shared} {_number(total)}"
        yield f"{family.name}_count{shared} {_number(counts[-1])}"


def _labels(names: Sequence[str], values: Sequence[str]) -> str:
    pairs = [f'{name}="{value.translate(_ESCAPES)}"' for name, value in zip(names, values, strict=True)]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def _number(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))
