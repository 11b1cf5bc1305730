"""Reads Arrow files, batch by batch, through pyarrow where that is installed: the engine alone cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.contract import literals
from model_checks.contract.engine import EngineError
from model_checks.contract.files import TableError
from model_checks.contract.headers import refuse_twins

if TYPE_CHECKING:
    from pathlib import Path

    from model_checks.contract.engine import Engine
    from model_checks.contract.table_files import Part

MAGIC, END = b"ARROW1", b"\0\0\0\0"


def write_parquet(part: Part, engine: Engine) -> Path:
    """Write an Arrow IPC or Feather file as Parquet for the engine, one batch after the other; return its path.

    Raises:
        TableError: pyarrow is not installed, the file is no Arrow, or it names a column twice.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise TableError(
            f"{part.label}: is an Arrow file, expected pyarrow to read it with; pip install pyarrow, or write the "
            "table as Parquet"
        ) from error
    target = engine.fresh(".parquet")
    copied = f"COPY (SELECT * FROM arrow_batches) TO {literals.text(str(target))} (FORMAT parquet)"  # noqa: S608 - quoted
    try:
        with pa.memory_map(str(part.path)) as source:
            reader = _reader(pa, source)
            refuse_twins(part.label, reader.schema.names)
            engine.connection.register("arrow_batches", reader)
            engine.ask(copied, {}, lambda _: None)
            engine.connection.unregister("arrow_batches")
    except (pa.ArrowException, UnicodeError, EngineError) as error:
        found = str(error).partition("\n")[0]
        raise TableError(
            f"{part.label}: no Arrow file: {found}; write it again as Arrow IPC or Feather 2"
        ) from error
    return target


def _reader(pa: Any, source: Any) -> Any:
    """Return the batches of a file, or of a stream that was written to one."""
    if source.read(len(MAGIC)) == MAGIC:
        source.seek(0)
        file = pa.ipc.open_file(source)
        batches = (file.get_batch(index) for index in range(file.num_record_batches))
        return pa.RecordBatchReader.from_batches(file.schema, batches)
    source.seek(max(source.size() - len(END), 0))
    if source.read() != END:
        raise pa.ArrowInvalid("the stream has no mark of its end, so it may be cut off")
    source.seek(0)
    return pa.ipc.open_stream(source)
