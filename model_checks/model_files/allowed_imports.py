"""The allow list: every import that a model file may mention, each harmless whatever it is called with.

Lists of dangerous names are always behind; this is a list of what fitted models are made of. A name is here
only when building or calling it with arguments of an attacker's choice neither runs code nor touches files,
network or processes. So no frozen scipy.stats distribution (its `__setstate__` executes a text that it
carries), no numpy.memmap, no reader or fetcher of any library. functools.partial is here because it calls
nothing but what is here.
"""

from __future__ import annotations

import re
import sys

from model_checks.model_files.allowed_names import CLASS_RULES, FOREIGN_NAMES, NAMES, words

CLASS_NAME = re.compile(r"_{0,2}[A-Z][A-Za-z0-9_]*[a-z0-9A-Z]", re.ASCII)
CONSTANT_NAME = re.compile(r"[A-Z]+_[A-Z_]+|_[A-Z_]+", re.ASCII)
CYTHON_NAME = re.compile(r"__pyx_unpickle_[A-Za-z0-9_]+|newObj", re.ASCII)
PROCESS_MODULES = words(
    "os posix nt subprocess pty commands popen2 multiprocessing asyncio _posixsubprocess signal"
)
CODE_MODULES = words(
    "builtins __builtin__ code codeop runpy timeit pdb bdb trace cProfile profile imp importlib types "
    "marshal ctypes _ctypes operator _operator functools sys gc inspect pkgutil pydoc"
)
LOADERS = words("pickle _pickle cPickle dill cloudpickle shelve joblib torch")
NETWORK_MODULES = words("socket _socket urllib http requests ftplib smtplib webbrowser ssl aiohttp")


def is_allowed(module: str, name: str) -> bool:
    """Tell whether a model file may import `name` from `module`."""
    if (module, name) in NAMES:
        return True
    class_like = CLASS_NAME.fullmatch(name) and not CONSTANT_NAME.fullmatch(name)
    if (class_like and name not in FOREIGN_NAMES) or CYTHON_NAME.fullmatch(name):
        return any(rule.fullmatch(module) for rule in CLASS_RULES)
    return False


def danger(module: str, name: str) -> str:
    """Say what an import outside the allow list can do, as far as its module tells."""
    package = module.partition(".")[0]
    if package in PROCESS_MODULES:
        return f"{module}.{name} can start programs or change files"
    if package in CODE_MODULES:
        return f"{module}.{name} can run code or reach anything else"
    if package in LOADERS:
        return f"{module}.{name} can load a further pickle or compile code"
    if package in NETWORK_MODULES:
        return f"{module}.{name} can reach the network"
    return f"{module}.{name} is not among the imports that fitted models need, and importing it runs its module"


def is_standard_module(module: str) -> bool:
    """Tell whether `module` belongs to Python itself, where an unlucky name reaches something real."""
    return module.partition(".")[0] in sys.stdlib_module_names
