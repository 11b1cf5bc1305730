"""Every protocol gives the answers of /predict, and refuses what the contract refuses, at its place."""

from __future__ import annotations

import json

import pytest

from tests.ci_steps.serving.packages import ROW
from tests.ci_steps.serving.servers import on_loopback, running

V2, TENSORFLOW, MLFLOW = "/v2/models/credit/infer", "/v1/models/credit:predict", "/invocations"
ROWS = [ROW, ROW | {"age": 77, "housing": "free", "income": 40_000.25}]
ADDED = (("years", "INT64", 3), ("note", "BYTES", "x"))
DATATYPES = {"age": "INT64", "income": "FP64", "employed": "BOOL", "housing": "BYTES"}


def columns(rows=ROWS):
    return {name: [row[name] for row in rows] for name in ROW}


def tensors(rows=ROWS, **changed):
    return [
        {"name": name, "shape": [len(values)], "datatype": DATATYPES[name], "data": values} | changed.get(name, {})
        for name, values in columns(rows).items()
    ]


def ask(server, path, document, headers=None):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return server.ask("POST", path, body, headers)[:2]


@pytest.fixture(scope="module")
def told(server):
    """What /predict says of ROWS."""
    return server.predict(*ROWS)[1]


def test_open_inference_gives_predictions_and_probabilities(server, told):
    status, answer = ask(server, V2, {"id": "7", "inputs": tensors()})
    predictions, probabilities = answer["outputs"]
    assert (status, answer["model_name"], answer["id"]) == (200, "credit", "7")
    assert predictions == {
        "name": "predictions", "shape": [2], "datatype": "BYTES", "data": told["predictions"],
    }  # fmt: skip
    assert probabilities["shape"] == [2, 2]
    assert probabilities["data"] == [chance for row in told["probabilities"] for chance in row]
    assert probabilities["parameters"] == {"classes": told["classes"]}


def test_open_inference_takes_nested_data_and_gives_only_what_is_asked_for(server, told):
    nested = [t | {"shape": [2, 1], "data": [[each] for each in t["data"]]} for t in tensors()]
    _, answer = ask(server, V2, {"inputs": nested, "outputs": [{"name": "probabilities"}]})
    assert [each["name"] for each in answer["outputs"]] == ["probabilities"]
    assert "id" not in answer


def test_open_inference_takes_smaller_numbers_for_numbers(server, told):
    _, answer = ask(server, V2, {"inputs": tensors(income={"datatype": "FP32"}, age={"datatype": "UINT8"})})
    assert answer["outputs"][0]["data"] == told["predictions"]


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        ([], "", "type"),
        ({}, "", "required"),
        ({"inputs": {}}, "/inputs", "type"),
        ({"inputs": []}, "/inputs", "minItems"),
        ({"inputs": [{"name": "age"}]}, "/inputs/0", "required"),
        ({"inputs": tensors(age={"name": "size"})}, "/inputs/0/name", "enum"),
        ({"inputs": tensors(age={"name": ["age"]})}, "/inputs/0/name", "enum"),
        ({"inputs": tensors(age={"name": "employed"})}, "/inputs/0/datatype", "enum"),
        ({"inputs": tensors(age={"datatype": ["INT64"]})}, "/inputs/0/datatype", "enum"),
        ({"inputs": tensors(age={"shape": [3]})}, "/inputs/0/data", "minItems"),
        ({"inputs": tensors(age={"shape": [2, 2]})}, "/inputs/0/shape", "type"),
        ({"inputs": tensors(age={"shape": [True]})}, "/inputs/0/shape", "type"),
        ({"inputs": tensors(age={"data": [30], "shape": [1]})}, "/inputs/1/data", "maxItems"),
        ({"inputs": tensors(age={"data": [30, 101]})}, "/inputs/0/data/1", "maximum"),
        ({"inputs": tensors()[1:]}, "/inputs/age", "required"),
        ({"inputs": tensors() + tensors()[:1]}, "/inputs/4/name", "uniqueItems"),
        ({"inputs": tensors(), "outputs": [{"name": "reasons"}]}, "/outputs/0/name", "enum"),
        ({"inputs": tensors(), "outputs": [{"name": "predictions"}] * 3}, "/outputs/1/name", "uniqueItems"),
        ({"inputs": tensors(), "rows": []}, "/rows", "additionalProperties"),
        ({"inputs": tensors(), "id": 7}, "/id", "type"),
        ({"inputs": tensors(), "parameters": []}, "/parameters", "type"),
        ({"inputs": tensors(age={"parameters": "x"})}, "/inputs/0/parameters", "type"),
        (
            {"inputs": tensors(), "outputs": [{"name": "predictions", "parameters": 0}]},
            "/outputs/0/parameters", "type",
        ),
    ],
)  # fmt: skip
def test_open_inference_refuses_with_the_place(server, document, path, rule):
    status, answer = ask(server, V2, document)
    assert status == 422
    assert (answer["errors"][0]["path"], answer["errors"][0]["rule"]) == (path, rule)


