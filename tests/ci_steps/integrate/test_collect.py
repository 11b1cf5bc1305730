"""Tables of every form pass from the configuration to the checks; files that are none stop the run in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile

import duckdb
import pytest

from ci_steps.config import ConfigError, load_config
from ci_steps.integrate.collect import collect
from ci_steps.leaves import leaves_of
from ci_steps.providers.tables import _table
from ci_steps.results import Artifact
from ci_steps.state import State, sha256_of
from ci_steps.steps import Refused
from ci_steps.toolbox import ItemTools, SystemClock
from ci_steps.tools.docker_engine import DockerEngine
from model_checks.contract.dialect import Contract

CONTRACT = (
    """{"type": "object", "properties": {"a": {"type": "number"}, "y": {"type": "integer"}}, "required": ["a"]}"""
)
SETTINGS = """
schema = 1
[model]
name = "m"
task = "regression"
artifact = "m.joblib"
[environment]
current = true
[data]
contract = "c.json"
target = "y"
test = "test.csv"
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repository"
    (folder / "data").mkdir(parents=True)
    (folder / "c.json").write_text(CONTRACT)
    (folder / "m.joblib").write_bytes(b"model")
    (folder / "test.csv").write_text("a,y\n1,2\n")
    return folder


def configured(root, settings):
    (root / "iddr.toml").write_text(SETTINGS + settings)
    return load_config(root / "iddr.toml")[0]


def tools_in(root, state):
    work = root.parent / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    return ItemTools(
        root=root, work=work, cache=work, log=root.parent / "log", store=state, docker=DockerEngine(),
        clock=SystemClock(), said=lambda _: None,
    )  # fmt: skip


def collected(root, settings):
    """Collect, and return the artifacts by name, the words, and the folder of the state."""
    config = configured(root, settings)
    state = State.of(root)
    given = leaves_of(config, {}).given
    said = list(
        collect.function(given["declared"].value(), given["declared_tables"].value(), "y", tools_in(root, state))
    )
    artifacts = {s.name: s for s in said if isinstance(s, Artifact)}
    return artifacts, [s.message for s in said if not isinstance(s, Artifact)], state


def opened(state, artifact):
    return _table(state.path(artifact), Contract.load(state.folder.parent / "c.json"), "y")


def test_a_plain_file_stays_one_artifact(root):
    (root / "data/t.csv").write_text("a,y\n1,2\n")
    artifacts, said, state = collected(root, 'train = "data/t.csv"\n')
    assert set(artifacts) == {"train_file", "test_file", "contract_file"}
    assert artifacts["train_file"].sha256 == sha256_of(root / "data/t.csv")
    with opened(state, artifacts["train_file"]) as table:
        assert (table.name, table.rows, table.digest) == ("t.csv", 1, artifacts["train_file"].sha256)
    assert any(m.startswith("t.csv, 1 rows: sha256 ") and "separated by ','" in m for m in said)


def test_parts_and_their_form_travel_to_another_machine(root, tmp_path):
    for part, row in ((1, "1,5;2"), (2, "2,5;3")):
        (root / f"data/t-{part}.csv").write_bytes(f"a;y\n{row}\n".encode("utf-16"))
    settings = 'train = "data/t-*.csv"\n[data.csv]\nseparator = ";"\ndecimal = ","\n'
    (root / "test.csv").write_text("a;y\n9,5;1\n")
    artifacts, said, state = collected(root, settings)
    assert set(artifacts) == {
        "train_file", "train_file.1", "train_file.2", "test_file", "test_file.1", "contract_file",
    }  # fmt: skip
    assert any(
        "t-*.csv, 2 rows" in m and "2 files in the order of their names" in m and "UTF-16" in m for m in said
    )
    moved = State(tmp_path / "elsewhere/.iddr")
    shutil.copytree(state.folder, moved.folder)
    shutil.copy(root / "c.json", tmp_path / "elsewhere")
    shutil.rmtree(root)
    with opened(moved, artifacts["train_file"]) as table:
        assert (table.name, table.digest) == ("t-*.csv", artifacts["train_file"].sha256)
        assert table.frame.to_numpy().tolist() == [[1.5, 2], [2.5, 3]]
    moved.path(artifacts["train_file.2"]).write_text("a;y\n7,5;3\n")
    with pytest.raises(Refused, match="was changed"), opened(moved, artifacts["train_file"]):
        pass


