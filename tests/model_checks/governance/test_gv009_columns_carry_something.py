from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_checks.contract.dialect import Contract
from model_checks.dataset import Dataset
from model_checks.findings import NotAudited
from model_checks.governance.gv009_columns_carry_something import (
    NO_INDEX,
    ONE_FORMAT,
    ONE_TYPE,
    ONE_WRITING,
    PLAUSIBLE,
    TRIMMED,
    VARIES,
    gv009,
)
from tests.model_checks.made_profiles import numbers, profile, texts, truths


def judged(*columns, train=None, target=None, test=None):
    return list(gv009(profile(*columns, target=target), test, train))


def failures(*columns, **more):
    return [f for f in judged(*columns, **more) if f.ok is False]


def opened(folder, name, values, kind="string"):
    rules = Contract.parse({"type": "object", "properties": {name: {"type": [kind, "null"]}}})
    cells = (f'"{v}"' if kind == "string" else str(v) for v in values)
    (folder / "train.csv").write_text("\n".join([name, *cells, ""]), "utf-8")
    return Dataset.from_file(folder / "train.csv", rules, name="train.csv", target=None)


def counted(values):
    return {v: values.count(v) for v in dict.fromkeys(values)}


def test_columns_that_vary_hold():
    [finding] = judged(numbers("a", [1, 2, 3] * 5), truths("b", 5, 10), texts("c", {"x": 9, "y": 6}))
    assert (finding.ok, finding.message) == (True, "3 columns vary, and hold one kind of values each")


@pytest.mark.parametrize("column", [numbers("a", [7] * 12), truths("a", 12, 0), texts("a", {"x": 12})])
def test_one_value_in_every_row_fails(column):
    [finding] = failures(column)
    assert (finding.rule, finding.where) == (VARIES, "train.csv: a")


def test_one_value_and_gaps_are_noted_as_the_gaps_may_tell():
    [note, verdict] = judged(texts("a", {"x": 12}, missing=3))
    assert note.note
    assert verdict.ok


def test_ten_rows_are_needed():
    [finding] = judged(numbers("a", [1] * 9))
    assert (finding.ok, finding.fix) == (None, "give 10 rows or more")
    assert len(failures(numbers("a", [1] * 10))) == 1
    assert judged(numbers("a", []))[0].ok is None


def test_columns_that_are_empty_or_unknown_to_the_contract_are_left_to_others():
    assert failures(numbers("a", [None] * 12), texts("b", {"x": 12}, known=False)) == []


def test_words_among_numeric_texts_fail_with_the_rows_to_look_at(tmp_path):
    values = [str(n) for n in range(40)] + ["twelve", "13 kg"]
    column = texts("size", counted(values), numeric=40)
    [finding] = failures(column, train=opened(tmp_path, "size", values))
    assert (finding.rule, finding.measured) == (ONE_TYPE, 2)
    assert "'twelve' in row 41, '13 kg' in row 42" in finding.message
    assert failures(column)[0].rule == ONE_TYPE


def test_codes_with_a_letter_among_codes_without_are_of_one_kind(tmp_path):
    values = [str(n) for n in range(250, 300)] + ["V57", "E909", "V10.5"]
    assert (
        failures(texts("diagnosis", counted(values), numeric=50), train=opened(tmp_path, "diagnosis", values))
        == []
    )


@pytest.mark.parametrize(("words", "ok"), [(0, True), (4, False), (5, True)])
def test_a_text_column_is_mixed_where_nine_of_ten_are_numbers(words, ok):
    values = [str(n) for n in range(40)] + ["word"] * words
    column = texts("a", counted(values), numeric=40)
    assert (failures(column) == []) is ok


def test_placeholders_do_not_make_a_mixture():
    values = {str(n): 1 for n in range(40)} | {"?": 2}
    assert failures(texts("a", values, numeric=40, placeholders=(("?", 2),))) == []


def test_dates_in_several_formats_fail(tmp_path):
    values = ["2024-01-31"] * 10 + ["31.01.2024"] * 6 + ["31/01/2024"] * 3 + ["01/02/2024"]
    column = texts("day", counted(values), dated=20)
    [finding] = failures(column, train=opened(tmp_path, "day", values))
    assert (finding.rule, finding.measured) == (ONE_FORMAT, 3)
    assert "day.month.year in 6 rows (first in row 11)" in finding.message


def test_day_first_and_month_first_are_two_formats(tmp_path):
    values = ["31/01/2024", "01/31/2024"] * 6
    column = texts("day", counted(values), dated=12)
    assert [f.rule for f in failures(column, train=opened(tmp_path, "day", values))] == [ONE_FORMAT]


