"""The page, its form, the reasons and the description, in a real browser and against the real server."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.browser import tab
from tests.ci_steps.serving.packages import CONTRACT, ROW, put_model
from tests.ci_steps.serving.servers import on_loopback, running


@pytest.fixture(scope="module")
def address(app, pipeline, tmp_path_factory):
    """The address of a running server."""
    package = put_model(tmp_path_factory.mktemp("package") / "package", pipeline)
    with running(app, package, **on_loopback()) as started:
        started.wait_until_ready()
        yield f"http://127.0.0.1:{started.port}"


@pytest.fixture
def page(address):
    """The page in a browser."""
    with tab() as opened:
        opened.open(address + "/")
        yield opened


def fill(page, name, value):
    page.run(f"""(() => {{ const f = document.querySelector('[name={name}]'); f.value = {json.dumps(value)};
        f.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""")


def predict(page):
    page.run("document.querySelector('form > button').click()")


def test_a_person_fills_in_a_row_and_sees_answer_and_reasons(page, server):
    for name, value in (("age", "30"), ("income", "1200.5"), ("employed", "true"), ("housing", '"own"')):
        fill(page, name, value)
    fill(page, "years", "")
    predict(page)
    page.until("!document.getElementById('result').hidden")
    _, told = server.predict(ROW | {"note": ""})
    assert page.run("document.getElementById('prediction').textContent") == told["predictions"][0]
    assert page.run(
        "[...document.querySelectorAll('#chances td.number')].map(e => +e.textContent)"
    ) == pytest.approx(told["probabilities"][0], abs=1e-4)
    assert page.run("document.querySelectorAll('#reasons tr').length") >= 1
    assert page.complaints == []


def test_a_fault_stands_beside_its_field(page):
    fill(page, "age", "7")
    predict(page)
    page.until("document.querySelector('[name=age]').closest('p').querySelector('.fault').textContent !== ''")
    assert "18" in page.run(
        "document.querySelector('[name=age]').closest('p').querySelector('.fault').textContent"
    )
    assert page.run("document.getElementById('result').hidden") is True
    assert "disobey the contract" in page.run("document.getElementById('problem').textContent")


def test_the_code_that_is_shown_asks_what_the_form_asks(page, server):
    fill(page, "housing", '"free"')
    fill(page, "note", 'it\'s "so" \\ $HOME')
    curl = page.run("document.getElementById('curl').textContent")
    code = page.run("document.getElementById('python').textContent")
    with_curl = subprocess.run(
        ["bash", "-c", curl + " -s"], capture_output=True, text=True, check=True, timeout=30
    )
    with_python = subprocess.run(
        [sys.executable, "-c", code.replace("print(answer.json())", "print(answer.text)")],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert json.loads(with_curl.stdout)["predictions"] == json.loads(with_python.stdout)["predictions"]


def test_the_form_knows_ranges_and_choices(page):
    described = page.run("""[...document.querySelectorAll('[data-type]')].map(f =>
        [f.name, f.tagName, f.min ?? '', f.max ?? '', f.required, f.options ? f.options.length : f.maxLength])""")
    assert described == [
        ["age", "INPUT", "18", "100", True, -1], ["income", "INPUT", "0", "", False, -1],
        ["employed", "SELECT", "", "", True, 2], ["housing", "SELECT", "", "", True, 3],
        ["years", "INPUT", "0", "60", False, -1], ["note", "INPUT", "", "", False, 20],
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1200, False)])
def test_the_page_fits_a_phone_and_a_desk(page, width, dark, tmp_path):
    page.size(width, 800, dark=dark)
    predict(page)
    page.until("!document.getElementById('result').hidden")
    page.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000
    assert page.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_hostile_names_and_texts_are_only_text(app, pipeline, tmp_path):
    name = "<img src=x onerror=\"document.title='owned'\">"
    contract = json.loads(json.dumps(CONTRACT))
    contract["properties"]["note"] |= {
        "title": name,
        "description": "</small><script>document.title='owned'</script>",
    }
    contract["properties"]["housing"]["enum"] += ['"><script>document.title="owned"</script>']
    package = put_model(tmp_path / "package", pipeline, contract=contract)
    with running(app, package, **on_loopback()) as started, tab() as page:
        started.wait_until_ready()
        page.open(f"http://127.0.0.1:{started.port}/")
        assert page.run("document.title") == "credit"
        assert page.run("document.scripts.length") == 1
        assert name in page.run("document.querySelector('form').textContent")


def test_reasons_are_the_differences_that_typical_values_make(server, pipeline):
    import pandas as pd

    row = ROW | {"years": 4, "age": 25}
    status, told, _ = server.ask("POST", "/explain", json.dumps({"rows": [row]}).encode())
    table = pd.DataFrame([row] * 2).astype({"years": float, "housing": object})
    table.loc[1, "age"] = 59
    chances = pipeline.predict_proba(table)
    place = chances[0].argmax()
    effects = {each["column"]: each for each in told["reasons"]}
    assert status == 200
    assert told["score"] == chances[0][place]
    assert effects["age"]["effect"] == pytest.approx(chances[0][place] - chances[1][place])
    assert (effects["age"]["value"], effects["age"]["typical"]) == (25, 59)
    sizes = [abs(each["effect"]) for each in told["reasons"]]
    assert sizes == sorted(sizes, reverse=True)


def test_one_row_is_explained_at_a_time(server):
    status, answer, _ = server.ask("POST", "/explain", json.dumps({"rows": [ROW, ROW]}).encode())
    assert (status, answer["errors"][0]["path"]) == (422, "/rows")


def test_the_description_is_openapi_and_holds_the_contract(server):
    status, document, _ = server.ask("GET", "/openapi.json")
    assert status == 200
    OpenAPIV31SpecValidator(document).validate()
    assert document["components"]["schemas"]["Row"]["properties"] == CONTRACT["properties"]
    paths = set(document["paths"])
    assert {"/predict", "/v2/models/credit/infer", "/v1/models/credit:predict", "/invocations"} <= paths


def test_the_examples_of_the_description_are_answered(server):
    document = server.ask("GET", "/openapi.json")[1]
    sent = [
        (path, kind, body["example"])
        for path, each in document["paths"].items()
        if "post" in each
        for kind, body in each["post"]["requestBody"]["content"].items()
    ]
    assert len(sent) == 6
    for path, kind, example in sent:
        body = example if kind == "text/csv" else json.dumps(example)
        assert server.ask("POST", path, body.encode(), {"content-type": kind})[0] == 200


def test_answers_are_as_described(server):
    import jsonschema

    document = server.ask("GET", "/openapi.json")[1]
    for path in ("/predict", "/explain"):
        answer = server.ask("POST", path, json.dumps({"rows": [ROW]}).encode())[1]
        refusal = server.ask("POST", path, json.dumps({"rows": [{}]}).encode())[1]
        responses = document["paths"][path]["post"]["responses"]
        for told, status in ((answer, "200"), (refusal, "422")):
            schema = responses[status]["content"]["application/json"]["schema"]
            jsonschema.validate(told, schema | {"components": document["components"]})
