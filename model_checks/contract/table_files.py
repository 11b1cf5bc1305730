"""The files that one table consists of: one, several found by a pattern, or features and target side by side."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_checks.contract.csv_format import CsvFormat
from model_checks.contract.files import TableError, shown, told
from model_checks.contract.unpacking import CSV_SUFFIXES, PACKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENT_SUFFIX = ".table.json"
MEDIA_TYPE = "application/vnd.iddr.table+json"
PARQUET_SUFFIXES, ARROW_SUFFIXES, ZSTD = (".parquet", ".pq"), (".arrow", ".feather", ".ipc"), ".zst"
WILD = re.compile(r"[*?\[]")
EXPECTED = ".csv, .tsv or .txt (also with .gz, .bz2, .xz, .zst or .zip), .parquet, .pq, .arrow, .feather or .ipc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a table, called `label` in messages; its content must have `sha256`, unless that is empty."""

    path: Path
    label: str
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFiles:
    """The files of one table, called `name`, and how the CSV files among them are written.

    The rows are those of `parts`, one part after the other; `beside` are the parts of a second table whose
    rows stand beside them, row by row. Parts that a pattern found are in the order of their paths, compared
    character by character, so that part-10 comes before part-2.
    """

    name: str
    parts: tuple[Part, ...]
    beside: tuple[Part, ...] = ()
    csv: CsvFormat = field(default_factory=CsvFormat)

    @property
    def all(self) -> tuple[Part, ...]:
        """Every file, in order."""
        return self.parts + self.beside

    @property
    def is_plain(self) -> bool:
        """Whether one file says it all, so that its digest is the table's."""
        return len(self.all) == 1 and not (self.csv.declared and kind_of(self.parts[0]) == "csv")

    def document(self, digests: Mapping[Path, str]) -> bytes:
        """Return the table as a document, which names each part by its digest and no folder of this machine."""
        listed = {
            key: [{"name": part.label, "sha256": digests[part.path]} for part in parts]
            for key, parts in (("parts", self.parts), ("beside", self.beside))
        }
        document = {"schema": 1, "name": self.name, "csv": self.csv.declared, **listed}
        return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()

    def digest(self, digests: Mapping[Path, str]) -> str:
        """Return the table's digest: that of its only file, or of its document."""
        if self.is_plain:
            return digests[self.parts[0].path]
        return hashlib.sha256(self.document(digests)).hexdigest()


def table_files(path: Path, csv: CsvFormat | None = None) -> TableFiles:
    """Return the files of the table at `path`: a file, a pattern such as `train-*.parquet`, or a table's document.

    Raises:
        TableError: a pattern matches nothing, or the document cannot be read.
    """
    if path.name.endswith(DOCUMENT_SUFFIX):
        return _documented(path)
    written = csv or CsvFormat()
    if _is_there(path) or not WILD.search(str(path)):
        return TableFiles(name=shown(path.name), parts=(Part(path=path, label=shown(path.name)),), csv=written)
    fixed = next(f for f in path.parents if not WILD.search(str(f)))
    return matching(fixed, str(path.relative_to(fixed)), written)


def matching(root: Path, pattern: str, csv: CsvFormat) -> TableFiles:
    """Return the table of all files below `root` that match the pattern; names that begin with a dot do not.

    Raises:
        TableError: there are none.
    """
    with told(shown(pattern)):
        try:
            found = sorted(root.glob(pattern), key=lambda p: p.relative_to(root).as_posix())
        except ValueError as error:
            raise TableError(f"{shown(pattern)}: is no pattern: {error}; correct it") from error
    hidden = Path(pattern).name.startswith(".")
    paths = [p for p in found if (hidden or not p.name.startswith(".")) and not p.is_dir()]
    if not paths:
        raise TableError(
            f"{shown(pattern)}: there is no such file in {shown(str(root))}, nor one that it matches as a "
            "pattern; correct the path, or fetch the data first"
        )
    names = [p.name for p in paths]
    clear = len(set(names)) == len(names)
    parts = tuple(Part(path=p, label=shown(p.name if clear else p.relative_to(root).as_posix())) for p in paths)
    return TableFiles(name=shown(Path(pattern).name), parts=parts, csv=csv)


def declared_table(root: Path, declared: str | Mapping[str, str], csv: CsvFormat) -> TableFiles:
    """Return the table that a configuration below `root` declares: a path, a pattern, or features and target.

    Raises:
        TableError: a pattern matches nothing.
    """
    if not isinstance(declared, str):
        features, target = (declared_table(root, declared[key], csv) for key in ("features", "target"))
        return TableFiles(
            name=f"{features.name}+{target.name}", parts=features.parts, beside=target.parts, csv=csv
        )
    if _is_there(root / declared) or not WILD.search(declared):
        return table_files(root / declared, csv)
    return matching(root, declared, csv)


def kind_of(part: Part) -> str:
    """Return how a file is stored, by the end of its name: csv, parquet or arrow.

    Raises:
        TableError: the name ends otherwise.
    """
    suffixes = [s.lower() for s in part.path.suffixes[-2:]]
    if suffixes and suffixes[-1] in PARQUET_SUFFIXES:
        return "parquet"
    if suffixes and suffixes[-1] in ARROW_SUFFIXES:
        return "arrow"
    plain = suffixes[:-1] if suffixes and suffixes[-1] in (*PACKED, ZSTD) else suffixes
    if (plain and plain[-1] in CSV_SUFFIXES) or suffixes[-1:] == [".zip"]:
        return "csv"
    raise TableError(
        f"{part.label}: found the ending {''.join(suffixes)!r}, expected {EXPECTED}; rename or convert it"
    )


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _documented(path: Path) -> TableFiles:
    """Read a table's document; its parts lie beside it as the state folder keeps them: <sha256>/<name>."""
    with told(path.name):
        content = path.read_bytes()
    try:
        document = json.loads(content)
        parts, beside = (tuple(_kept(path, document[key])) for key in ("parts", "beside"))
        csv = CsvFormat.of(document["csv"])
        return TableFiles(name=Path(document["name"]).name, parts=parts, beside=beside, csv=csv)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TableError(f"{path.name}: is no description of a table ({error}); collect the data again") from error


def _kept(path: Path, listed: list[dict[str, Any]]) -> Iterator[Part]:
    for entry in listed:
        label, digest = str(entry["name"]), str(entry["sha256"])
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(f"{digest!r} is no digest")
        yield Part(path=path.parent.parent / digest / Path(label).name, label=label, sha256=digest)
