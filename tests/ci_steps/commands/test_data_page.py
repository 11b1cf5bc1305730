from __future__ import annotations

from pathlib import Path

import pytest

from ci_steps.commands.data_page import FILE, exploration, write_data_page
from ci_steps.reports.data_style import STYLE
from ci_steps.steps import Provider, Refused
from model_checks.associations import Associations
from model_checks.inputs import Datasheet
from tests.ci_steps.small import Small
from tests.model_checks.made_profiles import numbers, profile, texts

TRAIN = profile(numbers("age", [1.0, 2.0, 3.0] * 10), texts("city", {"Ghent": 20, "Bruges": 10}))
NOTHING = Associations(rows=3, pairs=())


def sheet(**sections):
    return Datasheet(name="datasheet.toml", sections=sections, folder=Path())


def small(folder, **more):
    return Small(folder, **({"train_profile": TRAIN, "associations": NOTHING, "datasheet": sheet()} | more))


def test_the_page_is_written_beside_the_reports(tmp_path):
    assert write_data_page(small(tmp_path, datasheet="d").walk(), tmp_path) != ""
    assert write_data_page(small(tmp_path).walk(), tmp_path) == ""
    assert "Ghent" in (tmp_path / FILE).read_text("utf-8")
    assert (tmp_path / "data.css").read_text("utf-8") == STYLE


def test_a_page_that_is_there_for_these_tables_is_left_and_another_is_replaced(tmp_path):
    file = tmp_path / FILE
    write_data_page(small(tmp_path).walk(), tmp_path)
    file.write_text(file.read_text("utf-8") + "<!-- kept -->", "utf-8")
    write_data_page(small(tmp_path).walk(), tmp_path)
    assert "<!-- kept -->" in file.read_text("utf-8")
    write_data_page(small(tmp_path, train_profile=profile(numbers("b", [1.0, 5.0]))).walk(), tmp_path)
    assert "<!-- kept -->" not in file.read_text("utf-8")


def test_a_table_that_cannot_be_read_leaves_a_reason_and_no_page(tmp_path):
    def associations(train_profile):
        raise Refused("train.csv: line 7 has 3 cells")

    made = Small(
        tmp_path,
        Provider("associations", "exploration", True, associations),
        train_profile=TRAIN,
        datasheet=sheet(),
    )
    assert write_data_page(made.walk(), tmp_path) == "train.csv: line 7 has 3 cells"
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("personal", "hidden"),
    [({}, []), ({"columns": {"city": {}}}, ["Ghent"]), ({"columns": "? which"}, ["Ghent", "least"])],
)
def test_what_is_declared_personal_shows_no_value(personal, hidden):
    text = exploration(TRAIN, NOTHING, sheet(personal=personal), TRAIN)
    assert all(word not in text for word in hidden)
    assert ("Ghent" in text) is not bool(hidden)
