from __future__ import annotations

import io
import pickle
import time
import zlib
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from model_checks.model_files.allowed_imports import is_allowed
from model_checks.model_files.scanning import scan_file
from tests.model_checks.model_files.fitted import fitted_models
from tests.needs import missing

NAMES = tuple(fitted_models())


class Recording(pickle.Unpickler):
    """Python's own unpickler, which keeps the names that it imports."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.names: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.names.add(f"{module}.{name}")
        return super().find_class(module, name)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", NAMES)
def test_pickled_model_is_cleared(name: str, protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(pickle.dumps(fitted_models()[name], protocol))
    found = scan_file(path)
    assert (found.threats, found.format) == ((), "pickle")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", NAMES)
def test_joblib_model_is_cleared(name: str, protocol: int, tmp_path: Path) -> None:
    joblib.dump(fitted_models()[name], tmp_path / "m", protocol=protocol)
    found = scan_file(tmp_path / "m")
    assert (found.threats, found.format) == ((), "joblib")


@pytest.mark.parametrize("stream", ["zlib", "gzip", "bz2", "lzma", "xz"])
@pytest.mark.parametrize("name", NAMES)
def test_compressed_model_is_cleared(name: str, stream: str, tmp_path: Path) -> None:
    joblib.dump(fitted_models()[name], tmp_path / "m", compress=(stream, 3))
    found = scan_file(tmp_path / "m")
    assert (found.threats, found.format) == ((), f"joblib in {stream}")


@pytest.mark.parametrize("name", [n for n in NAMES if n != "in a dict"])
def test_skops_model_is_cleared(name: str, tmp_path: Path) -> None:
    import skops.io

    skops.io.dump(fitted_models()[name], tmp_path / "m")
    found = scan_file(tmp_path / "m")
    assert (found.threats, found.format) == ((), "skops")


@pytest.mark.parametrize("name", NAMES)
def test_imports_are_those_that_python_itself_asks_for(name: str, tmp_path: Path) -> None:
    content = pickle.dumps(fitted_models()[name])
    (tmp_path / "m").write_bytes(content)
    reference = Recording(content)
    reference.load()
    assert set(scan_file(tmp_path / "m").imports) == reference.names


def test_files_that_old_versions_of_joblib_wrote_are_cleared() -> None:
    folder = Path(joblib.__file__).parent / "test" / "data"
    files = [f for f in folder.glob("joblib_0.1[01]*") if f.suffix != ".npy"]
    if not files:
        missing("the data of joblib's own tests")
    assert {f.name: scan_file(f).threats for f in files} == {f.name: () for f in files}


def test_a_class_of_the_users_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(pickle.dumps(Recording))
    [threat] = scan_file(tmp_path / "m").threats
    assert threat.what == f"{__name__}.Recording"


@pytest.mark.parametrize(
    "dtype", ["f8", ">f4", "U7", "S3", "M8[ns]", "?", "c16", [("a", "<i4"), ("b", "<f8", (3,))]]
)
def test_joblib_arrays_of_every_type_are_passed_over(dtype: Any, tmp_path: Path) -> None:
    joblib.dump([np.zeros((3, 5), dtype), "behind"], tmp_path / "m")
    assert scan_file(tmp_path / "m").cleared


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 3)])
def test_joblib_arrays_of_every_shape_are_passed_over(shape: tuple[int, ...], tmp_path: Path) -> None:
    joblib.dump({"a": np.asfortranarray(np.ones(shape)), "b": np.full(shape, "x", object)}, tmp_path / "m")
    assert scan_file(tmp_path / "m").cleared


def test_a_scan_skips_array_bytes(tmp_path: Path) -> None:
    joblib.dump([np.random.default_rng(0).normal(size=4_000_000)], tmp_path / "m")  # 32 MB
    start = time.process_time()
    assert scan_file(tmp_path / "m").cleared
    assert time.process_time() - start < 1


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(zlib.compress(pickle.dumps(1)))
    import hashlib

    assert scan_file(tmp_path / "m").sha256 == hashlib.sha256((tmp_path / "m").read_bytes()).hexdigest()


def test_no_class_of_another_library_hides_behind_the_rule_for_scikit_learn() -> None:
    import importlib
    import pkgutil
    import warnings

    import sklearn

    foreign = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
            if "tests" in info.name or "conftest" in info.name:
                continue
            try:
                module = importlib.import_module(info.name)
            except ImportError:
                continue
            foreign |= {
                (info.name, name)
                for name, value in vars(module).items()
                if is_allowed(info.name, name) and callable(value)
                if not str(getattr(value, "__module__", "")).startswith(("sklearn.", "_cython"))
            }
    assert foreign == set()
