"""An MLflow folder, packed: the flavour's own file is opened, or MLflow opens the folder where it must."""

import io
import os
import sys
import tempfile
from typing import Any, Callable, Dict

from .archives import member, unpack
from .functions import answering


def mlflow_model(file: Any, told: Dict[str, Any], load: Callable[[Any, str, Dict[str, Any]], Any]) -> Any:
    """Open the model in an MLflow folder; `load` opens a file of another format.

    `told["inside"]` is what the scan read in MLmodel: flavour, file and its format, folder of code.
    """
    inside = told["inside"]
    if inside["flavour"] == "pyfunc":
        import mlflow.pyfunc

        folder = tempfile.mkdtemp(prefix="iddr-mlflow-")
        unpack(file, folder)
        return answering(mlflow.pyfunc.load_model(folder).predict, told, "mlflow.pyfunc")
    if inside.get("code"):
        folder = tempfile.mkdtemp(prefix="iddr-mlflow-")
        unpack(file, folder)
        file.seek(0)
        sys.path.append(os.path.join(folder, inside["code"]))
    return load(io.BytesIO(member(file, inside["file"])), inside["format"], told)
