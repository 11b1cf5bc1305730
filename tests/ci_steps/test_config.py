from __future__ import annotations

import pytest

from ci_steps.config import ConfigError, load_config
from ci_steps.steps import Refused

GOOD = """
schema = 1
[model]
name = "m"
task = "regression"
command = "python train.py"
artifact = "build/m.joblib"
[data]
contract = "c.json"
target = "y"
train = "t.csv"
test = "t.csv"
[environment]
lock = "l.txt"
"""


@pytest.fixture
def repository(tmp_path):
    for name in ("c.json", "t.csv", "l.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "iddr.toml").write_text(GOOD)
    return tmp_path


def written(repository, old, new):
    (repository / "iddr.toml").write_text(GOOD.replace(old, new))
    return repository / "iddr.toml"


def test_a_good_file_is_read(repository):
    config, catalogue = load_config(repository / "iddr.toml")
    assert (config.profile, config.model["name"]) == ("starter", "m")
    assert "MQ001" in catalogue.checks


def test_all_mistakes_are_told_at_once_with_what_was_meant(repository):
    text = (
        GOOD.replace("artifact", "artefact").replace('"regression"', '"regresion"')
        + '[checks.MQ01]\nlevel = "block"\n'
    )
    (repository / "iddr.toml").write_text(text)
    with pytest.raises(ConfigError) as told:
        load_config(repository / "iddr.toml")
    lines = str(told.value).splitlines()
    assert any("model.artefact: unknown key; did you mean 'artifact'?" in line for line in lines)
    assert any("model.artifact: is missing" in line for line in lines)
    assert any("model.task: found 'regresion'" in line and "did you mean 'regression'?" in line for line in lines)
    assert any("checks.MQ01: unknown key; did you mean" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('lock = "l.txt"', "", "environment.lock: is missing"),
        ('lock = "l.txt"', 'lock = "l.txt"\ncurrent = true', "keep one of the two"),
        ('"t.csv"', '"nowhere.csv"', "there is no file 'nowhere.csv'"),
        ('"c.json"', '"../c.json"', "leaves the repository"),
        ('"build/m.joblib"', '"/tmp/m.joblib"', "leaves the repository"),
        ('command = "python train.py"\n', "", "model.artifact: there is no file"),
        ('artifact = "build/m.joblib"\n', "", "model.artifact: is missing; name the model file, or set function"),
        ('artifact = "build/m.joblib"', 'function = "m:predict"', "model.command: does not go with function"),
        ('artifact = "build/m.joblib"', 'function = "m:predict"', "there is no file 'm.py'"),
        (
            'artifact = "build/m.joblib"',
            'function = "predict"',
            "model.function: found 'predict'; expected string",
        ),
        ('"regression"', '"regression"\nclasses = ["a", "b"]', "model.classes: a regression has none"),
        ('"regression"', '"binary-classification"\nclasses = [1, 2, 3]', "found 3 classes; expected two"),
        ("schema = 1", "schema = 2", "schema: found 2; expected 1"),
        ("schema = 1", "schema = ", "is no TOML"),
        ("schema = 1", 'schema = 1\nplugins = ["no_such_module"]', "cannot import 'no_such_module'"),
        ('lock = "l.txt"', 'lock = "l.txt"\n[checks.MQ001]\nmetric = "rocauc"', "checks.MQ001.metric"),
        ('lock = "l.txt"', 'lock = "l.txt"\n[steps.fit]\ntimeout = -1', "at least 0"),
    ],
)
def test_each_mistake_has_its_place(repository, old, new, told):
    path = written(repository, old, new)
    with pytest.raises(Refused) as error:
        load_config(path)
    assert told in str(error.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file; `iddr init` writes one"):
        load_config(tmp_path / "iddr.toml")


def test_a_check_of_the_repository_is_found_by_its_functions_name(repository):
    (repository / "our_checks.py").write_text(
        "from model_checks import Finding, Phase, check\n\n"
        "@check('Enough rows', phases=Phase.INTEGRATION)\n"
        "def xx001(test, *, rows: int = 100):\n"
        "    '''Ask for rows.'''\n"
        "    yield Finding.at_least('row count', test.rows, rows)\n"
    )
    path = written(repository, "schema = 1", 'schema = 1\nplugins = ["our_checks"]')
    path.write_text(path.read_text() + "[checks.XX001]\nrows = 5\n")
    config, catalogue = load_config(path)
    assert config.options["checks"]["XX001"] == {"rows": 5}
    assert [i.name for i in catalogue.checks["XX001"].inputs] == ["test"]


def test_a_plugin_cannot_take_a_code(repository):
    (repository / "taking.py").write_text(
        "from model_checks import Finding, Phase, check\n\n"
        "@check('Mine', phases=Phase.INTEGRATION)\n"
        "def mq001(test):\n    yield Finding(ok=True, message='x')\n"
    )
    with pytest.raises(Refused, match="the code MQ001 is taken"):
        load_config(written(repository, "schema = 1", 'schema = 1\nplugins = ["taking"]'))


def test_an_installed_plugin_is_found_by_its_entry_point(repository, tmp_path_factory, monkeypatch):
    site = tmp_path_factory.mktemp("site")
    (site / "their_checks.py").write_text(
        "from model_checks import Finding, Phase, check\n\n"
        "@check('Theirs', phases=Phase.INTEGRATION)\n"
        "def yy001(test):\n    '''Look.'''\n    yield Finding(ok=True, message='x', rule='x')\n"
    )
    about = site / "theirs-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[iddr.checks]\ntheirs = their_checks\n")
    monkeypatch.syspath_prepend(site)
    assert "YY001" in load_config(repository / "iddr.toml")[1].checks


def test_a_folder_of_mlflow_and_a_function_are_models(repository):
    text = GOOD.replace('command = "python train.py"\n', "")
    (repository / "build/m.joblib").mkdir(parents=True)
    (repository / "build/m.joblib/MLmodel").write_text("flavors:\n")
    (repository / "iddr.toml").write_text(text)
    assert load_config(repository / "iddr.toml")[0].model["artifact"] == "build/m.joblib"
    (repository / "src").mkdir()
    (repository / "src/m.py").write_text("")
    (repository / "iddr.toml").write_text(text.replace('artifact = "build/m.joblib"', 'function = "m:predict"'))
    assert load_config(repository / "iddr.toml")[0].model["function"] == "m:predict"
