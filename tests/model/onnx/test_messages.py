"""What is written is what the package that defines the format reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import (
    GraphProto,
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    helper,
    numpy_helper,
)

from unmask_model.onnx import messages

INTEGERS = st.integers(-(2**63), 2**63 - 1)


@given(
    st.lists(st.text(max_size=9), min_size=1, max_size=3),
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.one_of(INTEGERS, st.floats(width=32, allow_nan=False), st.lists(INTEGERS, min_size=1)),
        max_size=3,
    ),
)
def test_nodes_and_attributes(names: list[str], attributes: dict[str, object]) -> None:
    written = NodeProto.FromString(messages.node("Kind", names, names, "domain", attributes))
    assert list(written.input) == list(written.output) == names
    assert (written.op_type, written.domain) == ("Kind", "domain")
    read = {one.name: helper.get_attribute_value(one) for one in written.attribute}
    assert read == attributes


@pytest.mark.parametrize("kind", [np.float32, np.uint8, np.int64])
def test_tensors(kind: type[np.generic]) -> None:
    values = np.arange(6).reshape(2, 3).astype(kind)
    written = TensorProto.FromString(messages.tensor("one", values))
    assert written.name == "one"
    assert np.array_equal(numpy_helper.to_array(written), values)
    assert numpy_helper.to_array(written).dtype == kind


def test_tensors_in_another_file() -> None:
    place = {"location": "a.bin", "offset": 65536, "length": 24}
    written = TensorProto.FromString(
        messages.tensor_elsewhere("one", np.zeros((2, 3), np.float32), place)
    )
    assert written.data_location == TensorProto.EXTERNAL
    assert list(written.dims) == [2, 3]
    assert {one.key: one.value for one in written.external_data} == {
        "location": "a.bin",
        "offset": "65536",
        "length": "24",
    }


def test_sizes_that_may_change_have_names() -> None:
    written = ValueInfoProto.FromString(messages.declared("x", np.float32, ["N", 7]))
    assert written == helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 7])


def test_a_model_has_its_graph_and_its_sets_of_operators() -> None:
    nodes = [messages.node("Identity", ["x"], ["y"], "", {})]
    inputs = [messages.declared("x", np.float32, ["N"])]
    outputs = [messages.declared("y", np.float32, None)]
    graph = messages.graph(
        "g", nodes, [messages.tensor("c", np.ones(2, np.float32))], inputs, outputs
    )
    assert [one.name for one in GraphProto.FromString(graph).initializer] == ["c"]
    model = ModelProto.FromString(messages.model(graph, 10, {"": 21, "com.microsoft": 1}))
    assert model.ir_version == 10
    assert {one.domain: one.version for one in model.opset_import} == {"": 21, "com.microsoft": 1}
    assert model.graph.node[0].op_type == "Identity"
