"""An ONNX graph that is written as it grows: its large constants go to a file of their own.

Knows how operators and constants are written, no model.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper, save_model

from unmask_model.weights.blocks import BLOCK, Blocks

OPSET, IR_VERSION = 21, 10
"""Old enough for each ONNX Runtime that has the operators."""
CONTRIB = "com.microsoft"
"""Domain of ONNX Runtime's own operators."""
PAGE = 1 << 16
"""Where a constant in the file may begin, so that every system can map it into memory."""
LARGE = 1024
"""Bytes from which on a constant goes to the file."""
INT8_ROWS = 4
"""`accuracy_level` of products whose rows are rounded to 8 bits: the only fast one."""

Array = npt.NDArray[Any]
Size = int | str


class Graph:
    """A graph in the making; values are named by strings."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._data = (folder / f"{name}.bin").open("wb")

    def input(self, name: str, kind: type[np.generic], *sizes: Size) -> str:
        """Declare an input; sizes that may change are strings."""
        self._inputs.append(_declared(name, kind, sizes))
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add an operator with one output."""
        return self.ops(kind, 1, *inputs, domain=domain, **attributes)[0]

    def ops(
        self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add an operator with several outputs."""
        name = f"{kind}.{len(self._nodes)}"
        names = [f"{name}.{k}" for k in range(outputs)]
        self._nodes.append(
            helper.make_node(kind, list(inputs), names, name=name, domain=domain, **attributes)
        )
        return names

    def linear(self, row: str, weight: Blocks, bias: Array | None = None) -> str:
        """Add a product with a matrix in blocks, rows rounded to 8 bits in blocks as well."""
        zeros = weight.packed_zeros()
        return self.op(
            "MatMulNBits",
            row,
            self.constant(weight.packed()),
            self.constant(weight.scales),
            "" if zeros is None else self.constant(zeros),
            "",
            "" if bias is None else self.constant(bias),
            domain=CONTRIB,
            K=weight.inputs,
            N=weight.outputs,
            bits=weight.bits,
            block_size=BLOCK,
            accuracy_level=INT8_ROWS,
        )

    def constant(self, values: Array) -> str:
        """Add a constant."""
        name, values = f"constant.{len(self._constants)}", np.ascontiguousarray(values)
        if values.nbytes < LARGE:
            self._constants.append(numpy_helper.from_array(values, name))
        else:
            self._constants.append(self._outside(values, name))
        return name

    def integers(self, *values: int) -> str:
        """Add a constant list of integers."""
        return self.constant(np.array(values, np.int64))

    def save(self, outputs: Sequence[tuple[str, str]]) -> None:
        """Write the graph; `outputs` are values and the names they get."""
        self._data.close()
        self._nodes += [helper.make_node("Identity", [value], [name]) for value, name in outputs]
        declared = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for _, n in outputs]
        graph = helper.make_graph(self._nodes, self._name, self._inputs, declared, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        save_model(model, str(self._folder / f"{self._name}.onnx"))

    def _outside(self, values: Array, name: str) -> Any:
        self._data.write(bytes(-self._data.tell() % PAGE))
        place = {"location": f"{self._name}.bin", "offset": self._data.tell()}
        place["length"] = self._data.write(values.data)
        tensor = TensorProto(
            name=name,
            dims=values.shape,
            data_type=helper.np_dtype_to_tensor_dtype(values.dtype),
            data_location=TensorProto.EXTERNAL,
        )
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        return tensor


def _declared(name: str, kind: type[np.generic], sizes: Sequence[Size]) -> Any:
    number = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    return helper.make_tensor_value_info(name, number, list(sizes))