def test_members_that_are_null_count_as_absent(server, told):
    nothing = {"id": None, "parameters": None, "outputs": None}
    assert "id" not in ask(server, V2, {"inputs": tensors(age={"parameters": None}), **nothing})[1]
    assert ask(server, MLFLOW, {"instances": ROWS, "params": None})[0] == 200
    assert ask(server, TENSORFLOW, {"instances": ROWS, "signature_name": None})[0] == 200


def test_open_inference_tells_of_server_and_model(server):
    about = server.ask("GET", "/v2/models/credit")[1]
    assert server.ask("GET", "/v2")[1]["name"] == "iddr"
    assert server.ask("GET", "/v2/health/live")[1] == {"live": True}
    assert server.ask("GET", "/v2/health/ready")[1]["ready"] is True
    assert server.ask("GET", "/v2/models/credit/ready")[1] == {"name": "credit", "ready": True}
    assert {i["name"]: i["datatype"] for i in about["inputs"]}.items() >= DATATYPES.items()
    assert [(o["name"], o["datatype"], o["shape"]) for o in about["outputs"]] == [
        ("predictions", "BYTES", [-1]), ("probabilities", "FP64", [-1, 2]),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/v2/models/{}", "/v2/models/{}/ready", "/v1/models/{}"])
def test_another_models_name_is_not_here(server, path):
    assert server.ask("GET", path.format("credit"))[0] == 200
    assert server.ask("GET", path.format("debit"))[0] == 404


def test_a_public_client_of_the_open_inference_protocol_is_answered(app, pipeline, tmp_path, told):
    import numpy as np
    from tritonclient import http

    from tests.ci_steps.serving.packages import put_model

    package = put_model(tmp_path / "package", pipeline)
    with running(app, package, **on_loopback()) as started:
        started.wait_until_ready()
        client = http.InferenceServerClient(f"127.0.0.1:{started.port}")
        assert client.is_server_live()
        assert client.is_model_ready("credit")
        assert client.get_model_metadata("credit")["name"] == "credit"
        inputs = []
        types = {"INT64": "int64", "FP64": "float64", "BOOL": "bool", "BYTES": "object"}
        for name, values in columns().items():
            each = http.InferInput(name, [2], DATATYPES[name])
            each.set_data_from_numpy(np.array(values, dtype=types[DATATYPES[name]]), binary_data=False)
            inputs.append(each)
        wanted = [http.InferRequestedOutput("probabilities", binary_data=False)]
        answer = client.infer("credit", inputs, outputs=wanted)
        client.close()
    assert answer.as_numpy("probabilities").tolist() == told["probabilities"]


def test_tensorflow_serving_takes_instances(server, told):
    status, answer = ask(server, TENSORFLOW, {"signature_name": "serving_default", "instances": ROWS})
    assert status == 200
    assert [each["prediction"] for each in answer["predictions"]] == told["predictions"]
    assert [each["probabilities"] for each in answer["predictions"]] == told["probabilities"]


def test_tensorflow_serving_takes_columns(server, told):
    for values in (columns(), {name: [[v] for v in vs] for name, vs in columns().items()}):
        assert ask(server, TENSORFLOW, {"inputs": values}) == (
            200, {"outputs": {"prediction": told["predictions"], "probabilities": told["probabilities"]}},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        ({}, "", "oneOf"),
        ({"instances": ROWS, "inputs": columns()}, "", "oneOf"),
        ({"instances": [[1, 2]]}, "/instances/0", "type"),
        ({"instances": [ROW | {"age": 7}]}, "/instances/0/age", "minimum"),
        ({"inputs": columns() | {"age": [30]}}, "/inputs/income", "maxItems"),
        ({"inputs": columns() | {"age": [30, 7]}}, "/inputs/age/1", "minimum"),
        ({"inputs": {}}, "/inputs", "minProperties"),
        ({"inputs": {"size": [1]}}, "/inputs/size", "additionalProperties"),
        ({"instances": ROWS, "signature_name": {}}, "/signature_name", "type"),
    ],
)
def test_tensorflow_serving_refuses_with_the_place(server, document, path, rule):
    status, answer = ask(server, TENSORFLOW, document)
    assert status == 422
    assert (answer["errors"][0]["path"], answer["errors"][0]["rule"]) == (path, rule)


