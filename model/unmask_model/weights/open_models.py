"""Open diffusion models that a user may bring as a folder: who made them, and what they need.

They cannot be fetched by name: a base is one exact file known by its SHA-256, and of these files
no hash was verified. Sizes are calculated from the published shapes, or are those of the names.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenModel:
    """One published model."""

    name: str
    """Its name, and those of its siblings."""
    publisher: str
    """Under which name it is on the model hub."""
    licence: str
    """The publisher's licence; with "?" where it was not verified."""
    weights: float
    """Numbers in all its tensors, in thousand millions."""
    embedding: float
    """Those of its embedding, which stays in floats."""
    family: str
    """The family that opens it."""

    def gigabytes(self, bits: float, floats: int) -> float:
        """Return the memory it needs, a tenth for the rest counted in.

        `bits` are those of a weight that is multiplied, `floats` those of any other number.
        """
        return 1.1 * ((self.weights - self.embedding) * bits + self.embedding * floats) / 8


OPEN_MODELS = (
    OpenModel(
        name="Dream-v0-Base-7B, -Instruct-7B",
        publisher="Dream-org",
        licence="Apache-2.0",
        weights=7.62,
        embedding=0.545,
        family="dream",
    ),
    OpenModel(
        name="Dream-Coder-v0-Base-7B, -Instruct-7B",
        publisher="Dream-org",
        licence="Apache-2.0 ?",
        weights=7.62,
        embedding=0.545,
        family="dream",
    ),
    OpenModel(
        name="DreamOn-v0-7B",
        publisher="Dream-org",
        licence="Apache-2.0 ?",
        weights=7.62,
        embedding=0.545,
        family="dream",
    ),
    OpenModel(
        name="DiffuCoder-7B-Base, -Instruct, -cpGRPO",
        publisher="apple",
        licence="Apple's own",
        weights=7.62,
        embedding=0.545,
        family="dream",
    ),
    OpenModel(
        name="open-dcoder-0.5B",
        publisher="fredzzp",
        licence="see its card ?",
        weights=0.49,
        embedding=0.136,
        family="open_dcoder",
    ),
    OpenModel(
        name="CoDA-v0-Base, -Instruct",
        publisher="Salesforce",
        licence="research only",
        weights=2.03,
        embedding=0.311,
        family="coda",
    ),
    OpenModel(
        name="LLaDA-8B-Base, -Instruct, LLaDA-1.5",
        publisher="GSAI-ML",
        licence="MIT",
        weights=8.02,
        embedding=0.518,
        family="llada",
    ),
    OpenModel(
        name="LLaDA-MoE-7B-A1B-Base, -Instruct",
        publisher="inclusionAI",
        licence="Apache-2.0 ?",
        weights=7.36,
        embedding=0.322,
        family="llada_moe",
    ),
    OpenModel(
        name="LLaDA2.0-mini",
        publisher="inclusionAI",
        licence="Apache-2.0",
        weights=16.26,
        embedding=0.322,
        family="llada2",
    ),
    OpenModel(
        name="LLaDA2.0-flash",
        publisher="inclusionAI",
        licence="Apache-2.0",
        weights=100.0,
        embedding=0.644,
        family="llada2",
    ),
    OpenModel(
        name="SDAR-1.7B-Chat",
        publisher="JetLM",
        licence="Apache-2.0 ?",
        weights=1.7,
        embedding=0.311,
        family="sdar",
    ),
    OpenModel(
        name="SDAR-4B-Chat",
        publisher="JetLM",
        licence="Apache-2.0 ?",
        weights=4.0,
        embedding=0.389,
        family="sdar",
    ),
    OpenModel(
        name="SDAR-8B-Chat",
        publisher="JetLM",
        licence="Apache-2.0 ?",
        weights=8.2,
        embedding=0.622,
        family="sdar",
    ),
    OpenModel(
        name="Fast_dLLM_v2_7B",
        publisher="Efficient-Large-Model",
        licence="Apache-2.0",
        weights=7.62,
        embedding=0.545,
        family="fast_dllm",
    ),
    OpenModel(
        name="Stable-DiffCoder-8B-Base, -Instruct",
        publisher="ByteDance-Seed",
        licence="MIT",
        weights=8.25,
        embedding=0.635,
        family="stable_diffcoder",
    ),
)
