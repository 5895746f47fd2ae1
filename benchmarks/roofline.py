"""The floor of a pass: bytes that have to be read and numbers that have to be multiplied.

Calculated, not measured. A pass waits for its weights or for its products, whichever is slower:
t = max(bytes / bandwidth, 2 * active * rows / rate). Prints the table of docs/roofline.md.
"""

from dataclasses import dataclass

PLACES, CONTEXT = 64, 2048
DEVICES = {
    "RTX 4090": (1.0e12, 120e12),
    "H100": (3.35e12, 600e12),
    "laptop CPU": (60e9, 0.8e12),
}
"""Bytes and operations a second that are reached in practice (bf16)."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """Sizes of one real model, from its publisher's configuration."""

    name: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    tied: bool = False
    experts: int = 0
    chosen: int = 0
    expert_width: int = 0
    shared_width: int = 0
    dense_layers: int = 0

    @property
    def attention(self) -> int:
        """Weights of attention in a layer."""
        both = (self.heads + 2 * self.kv_heads) * self.head_dim
        return self.hidden * (both + self.heads * self.head_dim)

    def mlp(self, experts: int) -> int:
        """Weights of all MLPs, so many experts of each mixture counted."""
        dense = self.dense_layers if self.experts else self.layers
        width = experts * self.expert_width + self.shared_width
        sparse = (self.layers - dense) * (width + self.experts / 3)
        return int(3 * self.hidden * (dense * self.intermediate + sparse))

    def weights(self, experts: int) -> int:
        """Weights that a pass reads; the embedding is looked up, the head is multiplied."""
        return self.layers * self.attention + self.mlp(experts) + self.hidden * self.vocabulary

    @property
    def total(self) -> int:
        """Weights of the whole model."""
        return self.weights(self.experts) + (0 if self.tied else self.hidden * self.vocabulary)

    @property
    def read(self) -> int:
        """Weights that a block reads: of a mixture, all experts that any of its rows chose."""
        missed = (1 - self.chosen / self.experts) ** PLACES if self.experts else 1.0
        return self.weights(round(self.experts * (1 - missed)))

    @property
    def active(self) -> int:
        """Weights that a row is multiplied with."""
        return self.weights(self.chosen)


QWEN05 = {"layers": 24, "hidden": 896, "heads": 14, "kv_heads": 2, "head_dim": 64}
SIZES = (
    Size(name="small, 0.5B (ours)", **QWEN05, intermediate=4864, vocabulary=151936, tied=True),
    Size(name="Open-dCoder 0.5B", **QWEN05, intermediate=4864, vocabulary=151936, tied=True),
    Size(
        name="CoDA 1.7B",
        layers=28,
        hidden=2048,
        heads=16,
        kv_heads=8,
        head_dim=128,
        intermediate=6144,
        vocabulary=151936,
    ),
    Size(
        name="Dream, Dream-Coder, DreamOn, DiffuCoder 7B",
        layers=28,
        hidden=3584,
        heads=28,
        kv_heads=4,
        head_dim=128,
        intermediate=18944,
        vocabulary=152064,
    ),
    Size(
        name="LLaDA 8B, 1.5",
        layers=32,
        hidden=4096,
        heads=32,
        kv_heads=32,
        head_dim=128,
        intermediate=12288,
        vocabulary=126464,
    ),
    Size(
        name="LLaDA-MoE 7B-A1B",
        layers=16,
        hidden=2048,
        heads=16,
        kv_heads=16,
        head_dim=128,
        intermediate=8192,
        vocabulary=157184,
        experts=64,
        chosen=8,
        expert_width=1024,
    ),
    Size(
        name="LLaDA2.0-mini 16B-A1B",
        layers=20,
        hidden=2048,
        heads=16,
        kv_heads=4,
        head_dim=128,
        intermediate=5120,
        vocabulary=157184,
        experts=256,
        chosen=8,
        expert_width=512,
        shared_width=512,
        dense_layers=1,
    ),
)


def floor_ms(read: int, active: int, rows: int, device: str, bits: int = 16) -> float:
    """Return the least milliseconds of a pass of so many rows."""
    bandwidth, rate = DEVICES[device]
    return 1000 * max(read * bits / 8 / bandwidth, 2 * active * rows / rate)


def main() -> None:
    """Print the table."""
    print(
        "| model | weights | memory bf16 / int8 / int4 | read by a block | GFLOP a block |"
        + "".join(f" {name}: block / whole text |" for name in DEVICES)
    )
    print("|---" * (5 + len(DEVICES)) + "|")
    for size in SIZES:
        memory = " / ".join(f"{size.total * bits / 8e9:.1f}" for bits in (16, 8, 4))
        cells = [
            size.name,
            f"{size.total / 1e9:.2f} G",
            f"{memory} GB",
            f"{size.read * 2 / 1e9:.2f} GB",
            f"{2 * size.active * PLACES / 1e9:.0f}",
        ]
        for device in DEVICES:
            block = floor_ms(size.read, size.active, PLACES, device)
            whole = floor_ms(size.weights(size.experts), size.active, PLACES + CONTEXT, device)
            cells.append(f"{block:.1f} / {whole:.0f} ms")
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
