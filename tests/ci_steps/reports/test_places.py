"""Where in the repository a finding is shown."""

import pytest

from ci_steps.reports.places import Place, Places, TomlLines
from ci_steps.results import Result, Status
from model_checks.findings import Finding

CONFIG = """\
schema = 1

[model]
name = "m"
artifact = "build/model.joblib"

[data]
train = "data/train.csv"   # rows
contract = "contract.json"
datasheet = "datasheet.toml"

[environment]
lock = "requirements.txt"

[checks.MQ001]
minimum = 0.9

[[checks.MQ009.relations]]
name = "r"
"""
DATASHEET = '[source]\nname = "n"\n\n[terms]\nlicence = "CC-BY"\n'


@pytest.fixture(params=[".", "models/a"])
def places(request, tmp_path):
    """A project at the root of its repository, and one below."""
    root = tmp_path / request.param
    (root / "data").mkdir(parents=True)
    (root / "build").mkdir()
    (tmp_path / ".git").mkdir()
    for name, text in {
        "iddr.toml": CONFIG, "data/train.csv": "a\n1\n", "datasheet.toml": DATASHEET, "requirements.txt": "x==1\n",
        "contract.json": "{}", "build/model.joblib": "m", "settings.py": "\n\nTOKEN = 1\n",
    }.items():  # fmt: skip
        (root / name).write_text(text)
    return Places.of(root / "iddr.toml"), "" if request.param == "." else f"{request.param}/"


def result(name="XX001", *digests):
    return Result(
        kind="check", name=name, title="t", phase="integration", status=Status.FAILED,
        digests=dict.fromkeys(digests, "d"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("where", "message", "path", "line"),
    [
        ("train.csv", "too few rows", "data/train.csv", 1),
        ("train.csv: age", "out of range", "data/train.csv", 1),
        ("train.csv", "train.csv:12: out of range", "data/train.csv", 12),
        ("train.csv", "train.csv, line 7: is no number", "data/train.csv", 7),
        ("data/train.csv", "too few rows", "data/train.csv", 1),
        ("datasheet.toml: terms.licence", "is not known", "datasheet.toml", 5),
        ("datasheet.toml: source", "is missing", "datasheet.toml", 1),
        ("requirements.txt", "is not locked", "requirements.txt", 1),
        ("settings.py", "settings.py:3: a token", "settings.py", 3),
    ],
)
def test_a_finding_about_a_file_is_shown_there(places, where, message, path, line):
    known, prefix = places
    finding = Finding(ok=False, message=message, where=where)
    assert known.place(result(), finding) == Place(path=prefix + path, line=line)


@pytest.mark.parametrize(
    ("code", "digests", "line"),
    [
        ("MQ001", ("test_file",), 15),
        ("MQ009", (), 18),
        ("GV008", ("train_file", "contract_file"), 9),
        ("SC001", ("model_file",), 5),
        ("RP001", ("lock_file",), 13),
        ("XX001", (), 3),
    ],
)
@pytest.mark.parametrize(
    "where", ["", "a slice", "build/model.joblib", "model.joblib", "../secret", "\0", "x" * 5000]
)
def test_another_is_shown_where_the_configuration_speaks_of_it(places, code, digests, line, where):
    known, prefix = places
    found = known.place(result(code, *digests), Finding(ok=False, message="m", where=where))
    expected = "build/model.joblib" if where == "build/model.joblib" else "iddr.toml"
    assert (found.path, found.line) in {(f"{prefix}iddr.toml", line), (f"{prefix}{expected}", 1)}


def test_a_place_is_never_outside_the_project(places, tmp_path):
    known, prefix = places
    (tmp_path.parent / "outside.txt").write_text("x")
    (known.root / "link.txt").symlink_to(tmp_path.parent / "outside.txt")
    for where in ("../outside.txt", "link.txt", "/etc/passwd", ".iddr/run.json"):
        found = known.place(result(), Finding(ok=False, message="m", where=where))
        assert found.path == f"{prefix}iddr.toml"


def test_a_configuration_that_cannot_be_read_has_a_first_line(tmp_path):
    (tmp_path / "iddr.toml").write_bytes(b"\xff[")
    assert Places.of(tmp_path / "iddr.toml").place(result()) == Place(path="iddr.toml", line=1)


def test_lines_of_a_file_are_those_of_its_sections_and_keys():
    lines = TomlLines.of("a = 1\n[b]\n# c = 2\nc = 3\n[[d.e]]\nc = 4\n[[d.e]]\n[ f ] # g\n")
    assert (lines.line("b"), lines.line("b.c"), lines.line("d.e"), lines.line("d.e.c"), lines.line("f")) == (
        2,
        4,
        5,
        6,
        8,
    )
    assert (lines.line(".a"), lines.line("nothing", "b"), lines.line("nothing")) == (1, 2, 0)
