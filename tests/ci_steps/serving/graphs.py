"""Small ONNX graphs, written node by node, whose answers can be worked out by hand."""

from __future__ import annotations

import onnx
from onnx import TensorProto, helper

KINDS = {
    "float": TensorProto.FLOAT,
    "double": TensorProto.DOUBLE,
    "int64": TensorProto.INT64,
    "bool": TensorProto.BOOL,
}


def regression(kind="float"):
    """Return the graph of 2 x + (1 where s is "b", else 0), as one float output."""
    nodes = [
        helper.make_node("LabelEncoder", ["s"], ["code"], domain="ai.onnx.ml", keys_strings=["b"], values_floats=[1.0], default_float=0.0),
        helper.make_node("Cast", ["x"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["real", "real"], ["twice"]),
        helper.make_node("Add", ["twice", "code"], ["variable"]),
    ]  # fmt: skip
    inputs = [_value("x", KINDS[kind]), _value("s", TensorProto.STRING)]
    return _written(nodes, inputs, [_value("variable", TensorProto.FLOAT)])


def classifier(labels=("no", "yes")):
    """Return the graph whose label is the second where x is above 0, with probabilities by the logistic function."""
    named = {"classlabels_strings": labels} if isinstance(labels[0], str) else {"classlabels_ints": labels}
    node = helper.make_node(
        "LinearClassifier", ["x"], ["label", "probabilities"], domain="ai.onnx.ml",
        coefficients=[-1.0, 1.0], intercepts=[0.0, 0.0], post_transform="LOGISTIC", multi_class=0, **named,
    )  # fmt: skip
    kind = TensorProto.STRING if isinstance(labels[0], str) else TensorProto.INT64
    outputs = [helper.make_tensor_value_info("label", kind, [None]), _value("probabilities", TensorProto.FLOAT, 2)]
    return _written([node], [_value("x", TensorProto.FLOAT)], outputs)


def reciprocal():
    """Return the graph of 1 / (x - 13), which notes that each row is answered apart."""
    minus = helper.make_tensor("minus", TensorProto.FLOAT, [1], [13.0])
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    nodes = [
        helper.make_node("Sub", ["x", "minus"], ["less"]),
        helper.make_node("Div", ["one", "less"], ["variable"]),
    ]
    outputs = [_value("variable", TensorProto.FLOAT)]
    return _written(nodes, [_value("x", TensorProto.FLOAT)], outputs, [minus, one], {"iddr.rows": "apart"})


def _value(name, kind, width=1):
    return helper.make_tensor_value_info(name, kind, [None, width])


def _written(nodes, inputs, outputs, constants=(), notes=None):
    graph = helper.make_graph(nodes, "small", inputs, outputs, initializer=constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, notes or {})
    onnx.checker.check_model(model)
    return model.SerializeToString()
