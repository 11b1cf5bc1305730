"""The state folder `.iddr/`: content-addressed artifacts, results by recipe, the last run, logs."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci_steps.results import Artifact, Result, Run
from ci_steps.results_json import document_of, result_from, run_from
from ci_steps.steps import Refused

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".iddr"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a later run after a crash, sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name[:100]}.{secrets.token_hex(6)}")
    try:
        with partial.open("x", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class State:
    """One project's state folder."""

    folder: Path

    @classmethod
    def of(cls, root: Path) -> State:
        """Return the state of the repository at `root`; the folder keeps itself out of git."""
        state = cls(root / FOLDER)
        ignore = state.folder / ".gitignore"
        if not ignore.exists():
            write_whole(ignore, "*\n")
        return state

    def add(self, name: str, source: Path, *, media_type: str = "application/octet-stream") -> Artifact:
        """Copy the file `source` in and return it as the artifact `name`."""
        digest = sha256_of(source)
        uri = f"objects/{digest}/{source.name}"
        target = self.folder / uri
        if not target.is_file() or sha256_of(target) != digest:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".partial")
            shutil.copyfile(source, partial)
            partial.replace(target)
        os.utime(target.parent)
        return Artifact(name=name, uri=uri, sha256=digest, media_type=media_type)

    def path(self, artifact: Artifact) -> Path:
        """Return the artifact's file, verified.

        Raises:
            Refused: the file is missing, or its content is not what was recorded.
        """
        path = self.folder / artifact.uri
        if not path.is_file():
            raise Refused(f"{path}: the artifact {artifact.name} is missing; run the phase that makes it again")
        if (found := sha256_of(path)) != artifact.sha256:
            raise Refused(
                f"{path}: the artifact {artifact.name} was changed: found sha256 {found[:12]}…, "
                f"recorded {artifact.sha256[:12]}…; run the phase that makes it again"
            )
        return path

    def holds(self, artifact: Artifact) -> bool:
        """Tell whether the artifact is here, whole."""
        path = self.folder / artifact.uri
        return path.is_file() and sha256_of(path) == artifact.sha256

    def cached(self, recipe: str) -> Result | None:
        """Return the result of this recipe, or None; one that cannot be read counts as none.

        Its file's time says when it was last used.
        """
        path = self.folder / "cache" / f"{recipe}.json"
        try:
            result = result_from(json.loads(path.read_text("utf-8")))
            os.utime(path)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        kept = [a for a in result.artifacts if a.uri.startswith("objects/")]
        return result if all(self.holds(a) for a in kept) else None

    def lock_of(self, recipe: str) -> Path:
        """Return the file to lock while this recipe's result is computed."""
        return self.folder / "cache" / f"{recipe}.lock"

    def remember(self, result: Result) -> None:
        """Keep `result` under its recipe."""
        write_whole(self.folder / "cache" / f"{result.recipe}.json", _json(document_of(result)))

    def last_run(self) -> Run | None:
        """Return the last run, or None where there is none yet.

        Raises:
            Refused: run.json is there and cannot be read.
        """
        path = self.folder / "run.json"
        if not path.exists():
            return None
        try:
            return run_from(json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError, KeyError) as error:
            raise Refused(f"{path}: cannot be read ({error}); remove it and run all phases again") from None

    def save(self, run: Run) -> Path:
        """Write run.json and return its path."""
        path = self.folder / "run.json"
        write_whole(path, _json(document_of(run)))
        return path


def _json(document: object) -> str:
    return json.dumps(document, indent=1, sort_keys=True, allow_nan=False) + "\n"
