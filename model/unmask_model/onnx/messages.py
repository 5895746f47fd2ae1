"""The messages of an ONNX file, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.onnx.protobuf import message

KINDS = {np.dtype(np.float32): 1, np.dtype(np.uint8): 2, np.dtype(np.int64): 7}
"""Numbers of TensorProto.DataType."""
FLOAT, INT, INTS = 1, 2, 7
"""Numbers of AttributeProto.AttributeType."""
EXTERNAL = 1
"""Where a tensor's bytes are if they are in another file: TensorProto.DataLocation."""

Array = npt.NDArray[Any]


def node(
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    domain: str,
    attributes: Mapping[str, Any],
) -> bytes:
    """A NodeProto, called after its first output."""
    found = [_attribute(name, value) for name, value in attributes.items()]
    return message({1: inputs, 2: outputs, 3: outputs[0], 4: kind, 5: found, 7: domain})


def tensor(name: str, values: Array) -> bytes:
    """A TensorProto with its numbers in it."""
    kind = KINDS[values.dtype]
    return message({1: values.shape, 2: kind, 8: name, 9: values.tobytes()})


def tensor_elsewhere(name: str, values: Array, place: Mapping[str, str | int]) -> bytes:
    """A TensorProto whose numbers are in another file, at `place`."""
    entries = [message({1: key, 2: str(value)}) for key, value in place.items()]
    return message({1: values.shape, 2: KINDS[values.dtype], 8: name, 13: entries, 14: EXTERNAL})


def declared(name: str, kind: type[np.generic], sizes: Sequence[int | str] | None) -> bytes:
    """A ValueInfoProto; sizes that may change are strings, and None leaves all of them open."""
    shape = None
    if sizes is not None:
        shape = [message({1: [message({_size_field(size): size}) for size in sizes]})]
    kind_of = message({1: KINDS[np.dtype(kind)], 2: shape})
    return message({1: name, 2: message({1: kind_of})})


def graph(
    name: str,
    nodes: Sequence[bytes],
    constants: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
) -> bytes:
    """A GraphProto."""
    return message({1: nodes, 2: name, 5: constants, 11: inputs, 12: outputs})


def model(graph_: bytes, ir_version: int, opsets: Mapping[str, int]) -> bytes:
    """A ModelProto."""
    sets = [message({1: domain, 2: version}) for domain, version in opsets.items()]
    return message({1: ir_version, 7: graph_, 8: sets})


def _attribute(name: str, value: Any) -> bytes:
    if isinstance(value, float):
        return message({1: name, 2: value, 20: FLOAT})
    if isinstance(value, int):
        return message({1: name, 3: value, 20: INT})
    return message({1: name, 8: value, 20: INTS})


def _size_field(size: int | str) -> int:
    return 2 if isinstance(size, str) else 1
