"""Makes hostile model files byte by byte. Nothing here is ever loaded."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib

STOP = b"."
CALL = b"cos\nsystem\n(Vtrue\ntR"  # GLOBAL, MARK, UNICODE, TUPLE, REDUCE


def text(value: str) -> bytes:
    """SHORT_BINUNICODE."""
    return b"\x8c" + bytes([len(value)]) + value.encode()


def named(module: str, name: str) -> bytes:
    """Two texts and STACK_GLOBAL."""
    return text(module) + text(name) + b"\x93"


def called(module: str, name: str, *arguments: str) -> bytes:
    """A call of `module.name` with texts, of protocol 4."""
    packed = b"".join(text(a) for a in arguments)
    return b"\x80\x04" + named(module, name) + b"(" + packed + b"tR" + STOP


def joblib_array(
    payload: bytes, *, dtype: str = "u1", aligned: bool = False, itemsize: int = -1, flags: int = 0
) -> bytes:
    """A joblib wrapper, its array's raw bytes `payload`, and STOP."""
    shape = b"M" + struct.pack("<H", len(payload)) + b"\x85"
    size = b"J" + struct.pack("<i", itemsize)
    state = b"(K\x03" + text("|") + b"NNN" + size + b"J\xff\xff\xff\xffK" + bytes([flags]) + b"tb"
    kind = named("numpy", "dtype") + text(dtype) + b"\x89\x88\x87R" + state
    entries = text("shape") + shape + text("dtype") + kind + text("order") + text("C")
    if aligned:
        entries += text("numpy_array_alignment_bytes") + b"K\x10"
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81}(" + entries + b"ub"
    padding = b"\x02\xff\xff" if aligned else b""
    return b"\x80\x04" + wrapper + padding + payload + STOP


def npy(payload: bytes, descr: str = "'|O'", shape: str = "(1,)") -> bytes:
    """An .npy file, version 1."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + payload


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


_MEMOISED = (
    b"\x80\x04" + text("system") + b"\x94" + text("os") + b"\x94" + b"0" + b"0"
    b"h\x01h\x00\x93" + text("true") + b"\x85R" + STOP
)  # fmt: skip
_GETATTR = (
    b"\x80\x04" + named("builtins", "getattr") + b"(" + named("builtins", "__import__")
    + text("os") + b"\x85R" + text("system") + b"tR" + STOP
)  # fmt: skip
_PARTIAL = (
    b"\x80\x04" + named("functools", "partial") + named("os", "system") + b"\x85R(" + named("os", "system")
    + b")}NtbR" + STOP
)  # fmt: skip
_SCIPY = (
    b"\x80\x04" + named("scipy.stats._continuous_distns", "norm_gen") + b")\x81}"
    + text("_parse_arg_template") + text("import os") + b"sb" + STOP
)  # fmt: skip

_TENSOR = b'{"dtype":"U8","shape":[4],"data_offsets":[0,4]}'
_TWICE = b'{"a":' + _TENSOR + b',"b":' + _TENSOR + b"}"

# Name of the file -> its bytes and a word that one of its threats must hold.
CORPUS: dict[str, tuple[bytes, str]] = {
    "reduce": (CALL + STOP, "os.system"),
    "inst": (b"(Vtrue\nios\nsystem\n" + STOP, "os.system"),
    "obj": (b"(cos\nsystem\nVtrue\no" + STOP, "os.system"),
    "newobj": (b"\x80\x02csubprocess\nPopen\nVtrue\n\x85\x81" + STOP, "subprocess.Popen"),
    "newobj_ex": (b"\x80\x04" + named("subprocess", "Popen") + b")}\x92" + STOP, "subprocess.Popen"),
    "stack_global": (called("os", "system", "true"), "os.system"),
    "memoised_texts": (_MEMOISED, "os.system"),
    "getattr_chain": (_GETATTR, "builtins.getattr"),
    "python_2_names": (b"c__builtin__\neval\n(S'1'\ntR" + STOP, "builtins.eval"),
    "python_2_module": (b"ccommands\ngetoutput\n(S'true'\ntR" + STOP, "subprocess.getoutput"),
    "numpy_runstring": (called("numpy.testing._private.utils", "runstring", "1"), "runstring"),
    "numpy_load": (called("numpy", "load", "x.npy"), "numpy.load"),
    "numpy_f2py": (called("numpy.f2py.crackfortran", "getlincoef", "1"), "getlincoef"),
    "pandas_eval": (called("pandas", "eval", "1"), "pandas.eval"),
    "pandas_read_pickle": (called("pandas", "read_pickle", "x"), "pandas.read_pickle"),
    "sklearn_fetcher": (called("sklearn.datasets", "fetch_openml", "x"), "fetch_openml"),
    "sklearn_foreign_class": (called("sklearn.tree._export", "StringIO", "x"), "StringIO"),
    "sklearn_memory": (called("sklearn.datasets._lfw", "Memory", "x"), "Memory"),
    "joblib_load": (called("joblib", "load", "x"), "joblib.load"),
    "joblib_old_wrapper": (b"\x80\x04" + named("joblib.numpy_pickle_compat", "NDArrayWrapper") + STOP, "NDArray"),
    "scipy_distribution": (_SCIPY, "norm_gen"),
    "pickle_in_bytes": (
        b"\x80\x04" + named("pickle", "loads") + b"C" + bytes([len(CALL) + 1]) + CALL + STOP + b"\x85R" + STOP,
        "pickle.loads",
    ),
    "byte_array_8": (
        b"\x80\x05\x96" + struct.pack("<Q", 3) + b"abc0" + named("os", "system") + text("true") + b"\x85R" + STOP,
        "os.system",
    ),
    "partial": (_PARTIAL, "os.system"),
    "partial_of_an_object": (
        b"\x80\x04" + named("functools", "partial") + named("builtins", "list") + b")R\x85R" + STOP,
        "functools.partial",
    ),
    "partial_changed": (
        b"\x80\x04" + named("functools", "partial") + named("builtins", "list") + b"\x85R("
        + named("builtins", "list") + b")R)}NtbR" + STOP, "functools.partial",
    ),
    "booster_from_a_file": (called("lightgbm.basic", "Booster", "x.txt"), "with arguments"),
    "reconstructor": (
        b"ccopy_reg\n_reconstructor\n(csubprocess\nPopen\nc__builtin__\nobject\nNtR" + STOP, "subprocess.Popen",
    ),
    "reconstructor_base": (
        b"\x80\x04" + named("copyreg", "_reconstructor") + named("builtins", "object")
        + named("sklearn.base", "BaseEstimator") + b"N\x87R" + STOP, "calls an object",
    ),
    "build_on_a_class": (
        b"\x80\x04" + named("sklearn.base", "BaseEstimator") + b"N}" + text("predict")
        + named("builtins", "list") + b"s\x86b" + STOP, "changes sklearn.base.BaseEstimator",
    ),
    "items_of_an_import": (
        b"\x80\x04" + named("sklearn.base", "BaseEstimator") + text("a") + b"Ns" + STOP, "changes sklearn",
    ),
    "setstate_hook": (
        b"\x80\x04" + named("sklearn.base", "BaseEstimator") + b")\x81}" + text("__setstate__")
        + named("builtins", "list") + b"sb" + text("x") + b"b" + STOP, "replaces the method __setstate__",
    ),
    "call_of_an_object": (b"\x80\x04" + named("builtins", "list") + b")R)R" + STOP, "calls an object"),
    "dotted_name": (called("sys", "modules.__getitem__", "os"), "sys.modules.__getitem__"),
    "dotted_allowed_module": (called("sklearn.base", "warnings.sys.modules", "os"), "warnings.sys.modules"),
    "computed_name": (
        b"\x80\x04" + text("os") + named("_codecs", "encode") + text("flfgrz") + text("rot13") + b"\x86R\x93)R" + STOP,
        "computed",
    ),
    "extension_1": (b"\x80\x02\x82\x01" + STOP, "by number"),
    "extension_2": (b"\x80\x02\x83\x01\x00" + STOP, "by number"),
    "extension_4": (b"\x80\x02\x84\x01\x00\x00\x00" + STOP, "by number"),
    "persistent": (b"P1\n" + STOP, "kept elsewhere"),
    "persistent_binary": (b"\x80\x02K\x01Q" + STOP, "kept elsewhere"),
    "out_of_band": (b"\x80\x05\x97" + STOP, "outside the file"),
    "hidden_with_pop": (b"\x80\x04" + CALL + b"0N" + STOP, "os.system"),
    "hidden_with_mark": (b"\x80\x04(" + CALL + b"1N" + STOP, "os.system"),
    "truncated_after_reduce": (CALL, "os.system"),
    "truncated": (pickle.dumps(list(range(100)))[:-5], "cannot see through"),
    "second_pickle": (pickle.dumps([1]) + CALL + STOP, "os.system"),
    "bytes_behind": (pickle.dumps([1]) + b"\0\0", "bytes behind"),
    "behind_stop_in_frame": (b"\x80\x04\x95" + struct.pack("<Q", 4) + b"N.N.", "bytes behind"),
    "unknown_protocol": (b"\x80\x09N" + STOP, "protocol"),
    "joblib_object_array": (joblib_array(b"\x80\x04" + CALL + STOP, dtype="O8", flags=63), "os.system"),
    "joblib_array_read_by_pickle": (joblib_array(CALL + STOP), "os.system"),
    "joblib_array_in_frame": (
        b"\x80\x04\x95" + struct.pack("<Q", 400) + joblib_array(b"\0" * 400)[2:], "inside a frame",
    ),
    "joblib_uncertain_size": (joblib_array(b"\0" * 8, dtype="l"), "uncertain size"),
    "joblib_size_of_the_state": (joblib_array(b"\0" * 8, dtype="V1", itemsize=8), "uncertain size"),
    "joblib_objects_by_flag": (joblib_array(b"\0" * 8, flags=63), "uncertain size"),
    "joblib_short": (joblib_array(b"\0" * 8, dtype="f8"), "truncated"),
    "zlib_joblib": (zlib.compress(CALL + STOP), "os.system"),
    "zlib_with_more": (zlib.compress(pickle.dumps(1)) + b"x", "behind the compressed"),
    "zlib_truncated": (zlib.compress(pickle.dumps(list(range(500))))[:-9], "compression"),
    "zlib_in_zlib": (zlib.compress(zlib.compress(CALL + STOP)), "os.system"),
    "lz4": (b"\x04\x22\x4d\x18" + b"\0" * 20, "not read"),
    "npy_objects": (npy(CALL + STOP), "os.system"),
    "npy_longer": (npy(b"\0" * 9, "'<f8'"), "wrong length"),
    "npz_member": (zipped({"a.npy": npy(CALL + STOP)}), "os.system"),
    "zip_text_member": (zipped({"notes.txt": CALL + STOP}), "os.system"),
    "zip_in_zip": (zipped({"a.bin": zipped({"b.pkl": CALL + STOP})}), "os.system"),
    "zip_behind_a_pickle": (CALL + STOP + zipped({"a.npy": npy(b"\0" * 8, "'<f8'")}), "os.system"),
    "torch": (zipped({"m/data.pkl": CALL + STOP, "m/version": b"3\n"}), "os.system"),
    "skops_type": (
        zipped({"schema.json": b'{"__class__": "system", "__module__": "os", "__loader__": "FunctionNode"}'}),
        "os.system",
    ),
    "skops_method": (
        zipped({"schema.json": b'{"__class__": "list", "__module__": "builtins", "__loader__": "MethodNode"}'}),
        "MethodNode",
    ),
    "safetensors_with_more": (struct.pack("<Q", 2) + b"{}" + CALL + STOP, "behind the tensors"),
    "safetensors_twice": (
        struct.pack("<Q", len(_TWICE)) + _TWICE + b"\0" * 4, "hidden bytes between tensors",
    ),
    "onnx_outside": (
        b"\x08\x08\x42\x04\x0a\x00\x10\x0d\x3a\x1b\x2a\x19\x6a\x17\x0a\x08location\x12\x0b../../x.bin", "../../x.bin",
    ),
    "unknown": (b"MZ\x90\x00", "cannot see through"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "not read"),
    "empty": (b"", "empty"),
    "json": (b'{"a": 1}', "unknown JSON"),
    "xml_entities": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]><PMML>&a;</PMML>', "declarations"),
}  # fmt: skip
