"""GV006: quasi-identifiers single nobody out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any

from model_checks.checks import BLOCK, OFF, WARN, Phase, check
from model_checks.contract import literals
from model_checks.findings import Finding, NotAudited
from model_checks.personal_data.hints import is_hinted, words_of
from model_checks.personal_data.special_categories import is_special
from model_checks.signatures import Bounds, Fraction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model_checks.dataset import Dataset
    from model_checks.inputs import Datasheet

Group = Annotated[int, Bounds(1)]
DECLARED, KEPT, DIVERSE = "quasi-identifiers are declared", "groups are large enough", "groups are diverse"
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Sizes:
    """Groups of rows that agree in some columns: rows in groups of one, rows in small groups, smallest group."""

    single: int
    small: int
    smallest: int


@check("quasi-identifiers single nobody out", phases=Phase.INTEGRATION, levels=(OFF, WARN, BLOCK))
def gv006(
    train: Dataset,
    datasheet: Datasheet,
    sensitive: Sequence[str] = (),
    *,
    quasi_identifiers: tuple[str, ...] = (),
    minimum: Group = 5,
    allowed: Fraction = 0.0,
    diversity: Group = 1,
) -> Iterator[Finding]:
    """Count how many rows share each combination of the declared quasi-identifiers (k-anonymity).

    The columns are `personal.quasi_identifiers` of the datasheet, or the option of that name. At most the
    share `allowed` of rows may be in groups of fewer than `minimum` rows. The columns that narrow most are
    named, never their values. `diversity` is the least number of different values that each sensitive column
    must have within every group (l-diversity; 1 asks nothing): those of `[data] sensitive` and of special
    categories that are no quasi-identifiers themselves. A missing value is a value of its own.

    Why: age, postcode and sex together single out most people, so a table without names may still tell who
        somebody is, and a model may learn single people by heart.
    Fix: generalise the column that narrows most (bands instead of ages, regions instead of postcodes), or
        leave rare rows out.
    Source: L. Sweeney, "k-anonymity: a model for protecting privacy", IJUFKS 10(5), 2002; A. Machanavajjhala
        and others, "l-diversity", TKDD 1(1), 2007; Regulation (EU) 2016/679, recital 26.
    """
    personal = _table(datasheet.sections.get("personal", {}))
    listed = quasi_identifiers or _texts(personal.get("quasi_identifiers"))
    columns = [c for c in dict.fromkeys(listed) if c in train.columns]
    if not columns:
        yield _nothing(train, personal, listed)
        return
    if len(columns) > MOST_COLUMNS:
        raise NotAudited(f"{len(columns)} quasi-identifiers are declared, at most {MOST_COLUMNS} can be combined")
    yield from _kept(train, columns, minimum, allowed)
    also = [c for c in (*sensitive, *_special(personal)) if c in train.columns and c not in columns]
    for column in dict.fromkeys(also):
        yield _diverse(train, columns, column, diversity)


def _nothing(train: Dataset, personal: Mapping[str, Any], listed: Sequence[str]) -> Finding:
    where = f"{train.name}: quasi-identifiers"
    if personal.get("contains") is False:
        message = "the datasheet says that no row tells of a person, so nobody can be singled out"
        return Finding(ok=True, where=where, rule=DECLARED, message=message)
    likely = [c for c in train.columns if is_hinted(words_of(c), "quasi")]
    such = f", such as {', '.join(likely)}" if likely else ""
    return Finding(
        ok=None, where=where, rule=DECLARED,
        message="none of the declared ones is in the table" if listed else "none are declared",
        fix=f"name the columns by which somebody could be recognised{such} as personal.quasi_identifiers in the"
        " datasheet, or declare personal.contains = false",
    )  # fmt: skip


def _kept(train: Dataset, columns: Sequence[str], minimum: int, allowed: float) -> Iterator[Finding]:
    where = f"{train.name}: {', '.join(columns)}"
    if not train.rows:
        yield Finding(ok=None, where=where, rule=KEPT, message="there are no rows to group", fix="give rows")
        return
    sizes = _sizes(train, columns, minimum)
    found, share = sizes[tuple(columns)], sizes[tuple(columns)].small / train.rows
    told = (
        f"{found.small:,} of {train.rows:,} rows are in groups of fewer than {minimum}, {found.single:,} of them"
        f" alone; the smallest group has {found.smallest}"
    )
    if share <= allowed:
        yield Finding(ok=True, where=where, rule=KEPT, message=told, measured=share, limit=allowed)
        return
    yield Finding(
        ok=False, where=where, rule=KEPT, message=told + _narrowing(sizes, columns), measured=share, limit=allowed,
        fix=_advice(sizes, columns, train.rows, minimum),
    )  # fmt: skip


def _sizes(train: Dataset, columns: Sequence[str], minimum: int) -> dict[tuple[str, ...], Sizes]:
    """Return the sizes of the groups by all columns, by all but one, by each pair and by each, in one scan."""
    full = tuple(columns)
    wanted = [full, *combinations(full, len(full) - 1), *combinations(full, 2), *combinations(full, 1)]
    sets = [s for s in dict.fromkeys(wanted) if s]
    # NULL within a group's columns must differ from the NULL of a column that is not of the set.
    cells = ", ".join(f"coalesce(CAST({literals.name(c)} AS VARCHAR), '') AS q{i}" for i, c in enumerate(full))
    names = {c: f"q{i}" for i, c in enumerate(full)}
    listed = ", ".join(f"({', '.join(names[c] for c in s)})" for s in sets)
    which = f"grouping({', '.join(names.values())})"
    rows = train.query(
        f"SELECT set_at, count(*) FILTER (size = 1), coalesce(sum(size) FILTER (size < {minimum}), 0), min(size) "  # noqa: S608
        f"FROM (SELECT {which} AS set_at, count(*) AS size FROM (SELECT {cells} FROM raw) "
        f"GROUP BY GROUPING SETS ({listed})) GROUP BY set_at"
    )
    found = {int(at): Sizes(int(single), int(small), int(least)) for at, single, small, least in rows}
    return {s: found[_bits(s, full)] for s in sets}


def _bits(chosen: tuple[str, ...], full: tuple[str, ...]) -> int:
    """Return what SQL's grouping() is for a set: a bit for each column that is not in it, the first highest."""
    return sum((c not in chosen) << (len(full) - 1 - i) for i, c in enumerate(full))


