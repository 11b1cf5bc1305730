"""Reads Arrow files, batch by batch, through pyarrow where that is installed: the engine alone cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.files import TableError

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.contract.engine import Engine
    from model_checks.contract.table_files import Part


def write_parquet(part: Part, engine: Engine) -> Path:
    """Write an Arrow IPC or Feather file as Parquet for the engine, one batch after the other; return its path.

    Raises:
        TableError: pyarrow is not installed, or the file is no Arrow.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise TableError(
            f"{part.label}: is an Arrow file, expected pyarrow to read it with; pip install pyarrow, or write the "
            "table as Parquet"
        ) from error
    target = engine.fresh(".parquet")
    try:
        with pa.memory_map(str(part.path)) as source:
            reader = _reader(pa, source)
            names = list(reader.schema.names)
            if len({name.lower() for name in names}) < len(names):
                raise TableError(
                    f"{part.label}: found columns whose names differ in upper and lower case at most, "
                    f"expected others; rename one of {', '.join(names)}"
                )
            engine.connection.register("arrow_batches", reader)
            engine.connection.execute(
                f"COPY (SELECT * FROM arrow_batches) TO {literals.text(str(target))} (FORMAT parquet)"  # noqa: S608 - quoted
            )
            engine.connection.unregister("arrow_batches")
    except (pa.ArrowException, UnicodeError, RuntimeError) as error:
        found = str(error).partition("\n")[0]
        raise TableError(
            f"{part.label}: no Arrow file: {found}; write it again as Arrow IPC or Feather 2"
        ) from error
    return target


def _reader(pa: Any, source: Any) -> Any:
    """Return the batches of a file, or of a stream that was written to one."""
    if source.read(6) == b"ARROW1":
        source.seek(0)
        file = pa.ipc.open_file(source)
        batches = (file.get_batch(index) for index in range(file.num_record_batches))
        return pa.RecordBatchReader.from_batches(file.schema, batches)
    source.seek(0)
    return pa.ipc.open_stream(source)
