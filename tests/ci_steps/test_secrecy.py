from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_steps.cli import main
from ci_steps.secrecy import Secrecy

STARTER = Path(__file__).parents[2] / "templates" / "starter"
SECRET = "s3cr3t/with+signs="  # noqa: S105 - nobody's


def test_a_value_is_hidden_as_it_is_in_base64_and_in_a_url():
    secrecy = Secrecy.of(["TOKEN"], {"TOKEN": SECRET})
    encoded = base64.b64encode(SECRET.encode()).decode()
    said = f"plain {SECRET}, in a URL https://u:s3cr3t%2Fwith%2Bsigns%3D@host, encoded {encoded}"
    assert secrecy.hidden(said) == "plain ***, in a URL https://u:***@host, encoded ***"


def test_each_line_of_a_key_is_hidden(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"\xff begin\nsecond-line\nfirst-line\nend")
    Secrecy.of(["KEY"], {"KEY": "first-line\nsecond-line\n"}).hide_in(log)
    assert log.read_bytes() == b"\xff begin\n***\n***\nend"


def test_short_and_missing_values_hide_nothing():
    assert Secrecy.of(["A", "B"], {"A": "on"}).hidden("only one") == "only one"


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4), st.text(), st.text())
def test_whatever_the_secret_is_it_is_not_in_what_is_shown(secret, before, after):
    shown = Secrecy.of(["S"], {"S": secret}).hidden(before + secret.strip() + after)
    assert secret.strip() not in shown or secret.strip() in "***"


def test_a_training_that_prints_its_secret_and_fails_leaves_no_trace_of_it(tmp_path, monkeypatch, capsys):
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    config = (tmp_path / "iddr.toml").read_text("utf-8")
    assert "[environment]\n" in config
    config = config.replace("[environment]\n", '[environment]\nsecrets = ["STORE_TOKEN"]\n')
    (tmp_path / "iddr.toml").write_text(config, "utf-8")
    (tmp_path / "train.py").write_text(
        "import os\nprint(os.environ['STORE_TOKEN'])\nraise SystemExit(os.environ['STORE_TOKEN'])\n"
    )
    monkeypatch.setenv("STORE_TOKEN", SECRET)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["run", "--until", "integration", "--format", "markdown"])
    assert ended.value.code == 1
    out, err = capsys.readouterr()
    assert "***" in (tmp_path / ".iddr" / "logs" / "fit.log").read_text("utf-8")
    kept = [p for p in (tmp_path / ".iddr").rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
    assert kept == []
    assert SECRET not in out + err
