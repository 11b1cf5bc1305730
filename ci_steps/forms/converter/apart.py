"""Tells of a graph whether it answers each row of a run to the bit as if that row were alone.

A service may then answer rows of several requests in one run. Products are added up in an order that depends
on the number of rows, and so does the last bit of their sum: a graph with a node that is not listed here gets no
note.
"""

from typing import Any

from iddr_converter.gathered import CODES

NOTE, APART = "iddr.rows", "apart"
# Each looks values up, moves or copies them, calculates one number from one or two, or adds up the leaves of a row
# in the order of the trees.
BY_ROW = {
    "Add", "ArrayFeatureExtractor", "Cast", "Concat", "Div", "Gather", "Identity", "IsNaN", "LabelEncoder", "Mul",
    "OneHotEncoder", "Reshape", "Scaler", "Sub", "TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor",
    "Where",
}  # fmt: skip
COUNTED = f"{CODES}_all"  # sums of ones and zeros, which are exact in any order


def note_apart(model: Any) -> None:
    """Write into the notes of `model` that its rows are answered apart, where that is known."""
    if all(_is_apart(node) for node in model.graph.node):
        told = model.metadata_props.add()
        told.key, told.value = NOTE, APART


def _is_apart(node: Any) -> bool:
    if node.op_type != "LinearClassifier":
        return node.op_type in BY_ROW or node.name == COUNTED
    # Of one number there is one product for each class, and nothing to be added up in another order.
    told = {each.name: each for each in node.attribute}
    plain = "post_transform" not in told or told["post_transform"].s == b"NONE"
    return plain and len(told["coefficients"].floats) == len(told["intercepts"].floats)
