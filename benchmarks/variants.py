"""What is compared: a model with a sampler."""

from collections.abc import Sequence
from dataclasses import dataclass

from unmask_model.protocol.errors import RequestInvalid

INSERTED = "+inserted"
"""Behind a sampler: as the text half puts it into the hole, syntax repair first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A model, and how it is decoded."""

    model: str
    """Name of a model, or path of a base file."""
    sampler: str
    """Name of a sampler, with options if wanted."""
    inserted: bool = False
    """Whether it is what the language server would put there."""

    @classmethod
    def of(cls, model: str, sampler: str) -> "Variant":
        """Read a sampler, maybe with INSERTED behind it."""
        return cls(
            model=model, sampler=sampler.removesuffix(INSERTED), inserted=sampler.endswith(INSERTED)
        )

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.model} {self.sampler}{INSERTED if self.inserted else ''}"


def variants_of(models: Sequence[str], samplers: Sequence[str]) -> list[Variant]:
    """Pair the k-th model with the k-th sampler; a single model takes all samplers.

    Raises RequestInvalid where it is not clear which belongs to which, or one comes twice.
    """
    if len(models) == 1:
        models = [models[0]] * len(samplers)
    if len(models) != len(samplers):
        raise RequestInvalid(
            f"{len(models)} --model and {len(samplers)} --sampler; give one --model, or one each"
        )
    found = [Variant.of(model, sampler) for model, sampler in zip(models, samplers, strict=True)]
    if len(set(found)) < len(found):
        raise RequestInvalid("the same --model and --sampler were given twice")
    return found