@pytest.mark.parametrize("values", [["2024-01-31", "2024-02-01 10:00"] * 6, ["01/02/2024", "03/04/2024"] * 6])
def test_dates_of_one_format_hold(tmp_path, values):
    column = texts("day", counted(values), dated=12)
    assert failures(column, train=opened(tmp_path, "day", values)) == []


def test_one_category_in_two_writings_fails_across_the_tables_too():
    [finding] = failures(texts("sex", {"male": 9, "Male": 3}))
    assert (finding.rule, finding.measured) == (ONE_WRITING, 1)
    assert "'male' (9 rows) and 'Male' (3 rows)" in finding.message
    other = profile(texts("sex", {"Male": 4, "Female": 6}), table="test.csv")
    assert len(failures(texts("sex", {"male": 9, "female": 3}), test=other)) == 1


def test_names_that_are_nearly_all_different_are_no_categories():
    assert failures(texts("name", {f"Name{n}": 1 for n in range(20)} | {"name1": 1})) == []


def test_categories_that_were_not_trimmed_fail_unless_all_are_so():
    [finding] = failures(texts("city", {"Ghent": 9, "Antwerp ": 3}))
    assert (finding.rule, finding.measured) == (TRIMMED, 3)
    assert [f.note for f in judged(texts("city", {" Ghent": 9, " Antwerp": 3}))] == [True, False]


def test_personal_values_are_never_shown(tmp_path):
    values = [str(n) for n in range(40)] + ["Smith"]
    found = failures(
        texts("city", {"Ghent": 9, "ghent": 3}, personal=True),
        texts("name", {"Smith": 12}, personal=True),
        texts("number", counted(values), numeric=40, personal=True),
        train=opened(tmp_path, "number", values),
    )
    assert len(found) == 3
    assert not any(word in f.message.lower() for f in found for word in ("ghent", "smith"))


def test_an_index_in_order_or_shuffled_fails(tmp_path):
    ordered, shuffled = list(range(150)), np.random.default_rng(0).permutation(400)[:150].tolist()
    for values, told in ((ordered, "counts the rows up from 0 to 149"), (shuffled, "numbers 150 rows, each once")):
        [finding] = failures(numbers("x", values), train=opened(tmp_path, "x", values, "integer"))
        assert finding.rule == NO_INDEX
        assert told in finding.message


def test_without_the_table_an_index_is_known_by_its_ends_or_name():
    assert [f.rule for f in failures(numbers("x", list(range(1, 101))))] == [NO_INDEX]
    assert [f.rule for f in failures(numbers("Unnamed: 0", list(range(50, 90))))] == [NO_INDEX]
    assert failures(numbers("x", list(range(5, 105)))) == []


@pytest.mark.parametrize(
    "values", [[n % 140 for n in range(150)], [n * 9 for n in range(150)], [n / 2 for n in range(150)]]
)
def test_measurements_are_no_index(tmp_path, values):
    assert failures(numbers("x", values), train=opened(tmp_path, "x", values, "number")) == []


def test_the_target_is_no_index(tmp_path):
    values = list(range(150))
    assert failures(numbers("x", values), train=opened(tmp_path, "x", values, "integer"), target="x") == []


@pytest.mark.parametrize(("value", "fails", "notes"), [(500, 0, 0), (1200, 0, 1), (20_000, 1, 0), (-20_000, 1, 0)])
def test_a_value_absurdly_far_from_all_others_is_told(tmp_path, value, fails, notes):
    values = [n % 97 for n in range(500)] + [value]
    found = judged(numbers("x", values), train=opened(tmp_path, "x", values, "number"))
    assert [f.rule for f in found if f.ok is False] == [PLAUSIBLE] * fails
    assert sum(f.note for f in found) == notes


def test_heavy_tails_are_no_outliers(tmp_path):
    for seed in range(20):
        values = np.random.default_rng(seed).pareto(2, 500).round(4).tolist()
        assert failures(numbers("x", values), train=opened(tmp_path, "x", values, "number")) == []


def test_a_table_that_is_gone_is_not_audited(tmp_path):
    values = list(range(150))
    data = opened(tmp_path, "x", values, "number")
    data.path.unlink()
    with pytest.raises(NotAudited, match=r"train\.csv"):
        judged(numbers("x", values), train=data)


@given(st.lists(st.integers(-3, 3), min_size=10, max_size=60))
def test_a_column_of_numbers_fails_exactly_where_it_is_constant(values):
    fails = any(f.rule == VARIES and f.ok is False for f in judged(numbers("a", values)))
    assert fails is (len(set(values)) == 1)
