"""Reads a training script without running it: what it fits, where the model goes, what its target is."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ci_steps.proposals.literals import called_name, named_values, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CLASSIFIERS = frozenset(
    {"LogisticRegression", "LogisticRegressionCV", "SVC", "LinearSVC", "NuSVC", "GaussianNB", "MultinomialNB"}
)
REGRESSORS = frozenset(
    {"LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "SVR"}
)  # fmt: skip
SAVERS = frozenset({"dump", "save_model", "save"})
NOT_MODELS = frozenset({".csv", ".parquet", ".png", ".jpg", ".svg", ".pdf", ".html", ".md", ".log", ".npy"})
TRUTHS = ("y", "target", "label")
LARGEST_BYTES = 1_000_000
SURE, LIKELY = 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one script says of itself.

    `saved` are the paths that it writes models to; `targets` maps a column to how strongly the script treats
    it as the target; `picked` are the lists of columns that it takes, `dropped` the columns that it drops;
    `kind` is classification, regression, or empty; `texts` are all its literals.
    """

    path: str
    fits: bool
    saved: tuple[str, ...]
    texts: frozenset[str]
    targets: Mapping[str, int]
    picked: tuple[tuple[str, ...], ...]
    dropped: frozenset[str]
    kind: str
    takes_arguments: bool


def read_script(root: Path, path: str) -> Script | None:
    """Return what the script at `path` says; None where it is no Python that can be read."""
    file = root / path
    try:
        if file.stat().st_size > LARGEST_BYTES:
            return None
        with warnings.catch_warnings():
            # An invalid escape in somebody's script is no concern of the one who looks at it.
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
    names = named_values(tree)

    def text(node: ast.AST | None) -> str | None:
        return text_of(node, names, path)

    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {called_name(call) for call in calls}
    texts = {found for node in ast.walk(tree) if isinstance(node, ast.expr) and (found := text(node))}
    return Script(
        path=path,
        fits=bool({"fit", "train", "fit_transform"} & called),
        saved=tuple(dict.fromkeys(_saved(calls, text))),
        texts=frozenset(texts),
        targets=_targets(tree, calls, text),
        picked=tuple(_picked(tree, names, text)),
        dropped=frozenset(
            column for call in calls if called_name(call) == "drop" for column in _dropped(call, text)
        ),
        kind=_kind(called),
        takes_arguments="argv" in {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        or bool({"ArgumentParser", "parse_args"} & called),
    )


def _saved(calls: list[ast.Call], text: _Text) -> Iterator[str]:
    for call in calls:
        name = called_name(call)
        found = None
        if name in SAVERS and (call.args or call.keywords):
            found = text(_argument(call, 0 if name == "save_model" else 1, ("filename", "file", "fname")))
        elif name == "open" and _writes_bytes(call):
            found = text(_opened(call))
        if found and PurePosixPath(found).suffix.lower() not in NOT_MODELS:
            yield PurePosixPath(found).as_posix()


def _writes_bytes(call: ast.Call) -> bool:
    return any(map(_is_mode, [*call.args, *(k.value for k in call.keywords if k.arg == "mode")]))


def _is_mode(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {"wb", "bw", "xb", "wb+", "w+b"}


def _opened(call: ast.Call) -> ast.expr | None:
    """Return what is opened: `path` of both `open(path, "wb")` and `path.open("wb")`."""
    first = call.args[0] if call.args else None
    if isinstance(call.func, ast.Attribute) and (first is None or _is_mode(first)):
        return call.func.value
    return first


def _argument(call: ast.Call, position: int, names: tuple[str, ...]) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((k.value for k in call.keywords if k.arg in names), None)


def _targets(tree: ast.AST, calls: list[ast.Call], text: _Text) -> Counter[str]:
    found: Counter[str] = Counter()
    for call in calls:
        name = called_name(call)
        if name == "pop" and call.args:
            found[text(call.args[0]) or ""] += SURE
        elif name == "drop":
            dropped = _dropped(call, text)
            for column in dropped:
                found[column] += LIKELY if len(dropped) == 1 else 1
        elif name in {"fit", "train_test_split"} and len(call.args) > 1:
            found.update(dict.fromkeys(_columns(call.args[1], text), SURE))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_truth(node.targets[0]):
            found.update(dict.fromkeys(_columns(node.value, text), SURE))
    return found


def _is_truth(target: ast.expr) -> bool:
    last = target.elts[-1] if isinstance(target, ast.Tuple) and target.elts else target
    return isinstance(last, ast.Name) and last.id.lower().split("_")[0] in TRUTHS


def _columns(node: ast.expr, text: _Text) -> set[str]:
    last = node.elts[-1] if isinstance(node, ast.Tuple) and node.elts else node
    inside = [n for n in ast.walk(last) if isinstance(n, ast.Subscript)]
    return {column for n in inside if (column := text(n.slice))}


def _dropped(call: ast.Call, text: _Text) -> list[str]:
    value = _argument(call, 0, ("columns", "labels"))
    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    return [column for part in parts if (column := text(part))]


def _picked(tree: ast.AST, names: Mapping[str, ast.expr], text: _Text) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and (columns := texts_of(node.slice, names, text)):
            yield columns


def _kind(called: set[str]) -> str:
    classifies = any(name.endswith("Classifier") or name in CLASSIFIERS for name in called)
    regresses = any(name.endswith("Regressor") or name in REGRESSORS for name in called)
    if classifies == regresses:
        return ""
    return "classification" if classifies else "regression"


if TYPE_CHECKING:
    _Text = Callable[[ast.AST | None], str | None]
