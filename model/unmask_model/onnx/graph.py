"""An ONNX graph that is written as it grows: its large constants go to a file of their own.

Knows how operators and constants are written, no model.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unmask_model.onnx import messages
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
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._data = (folder / f"{name}.bin").open("wb")

    def input(self, name: str, kind: type[np.generic], *sizes: Size) -> str:
        """Declare an input; sizes that may change are strings."""
        self._inputs.append(messages.declared(name, kind, sizes))
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
        self._nodes.append(messages.node(kind, inputs, names, domain, attributes))
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
            self._constants.append(messages.tensor(name, values))
        else:
            self._constants.append(self._outside(values, name))
        return name

    def integers(self, *values: int) -> str:
        """Add a constant list of integers."""
        return self.constant(np.array(values, np.int64))

    def save(self, outputs: Sequence[tuple[str, str]]) -> None:
        """Write the graph; `outputs` are values and the names they get."""
        self._data.close()
        self._nodes += [messages.node("Identity", [one], [name], "", {}) for one, name in outputs]
        found = [messages.declared(name, np.float32, None) for _, name in outputs]
        graph = messages.graph(self._name, self._nodes, self._constants, self._inputs, found)
        model = messages.model(graph, IR_VERSION, {"": OPSET, CONTRIB: 1})
        (self._folder / f"{self._name}.onnx").write_bytes(model)

    def _outside(self, values: Array, name: str) -> bytes:
        self._data.write(bytes(-self._data.tell() % PAGE))
        place: dict[str, str | int] = {
            "location": f"{self._name}.bin",
            "offset": self._data.tell(),
            "length": self._data.write(values.data),
        }
        return messages.tensor_elsewhere(name, values, place)