def test_features_and_target_in_two_files(root):
    duckdb.execute(f"COPY (SELECT i AS a FROM range(5) t(i)) TO '{root}/data/x.parquet' (FORMAT parquet)")  # noqa: S608
    (root / "data/y.csv").write_text("y\n" + "7\n" * 5)
    artifacts, _, state = collected(root, 'train = {features = "data/x.parquet", target = "data/y.csv"}\n')
    with opened(state, artifacts["train_file"]) as table:
        assert (table.rows, table.labels.tolist(), table.name) == (5, [7] * 5, "x.parquet+y.csv")
        assert list(table.parts.values()) == [artifacts["train_file.1"].sha256, artifacts["train_file.2"].sha256]


def test_rows_of_production_need_no_labels(root):
    (root / "data/now.csv").write_text("a\n1\n")
    artifacts, said, _ = collected(root, 'train = "test.csv"\ncurrent = "data/now.csv"\n')
    assert "current_file" in artifacts
    assert any(m.startswith("now.csv, 1 rows") for m in said)


def test_training_sees_every_part_and_recipes_follow_each(root):
    for part in (1, 2):
        (root / f"data/t-{part}.csv").write_text(f"a,y\n{part},2\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("data/\n")
    settings = 'train = {features = "data/t-*.csv", target = "data/t-1.csv"}\n'
    leaves = leaves_of(configured(root, settings), {})
    files = {str(f) for f in leaves.given["sources"].value().files}
    assert {"data/t-1.csv", "data/t-2.csv", "test.csv"} <= files
    recipes = {leaves.given["declared_tables"].recipe()}
    (root / "data/t-2.csv").write_text("a,y\n9,2\n")
    recipes.add(leaves_of(configured(root, settings), {}).given["declared_tables"].recipe())
    settings += '[data.csv]\ndecimal = ","\n'
    recipes.add(leaves_of(configured(root, settings), {}).given["declared_tables"].recipe())
    assert len(recipes) == 3


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('train = "data/x-*.csv"', "data.train: data/x-*.csv: there is no such file"),
        ('train = "data/none.csv"', "data.train: there is no file 'data/none.csv'"),
        ('train = "../x.csv"', "data.train: '../x.csv' leaves the repository"),
        ('train = "../*.csv"', "data.train: '../*.csv' leaves the repository"),
        ('train = "data/out.csv"', "data.train: 'data/out.csv' leaves the repository"),
        ('train = "data/ou*.csv"', "data.train: 'data/ou*.csv' finds 'data/out.csv': leaves the repository"),
        ('train = "data/outside/*.csv"', "data.train: 'data/outside/*.csv' finds 'data/outside/o.csv': leaves the"),
        ('train = "data/loop.csv"', "data.train: data/loop.csv: is a link that leads back to itself"),
        ('train = "data/pipe.csv"', "data.train: data/pipe.csv: is a pipe, expected a file"),
        ('train = "data/p*.csv"', "'data/p*.csv' finds 'data/pipe.csv': data/pipe.csv: is a pipe"),
        ('train = "data"', "data.train: data: is a folder, expected a file"),
        ('train = {features = "test.csv"}', "data.train.target: is missing; expected string, not empty"),
        ('train = {features = "no.csv", target = "test.csv"}', "data.train.features: there is no file 'no.csv'"),
        ('train = {features = "test.csv", label = "y"}', "data.train.label: unknown key"),
        ("train = 5", "data.train: found 5; expected string or object"),
        ('train = "test.csv"\n[data.csv]\nseparator = ";;"', "data.csv.separator: found ';;'; expected"),
        ('train = "test.csv"\n[data.csv]\nencoding = "utf-99"', "data.csv.encoding: found 'utf-99'; expected"),
        ('train = "test.csv"\n[data.csv]\ndecimal = ";"', "data.csv.decimal: found ';'; expected one of '.', ','"),
        ('train = "test.csv"\n[data.csv]\nseperator = ";"', "data.csv.seperator: unknown key; did you mean 'separator'?"),
        ('train = "test.csv"\n[data.csv]\nheader = false', "data.csv.names: are missing"),
    ],
)  # fmt: skip
def test_each_mistake_in_the_configuration_has_its_place(root, settings, told):
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "o.csv").write_text("a,y\n1,2\n")
    (root / "data/out.csv").symlink_to(outside / "o.csv")
    (root / "data/outside").symlink_to(outside)
    (root / "data/loop.csv").symlink_to("loop.csv")
    os.mkfifo(root / "data/pipe.csv")
    with pytest.raises(ConfigError) as caught:
        configured(root, settings + "\n")
    assert told in str(caught.value)


