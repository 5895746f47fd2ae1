"""The sizes of a decoder, read from its config.json; torch and ONNX need the same ones."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from unmask_model.protocol.errors import WeightsInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderShape:
    """Sizes, by the names of a transformers configuration where it has any."""

    layers: int
    hidden: int
    """Width of a row."""
    heads: int
    """Query heads."""
    kv_heads: int
    """Key and value heads; each serves `groups` query heads."""
    head_dim: int
    """Width of a head."""
    intermediate: int
    """Width inside the gated MLP."""
    eps: float
    """Epsilon of the RMS norms."""

    @classmethod
    def of(cls, config: dict[str, Any]) -> Self:
        """Read the sizes from what a config.json says; raise WeightsInvalid where one is absent."""
        try:
            heads, hidden = config["num_attention_heads"], config["hidden_size"]
            return cls(
                layers=config["num_hidden_layers"],
                hidden=hidden,
                heads=heads,
                kv_heads=config.get("num_key_value_heads") or heads,
                head_dim=config.get("head_dim") or hidden // heads,
                intermediate=config["intermediate_size"],
                eps=config.get("rms_norm_eps", 1e-6),
            )
        except KeyError as error:
            raise WeightsInvalid(f"config.json has no {error}; use the model's own") from error

    @property
    def groups(self) -> int:
        """Query heads that share a key and value head."""
        return self.heads // self.kv_heads

    @property
    def queries(self) -> int:
        """Width of all query heads."""
        return self.heads * self.head_dim

    @property
    def keys(self) -> int:
        """Width of all key heads, and of all value heads."""
        return self.kv_heads * self.head_dim

    def fields(self) -> dict[str, Any]:
        """Return the sizes under their own names, to be written as JSON."""
        return asdict(self)
