"""The JSON Schema of iddr.toml, built from types and from the signatures of checks, steps and providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model_checks.checks import PROFILES
from model_checks.contract.csv_format import DECIMALS, QUOTES, THOUSANDS
from model_checks.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ci_steps.catalogue import Catalogue

TASKS = ["binary-classification", "multiclass-classification", "regression"]
PATH = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
TIME_LIMIT = {"type": "number", "exclusiveMinimum": 0, "description": "Seconds that it may take."}
LEVEL = {"enum": [level.value for level in Level]}


def config_schema(catalogue: Catalogue, own_metrics: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the schema of a whole iddr.toml with the options of everything in `catalogue`.

    Where a check takes a team's metric, `own_metrics` are the names that there are; None for any name.
    """
    options = catalogue.options()
    if own_metrics is not None:
        options["checks"] = {code: _with_names(o, tuple(own_metrics)) for code, o in options["checks"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "iddr.toml",
        **_section(
            {
                "schema": {"const": 1, "description": "Version of this file's format."},
                "profile": {"enum": list(PROFILES), "default": "starter"},
                "plugins": PLUGINS,
                "model": MODEL,
                "data": DATA,
                "environment": ENVIRONMENT,
                "metrics": METRICS,
                "limits": LIMITS,
                "checks": _section(_with(options["checks"], level=LEVEL, time_limit=TIME_LIMIT)),
                "steps": _section(_with(options["steps"], time_limit=TIME_LIMIT)),
                "providers": _section(options["providers"]),
                "waivers": {"type": "array", "items": WAIVER},
            },
            required=("schema", "model", "data"),
        ),
    }


def _section(properties: Mapping[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return schema | ({"required": list(required)} if required else {})


def _with_names(options: dict[str, Any], own_metrics: tuple[str, ...]) -> dict[str, Any]:
    """Return a check's options, in which a metric is one of the kit's or one of `own_metrics`."""
    metric = options["properties"].get("metric", {})
    known = [name for kind in metric.get("anyOf", ()) for name in kind.get("enum", ())]
    if not known:
        return options
    return options | {"properties": options["properties"] | {"metric": {"enum": [*known, *own_metrics]}}}


def _with(options: dict[str, Any], **added: Any) -> dict[str, Any]:
    return {name: own | {"properties": {**own["properties"], **added}} for name, own in options.items()}


PLUGINS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^\w+(\.\w+)*$"},
    "description": "Modules in the repository, or installed, that hold further checks.",
}
MODEL = _section(
    {
        "name": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60},
        "task": {"enum": TASKS},
        "command": PATH | {"description": "Trains the model; left out, `artifact` is taken as it is."},
        "artifact": PATH | {"description": "The model file, or the MLflow folder."},
        "function": {
            "type": "string", "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$",
            "description": "Instead of artifact: package.module:name of a function that takes the rows.",
        },
        "classes": {
            "type": "array", "minItems": 2, "uniqueItems": True,
            "items": {"type": ["string", "integer", "boolean"]},
            "description": "The classes in the model's order, where its file does not name them; else 0, 1, ...",
        },
        "inputs": TEXTS | {"description": "Further files or folders that training or the function reads."},
        "metrics": PATH | {"description": "A JSON file with the metrics that training reports: MQ015."},
        "search": PATH | {"description": "A JSON file with the search for hyper-parameters: MQ018."},
        "positive": {"type": ["string", "integer", "boolean"], "description": "The class that a metric ranks by."},
    },
    required=("name", "task"),
)  # fmt: skip
TABLE = {
    "type": ["string", "object"],
    "minLength": 1,
    "additionalProperties": False,
    "properties": {
        "features": PATH | {"description": "The file, or the pattern of files, with the features."},
        "target": PATH | {"description": "The one with the target, row by row beside the features."},
    },
    "required": ["features", "target"],
    "description": "A file, a pattern such as data/train-*.parquet, or features and target in two files: CSV "
    "(plain, .gz, .bz2, .xz, .zst or .zip), Parquet or Arrow.",
}  # fmt: skip
CSV = _section(
    {
        "separator": {
            "type": "string", "minLength": 1, "maxLength": 1,
            "description": "Left out, the one of , ; tab and | that splits the header into most columns.",
        },
        "header": {"type": "boolean", "default": True, "description": "Whether the first line names the columns."},
        "names": TEXTS | {
            "minItems": 1,
            "description": "The columns of files without a header, in order; of two files, the features' first.",
        },
        "encoding": PATH | {
            "description": "As Python names it, such as cp1252; left out, UTF-8 or what a byte order mark says.",
        },
        "decimal": {"enum": list(DECIMALS), "default": ".", "description": "The sign before decimals."},
        "thousands": {"enum": list(THOUSANDS), "default": "", "description": "The sign between thousands."},
        "quote": {"enum": list(QUOTES), "default": '"', "description": "The sign around cells; empty for none."},
    }
)  # fmt: skip
DATA = _section(
    {
        "contract": PATH | {"description": "JSON Schema of one row, the target included."},
        "target": {"type": "string", "minLength": 1},
        "train": TABLE,
        "test": TABLE,
        "current": TABLE | {"description": "Rows from production, judged against the reference; as train."},
        "csv": CSV | {"description": "How all CSV files of this configuration are written."},
        "split": {"enum": ["random", "time", "group"], "default": "random"},
        "time": {"type": "string", "minLength": 1, "description": "The column that says when a row arose."},
        "group": {"type": "string", "minLength": 1, "description": "The column whose rows belong together."},
        "erasure_list": PATH | {"description": "Hashed identifiers of people who must not be in the data."},
        "sensitive": TEXTS,
        "datasheet": PATH,
    },
    required=("contract", "target", "train", "test"),
)
ENVIRONMENT = _section(
    {
        "lock": PATH | {"description": "pip requirements with hashes."},
        "python": {"type": "string", "pattern": r"^3\.\d+$"},
        "current": {"type": "boolean", "default": False, "description": "Use the running Python, no lock."},
        "isolation": {"enum": ["preferred", "required"], "default": "preferred"},
        "network": {
            "type": "array", "items": {"enum": ["fit"]}, "description": "Steps that may reach the network.",
        },
        "secrets": TEXTS | {"description": "Environment variables, by name, that training may read."},
    }
)  # fmt: skip
LIMITS = _section(
    {
        "check_seconds": TIME_LIMIT | {"default": 1800, "description": "Seconds that a check may take."},
        "step_seconds": TIME_LIMIT | {"default": 7200, "description": "Seconds that a step may take."},
        "phase_minutes": {
            "type": "integer", "minimum": 1, "default": 240,
            "description": "Minutes after which a host ends a phase.",
        },
    }
)  # fmt: skip
METRICS = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
    "additionalProperties": _section(
        {
            "function": PATH | {
                "pattern": r"^\w+(\.\w+)*:\w+(\.\w+)*$",
                "description": "Where it is, as module:function; of truth, answers and probabilities.",
            },
            "higher_is_better": {"type": "boolean", "default": True},
            "owner": {"type": "string", "minLength": 1, "description": "Who agreed to it, for the record."},
        },
        required=("function",),
    ),
    "description": "Metrics that the team wrote, by name; their limits are in [checks.MQ001].",
}  # fmt: skip
WAIVER = _section(
    {
        "check": {"type": "string", "pattern": r"^[A-Z]{2}\d{3}$"},
        "where": {"type": "string", "description": "Pattern for the finding's place; left out, any place."},
        "reason": {"type": "string", "minLength": 1},
        "person": {"type": "string", "minLength": 1},
        "expires": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    },
    required=("check", "reason", "person", "expires"),
)
