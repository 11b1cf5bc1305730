from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ci_steps.catalogue import load_catalogue
from ci_steps.config_schema import DATA, ENVIRONMENT, MODEL, WAIVER, config_schema
from ci_steps.schema_faults import schema_faults

REFERENCE = Path(__file__).parents[2] / "templates" / "iddr.toml"


def with_everything() -> str:
    # A setting that is commented out starts a line with "# " and has a key or a section after it.
    text = REFERENCE.read_text("utf-8").replace("# plugins", "# no plugins")
    return re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)


def test_reference_is_valid_with_every_setting_in_use():
    catalogue = load_catalogue((), REFERENCE.parent)
    for text in (REFERENCE.read_text("utf-8"), with_everything()):
        assert schema_faults(tomllib.loads(text), config_schema(catalogue)) == []


def test_reference_leaves_no_setting_out():
    document = tomllib.loads(with_everything())
    for section, schema in (("model", MODEL), ("data", DATA), ("environment", ENVIRONMENT)):
        assert set(document[section]) == set(schema["properties"])
    assert set(document["waivers"][0]) == set(WAIVER["properties"])