def _narrowing(sizes: Mapping[tuple[str, ...], Sizes], columns: Sequence[str]) -> str:
    pairs = [s for s in sizes if len(s) == 2 and s != tuple(columns)]  # noqa: PLR2004 - a pair
    worst = max(pairs, key=lambda s: sizes[s].small, default=())
    if not worst or not sizes[worst].small:
        return ""
    return f"; {worst[0]} and {worst[1]} alone put {sizes[worst].small:,} rows in such groups"


def _advice(sizes: Mapping[tuple[str, ...], Sizes], columns: Sequence[str], rows: int, minimum: int) -> str:
    without = {c: sizes[tuple(o for o in columns if o != c)].small for c in columns if len(columns) > 1}
    best = min(without, key=lambda c: without[c], default=columns[0])
    left = f": without it {without[best]:,} of {rows:,} rows would be in small groups" if without else ""
    return f"generalise {best} first{left}; or leave out the rows of groups with fewer than {minimum}"


def _diverse(train: Dataset, columns: Sequence[str], column: str, diversity: int) -> Finding:
    grouped = ", ".join(f"CAST({literals.name(c)} AS VARCHAR)" for c in columns)
    cell = f"coalesce(CAST({literals.name(column)} AS VARCHAR), '')"
    counted = f"count(DISTINCT {cell}) AS different, count(*) AS size FROM raw GROUP BY {grouped}"
    [(least, uniform)] = train.query(
        f"SELECT min(different), count(*) FILTER (different = 1 AND size > 1) FROM (SELECT {counted})"  # noqa: S608
    )
    ok = (least or 0) >= diversity
    return Finding(
        ok=ok, where=f"{train.name}: {column}", rule=DIVERSE, measured=least or 0, limit=diversity,
        message=f"each group has at least {least or 0} different values, must be at least {diversity};"
        f" {uniform:,} groups of several rows share one value",
        fix="" if ok else f"generalise {', '.join(columns)} until each group differs in {column}, or leave it out",
    )  # fmt: skip


def _special(personal: Mapping[str, Any]) -> list[str]:
    declared = _table(personal.get("columns", {})).items()
    return [
        c
        for c, e in declared
        if isinstance(e, dict) and (e.get("special_category") or is_special(str(e.get("kind", ""))))
    ]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