def test_mlflow_takes_every_form_of_a_table(server, told):
    names = list(ROW)
    split = {"columns": names, "index": [0, 1], "data": [[row[name] for name in names] for row in ROWS]}
    lines = b"age,income,employed,housing,years\n30,1200.5,true,own,\n77,40000.25,True,free,\n"
    expected = (200, {"predictions": told["predictions"]})
    assert ask(server, MLFLOW, {"dataframe_split": split}) == expected
    assert ask(server, MLFLOW, {"dataframe_records": ROWS, "params": {}}) == expected
    assert ask(server, MLFLOW, {"instances": ROWS}) == expected
    assert ask(server, MLFLOW, {"inputs": ROWS}) == expected
    assert ask(server, MLFLOW, {"inputs": columns()}) == expected
    assert ask(server, MLFLOW, lines, {"content-type": "text/csv; charset=utf-8"}) == expected
    assert server.ask("GET", "/ping")[:2] == (200, {})


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        ({}, "", "oneOf"),
        ({"dataframe_split": {"columns": ["age"]}}, "/dataframe_split", "required"),
        (
            {"dataframe_split": {"columns": ["age", "age"], "data": [[1, 2]]}},
            "/dataframe_split/columns",
            "uniqueItems",
        ),
        ({"dataframe_split": {"columns": ["age"], "data": [[1, 2]]}}, "/dataframe_split/data/0", "type"),
        ({"dataframe_records": [ROW, ROW | {"housing": "van"}]}, "/dataframe_records/1/housing", "enum"),
        ({"inputs": columns() | {"housing": ["own", "van"]}}, "/inputs/housing/1", "enum"),
        ({"instances": ROWS, "params": [None]}, "/params", "type"),
        ({"dataframe_split": {"columns": ["age"], "data": [[1]], "index": {}}}, "/dataframe_split/index", "type"),
    ],
)
def test_mlflow_refuses_with_the_place(server, document, path, rule):
    status, answer = ask(server, MLFLOW, document)
    assert status == 422
    assert (answer["errors"][0]["path"], answer["errors"][0]["rule"]) == (path, rule)


@pytest.mark.parametrize(
    ("lines", "status", "words"),
    [
        (b"", 400, "no CSV"),
        (b"\xff\xfe", 400, "no CSV"),
        (b"age,age\n1,2\n", 400, "twice"),
        (b"age,income,employed,housing\n", 422, "at least one row"),
        (b"age,income,employed,housing\n30,1.5,true\n", 422, "3 cells"),
        (b"age,income,employed,housing\nold,1.5,true,own\n", 422, "/0/age"),
        (b"age,income,employed,housing\n30,1.5,true,van\n", 422, "/0/housing"),
    ],
)
def test_mlflow_refuses_a_wrong_csv(server, lines, status, words):
    found, answer = ask(server, MLFLOW, lines, {"content-type": "text/csv"})
    assert found == status
    assert words in json.dumps(answer)


@pytest.mark.parametrize("path", [V2, TENSORFLOW, MLFLOW])
def test_too_many_rows_are_refused_in_every_protocol(server, path):
    documents = {V2: {"inputs": tensors([ROW] * 51)}, TENSORFLOW: {"instances": [ROW] * 51}}
    status, answer = ask(server, path, documents.get(path, {"dataframe_records": [ROW] * 51}))
    assert (status, answer["errors"][0]["rule"]) == (413, "maxItems")


@pytest.mark.parametrize("name", ["nobody", "age"])
def test_open_inference_tells_the_place_of_an_input_too_many(server, name):
    optional = [{"name": n, "shape": [1], "datatype": d, "data": [v]} for n, d, v in ADDED]
    extra = {"name": name, "shape": [1], "datatype": "INT64", "data": [30]}
    status, answer = ask(server, V2, {"inputs": [*tensors([ROW]), *optional, extra]})
    assert (status, answer["errors"][0]["path"]) == (422, "/inputs/6/name")
