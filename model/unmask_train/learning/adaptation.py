"""The trainable part: low-rank changes of a frozen decoder, merged before every step.

The forward runs on the merged weights in their own precision, exactly as the product will, and
one matrix product serves where LoRA's usual form needs three; only the backward looks at the two
factors. Gradients of the frozen weights are never formed.
"""

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.linear import Linear, Projection, merge


class Adaptation:
    """Owns the parameters of an adapter and the decoder that uses them."""

    def __init__(self, checkpoint: Checkpoint, rank: int, mask: Tensor, seed: int) -> None:
        random = torch.Generator().manual_seed(seed)
        self.mask = mask.detach().float().clone().requires_grad_()
        self._maps: dict[str, AdaptedLinear] = {}

        def adapt(name: str, base: Linear) -> Projection:
            if name == "head":
                return base
            self._maps[name] = AdaptedLinear(base, rank, random)
            return self._maps[name]

        self.decoder: Decoder = checkpoint.decoder(adapt)

    def parameters(self) -> dict[str, Tensor]:
        """Return the trainable tensors under an adapter's names, float32."""
        factors = {
            f"{name}.{part}": getattr(adapted, part)
            for name, adapted in self._maps.items()
            for part in ("down", "up")
        }
        return {"mask": self.mask, **factors}

    def merge(self) -> None:
        """Bring the merged weights up to date with the factors; once before each step."""
        for adapted in self._maps.values():
            adapted.merge()

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Take over the factors of an adapter of the same rank."""
        with torch.no_grad():
            for name, parameter in self.parameters().items():
                parameter.copy_(tensors[name])

    def adapter(self, metadata: dict[str, str], head_ids: Tensor) -> Adapter:
        """Return the adapter as it stands, in bfloat16, with the ids it learned to predict."""
        tensors = {name: p.detach().to(torch.bfloat16) for name, p in self.parameters().items()}
        tensors["head_ids"] = head_ids.to(torch.int32)
        return Adapter(tensors=tensors, metadata=metadata)


class AdaptedLinear:
    """A frozen linear map plus `up @ down`."""

    def __init__(self, base: Linear, rank: int, random: torch.Generator) -> None:
        out_width, in_width = base.weight.shape
        self._base = base
        self._merged = base.weight.clone()
        bound = in_width**-0.5
        device = base.weight.device
        self.down = torch.empty(rank, in_width).uniform_(-bound, bound, generator=random).to(device)
        self.down.requires_grad_()
        self.up = torch.zeros(out_width, rank, device=device, requires_grad=True)

    @torch.no_grad()
    def merge(self) -> None:
        """Write base + up @ down into the weights of the forward."""
        self._merged.copy_(merge(self._base.weight, self.down, self.up))

    def __call__(self, rows: Tensor) -> Tensor:
        """Map (N, in) to (N, out)."""
        result: Tensor = _MergedLinear.apply(  # type: ignore[no-untyped-call]
            rows, self.down, self.up, self._merged, self._base.bias
        )
        return result


class _MergedLinear(torch.autograd.Function):
    """`rows @ merged.T + bias`, with gradients for rows and for the two factors."""

    @staticmethod
    def forward(  # noqa: PLR0913 -- autograd passes inputs one by one
        ctx: FunctionCtx,
        rows: Tensor,
        down: Tensor,
        up: Tensor,
        merged: Tensor,
        bias: Tensor | None,
    ) -> Tensor:
        ctx.save_for_backward(rows, down, up, merged)
        return torch.nn.functional.linear(rows, merged, bias)

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        rows, down, up, merged = ctx.saved_tensors  # type: ignore[attr-defined]
        through_up = gradient @ up.to(gradient.dtype)  # (N, rank)
        through_down = rows @ down.to(rows.dtype).T  # (N, rank)
        return (
            gradient @ merged,
            (through_up.T @ rows).float(),
            (gradient.T @ through_down).float(),
            None,
            None,
        )
