"""The sizes of a model that the benchmarks of real sizes are tested on."""

from roofline import Size

TINY = Size(
    name="tiny",
    layers=2,
    hidden=32,
    heads=4,
    kv_heads=2,
    head_dim=8,
    intermediate=64,
    vocabulary=320,
    tied=True,
)
