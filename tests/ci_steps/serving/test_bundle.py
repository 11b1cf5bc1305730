from __future__ import annotations

import ast
import sys

from ci_steps.serving.bundle import ENTRY, REQUIREMENTS, application_files

INSTALLED = {
    "granian",
    "joblib",
    "msgspec",
    "numpy",
    "pandas",
    "skops",
    "xgboost",
    "lightgbm",
    "onnxruntime",
    "mlflow",
}


def test_the_runtime_imports_itself_the_dialect_and_known_packages_only():
    files = {name: source for name, source in application_files().items() if source.suffix == ".py"}
    ours = {name.removeprefix("app/").removesuffix(".py").replace("/", ".") for name in files}
    ours |= {name.removesuffix(".__init__") for name in ours}
    for name, source in files.items():
        for node in ast.walk(ast.parse(source.read_text(), feature_version=(3, 10))):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module in modules:
                top = module.partition(".")[0]
                assert top in sys.stdlib_module_names or top in INSTALLED or module in ours, (name, module)


def test_every_file_is_there_and_the_entry_too():
    files = application_files()
    assert ENTRY in files
    assert all(path.is_file() for path in files.values())


def test_the_requirements_are_pinned_with_hashes_and_name_no_index():
    text = REQUIREMENTS.read_text()
    pinned = [line.split("==")[0] for line in text.splitlines() if "==" in line]
    assert {"granian", "msgspec"} <= set(pinned)
    assert "://" not in text
    assert "--index" not in text
    assert text.count("--hash=sha256:") >= 10 * len(pinned) / 2
