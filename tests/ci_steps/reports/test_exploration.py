from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.reports.data_style import STYLE
from ci_steps.reports.exploration import is_of, page, render_exploration
from ci_steps.reports.plots import bars_of, number, percent, shown, span_of
from model_checks.associations import Association, Associations
from tests.ci_steps.reports.page_reading import Tree, words
from tests.model_checks.made_profiles import numbers, profile, texts, truths

HOSTILE = "<script>alert(1)</script>\"'&\u202e\0"


def a_table(name="train.csv", **more):
    return profile(
        numbers("age", [float(n % 60) for n in range(200)]),
        numbers("rooms", [float(n % 4) for n in range(200)], top=tuple((str(n), 50) for n in range(4)), kind="integer"),
        texts("city", {"Ghent": 120, "Bruges": 60}, missing=20, shortest=5, longest=6),
        truths("member", 150, 50),
        table=name, **more,
    )  # fmt: skip


def test_a_section_shows_each_column_with_its_figures():
    said = words(render_exploration([a_table(target="member")]))
    for expected in (
        "train.csv: 200 rows, 4 columns",
        "age",
        "Ghent",
        "66.7 %",
        "missing 10.0 %",
        "boolean, target",
    ):
        assert expected in said


def test_the_second_table_is_drawn_over_the_first():
    one, two = render_exploration([a_table()]), render_exploration([a_table(), a_table("test.csv")])
    assert "polyline" not in one
    assert "polyline" in two
    assert "66.7 % / 66.7 %" in words(two)
    assert "test.csv: 200 rows" in words(two)


def test_a_column_that_only_one_table_has_or_types_otherwise_is_shown_alone():
    other = profile(texts("age", {"x": 5}), table="test.csv")
    assert "polyline" not in render_exploration([a_table(), other])


def test_nothing_in_a_page_needs_a_script_a_style_attribute_or_another_file():
    together = Associations(rows=200, pairs=(Association(first="age", second="city", measure="m", strength=-0.5),))
    tree = Tree(page(render_exploration([a_table(), a_table("test.csv")], together)))
    assert "script" not in tree.tags
    assert tree.tags.count("style") == 1
    assert [value for name, value in tree.attributes if name == "href"] == ["data.css"]
    names = {name for name, _ in tree.attributes}
    assert names.isdisjoint({"style", "src", "srcset", "xlink:href"})
    assert not any(name.startswith("on") for name in names)


def test_the_policy_allows_the_one_style_sheet_by_its_digest():
    text = page(render_exploration([a_table()]))
    [sheet] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert sheet == STYLE
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_hostile_names_and_values_are_shown_as_text():
    table = profile(
        texts(HOSTILE, {HOSTILE: 9, "b": 9}), numbers("n", [1.0, 2.0, 3.0]), texts("blank", {" ": 5, "x": 5}),
        table=HOSTILE,
    )  # fmt: skip
    together = Associations(
        rows=9, left_out=(HOSTILE,),
        pairs=(Association(first=HOSTILE, second="n", measure=HOSTILE, strength=0.9),),
    )  # fmt: skip
    text = page(render_exploration([table], together))
    tree = Tree(text)
    assert "script" not in tree.tags
    assert "\u202e" not in text
    assert "<script>alert(1)</script>" in "".join(tree.said)
    assert "(blank)" in text


def test_personal_columns_show_no_value():
    table = profile(
        texts("name", {"Smith": 12, "Jones": 3}, personal=True), numbers("salary", [1234.0, 99887.0, 5.0]),
        texts("street", {"Elm": 4, "Oak": 9}, known=False), texts("note", {f"word{n}": 1 for n in range(9)}),
    )  # fmt: skip
    said = words(render_exploration([table], personal=["salary"]))
    for hidden in ("Smith", "Jones", "99,887", "1,234", "Elm", "Oak", "word"):
        assert hidden not in said
    assert said.count("no value is shown") == 3
    assert said.count("different values") == 4


def test_the_strongest_pairs_are_listed_and_drawn():
    pairs = tuple(
        Association(first=f"a{n}", second=f"b{n}", measure="rank correlation", strength=0.9 - n / 50)
        for n in range(40)
    )
    text = render_exploration([a_table()], Associations(rows=200, pairs=pairs, left_out=("city",)))
    assert text.count("<td>rank correlation</td>") == 20
    assert text.count("<rect") > 144
    assert "Left out: city." in text
    assert "No two columns go together" in render_exploration([a_table()], Associations(rows=9, pairs=()))


def test_columns_without_values_and_tables_without_rows_are_said_so():
    assert "No row has a value" in render_exploration([profile(numbers("a", [None, None]))])
    assert "0 rows" in words(render_exploration([profile(numbers("a", []))]))


def test_texts_of_which_none_is_frequent_are_not_listed():
    table = profile(texts("day", {f"day{n}": 2 for n in range(300)}))
    assert "No text is in more than 1.0 %" in words(render_exploration([table]))


def test_many_categories_are_cut_to_the_most_frequent():
    said = words(render_exploration([profile(texts("c", {f"c{n:02}": 30 - n for n in range(20)}))]))
    assert "c07" in said
    assert "c08" not in said
    assert "others" in said


def test_a_page_knows_what_it_was_made_from():
    text = page("", recipe='a"b')
    assert is_of(text, 'a"b')
    assert not is_of(text, "ab")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (0.0, "0"), (1234.0, "1,234"), (12345.6, "12,346"), (0.12345, "0.1235"), (4300.62, "4,301"), (5e12, "5e+12"), (-3.0, "-3")],
)  # fmt: skip
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text


def test_what_is_not_nothing_is_not_called_nothing():
    assert [percent(s) for s in (0, 0.0004, 0.001, 1)] == ["0.0 %", "< 0.1 %", "0.1 %", "100.0 %"]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=80))
def test_every_row_is_in_a_bar_or_beyond_the_ends(values):
    column = numbers("a", values)
    low, high, bins = span_of([column])
    drawn = bars_of(column, low, high, bins)
    assert sum(drawn.shares) + drawn.below + drawn.above == pytest.approx(1)


def test_whole_numbers_have_a_bin_each():
    column = numbers("a", [1, 1, 2, 5], kind="integer", top=(("1", 2), ("2", 1), ("5", 1)))
    low, high, bins = span_of([column])
    assert (low, high, bins) == (1, 6, 5)
    assert bars_of(column, low, high, bins).shares == (0.5, 0.25, 0, 0, 0.25)


@given(st.text())
def test_no_text_can_leave_its_place(text):
    escaped = shown(text)
    assert not set(escaped) & set("<>\"'\0\u202e")