def test_a_link_inside_the_repository_is_followed(root):
    (root / "data/in.csv").symlink_to(root / "test.csv")
    artifacts, _, _ = collected(root, 'train = "data/in.csv"\n')
    assert artifacts["train_file"].sha256 == artifacts["test_file"].sha256


def test_data_that_change_while_they_are_collected_are_refused(root):
    (root / "data/t.csv").write_text("a,y\n1,2\n")
    config = configured(root, 'train = "data/t.csv"\n')
    given = leaves_of(config, {}).given

    class Changing:
        def add(self, name, source, *, media_type=""):
            if name == "train_file":
                source.write_text("a,y\n3,4\n")
            return State.of(root).add(name, source, media_type=media_type)

    steps = collect.function(
        given["declared"].value(), given["declared_tables"].value(), "y", tools_in(root, Changing())
    )
    with pytest.raises(Refused, match=r"t\.csv: the data changed while it was collected"):
        list(steps)


BAD = {
    "ragged": ("t.csv", b"a,y\n1,2\n3\n", "t.csv: line 3: found 1 cells, expected 2"),
    "encodings": ("t.csv", b"a,y\n1,2\n\xe9,3\n", "t.csv: line 3, column 'a': found the byte 0xe9"),
    "twins": ("t.csv", b"a,A,y\n1,2,3\n", "t.csv: found the columns 'a' and 'A'"),
    "empty": ("t.csv", b"", "t.csv: the file is empty"),
    "header only": ("t.csv", b"a,y\n", "t.csv: found columns and no rows"),
    "blank lines": ("t.csv", b"\n\n\n", "t.csv: line 1: found no names of columns"),
    "no parquet": ("t.parquet", b"PAR1 and nothing", "t.parquet: no Parquet file"),
    "cut gzip": ("t.csv.gz", b"\x1f\x8b\x08\x00\x00\x00", "t.csv.gz: the archive is damaged"),
    "nul": ("t.csv", b"a,y\n1,\x00\n", "t.csv: line 2, column 'y': found a NUL byte"),
    "gigantic": ("t.csv", b"a,y\n1," + b"2" * 3_000_000 + b"\n", "t.csv: line 2: found a line of more than"),
    "quote": ("t.csv", b'a,y\n1,"2\n', "t.csv: line 2: found a quote that is not closed"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_run_ends_in_words(root, case):
    name, content, told = BAD[case]
    (root / "data" / name).write_bytes(content)
    (root / "iddr.toml").write_text(SETTINGS + f'train = "data/{name}"\n')
    check = ["check", "GV004", f"train=data/{name}", "contract=c.json"]
    for command in (["run", "--dry-run", "--until", "integration"], check):
        ended = subprocess.run(
            [sys.executable, "-c", "from ci_steps.cli import main; main()", *command],
            cwd=root, capture_output=True, text=True, check=False, timeout=120,
            env=os.environ | {"DOCKER_HOST": "unix:///nonexistent"},
        )  # fmt: skip
        assert ended.returncode == 2, ended.stdout + ended.stderr
        assert told in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_one_check_takes_a_form(root):
    (root / "data/t.csv").write_text("1,5;2\n", "utf-16")
    with zipfile.ZipFile(root / "data/t.zip", "w") as archive:
        archive.write(root / "data/t.csv", "t.csv")
    form = 'csv={"decimal": ",", "header": false, "separator": ";", "names": ["a", "y"]}'
    for table, given, code, told in (
        ("data/t.zip", [form], 0, "all 1 rows obey"),
        ("data/t.*", [form], 0, "all 2 rows obey"),
        ("data/t.csv", ['csv={"decimal": ";"}'], 2, "csv: decimal: found ';'; expected one of"),
        ("data/t.csv", ["csv=;"], 2, "csv: is no JSON"),
    ):
        ended = subprocess.run(
            [sys.executable, "-c", "from ci_steps.cli import main; main()", "check", "GV004", f"train={table}",
             "contract=c.json", *given],
            cwd=root, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert (ended.returncode, told in ended.stdout + ended.stderr) == (code, True), ended.stderr + ended.stdout
