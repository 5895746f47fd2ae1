"""Open diffusion models on the model hub that a user can fetch by name.

Each is one repository at one commit. The hub states the hash of every file of a commit, and each
file is checked against it (sources/hub_snapshot.py). Commits were read in public repositories that
record what they ran; where none names one, `revision` is empty and the newest is taken and told.
None of these models was ever run with Unmask on its real weights: docs/models.md.
"""

from dataclasses import dataclass

from unmask_model.weights.sources.cache import Cache

BF16_BYTES = 2
"""What a number takes in the published files."""
SPARE = 1.1
"""What runs beside the weights takes about a tenth of them."""

BLOCK_BY_BLOCK = frozenset({"fast_dllm", "llada2", "sdar", "stable_diffcoder"})
"""Families whose places do not see what is behind their block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a model is, calculated from its published shapes or read from its name."""

    weights: float
    """Numbers in all its tensors, in thousand millions."""
    embedding: float
    """Those of its embedding, which stays in floats."""

    def gigabytes(self, bits: float, floats: int) -> float:
        """Return the memory it needs, a tenth for the rest counted in.

        `bits` are those of a weight that is multiplied, `floats` those of any other number.
        """
        return SPARE * ((self.weights - self.embedding) * bits + self.embedding * floats) / 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """One published model: a repository of the model hub at one commit."""

    name: str
    """What users call it."""
    repo: str
    """Publisher and repository."""
    revision: str = ""
    """The commit, 40 hexadecimal digits; empty where none is known to us."""
    licence: str
    """The publisher's licence; with "?" where it was not verified."""
    shape: Size
    """How large it is."""
    family: str
    """The family that opens it."""

    @property
    def publisher(self) -> str:
        """Under which name it is on the model hub."""
        return self.repo.partition("/")[0]

    @property
    def size(self) -> int:
        """Bytes of the published files, about; the hub says exactly."""
        return int(self.shape.weights * 1e9) * BF16_BYTES

    @property
    def in_words(self) -> str:
        """What a download brings, in one line for the person who is asked."""
        size = f"about {self.size / 1e9:.1f} GB by {self.publisher}, licence {self.licence}"
        return f"{size}, never run by us on these weights"

    @property
    def note(self) -> str:
        """One line that helps to choose."""
        if self.family in BLOCK_BY_BLOCK:
            return "writes block after block, so what is behind a hole helps it less"
        return "sees both sides of a hole"

    def is_here(self, cache: Cache) -> bool:
        """Can it be opened without a download? Looks, and reads nothing."""
        return (cache.model(self.name) / "config.json").is_file()


QWEN2_5_7B = Size(weights=7.62, embedding=0.545)
CODA_1_7B = Size(weights=2.03, embedding=0.311)
LLADA_8B = Size(weights=8.02, embedding=0.518)
LLADA_MOE = Size(weights=7.36, embedding=0.322)
SEED_CODER_8B = Size(weights=8.25, embedding=0.635)

_MODELS = (
    HubModel(
        name="dream",
        repo="Dream-org/Dream-v0-Base-7B",
        revision="6572adb5535263e4d1a337b56942ba48b6dee2a9",
        licence="Apache-2.0",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="dream-instruct",
        repo="Dream-org/Dream-v0-Instruct-7B",
        revision="05334cb9faaf763692dcf9d8737c642be2b2a6ae",
        licence="Apache-2.0",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="dream-coder",
        repo="Dream-org/Dream-Coder-v0-Base-7B",
        revision="2346ccd3be517d0d314152b988a3b9bafa7d6d63",
        licence="Apache-2.0 ?",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="dream-coder-instruct",
        repo="Dream-org/Dream-Coder-v0-Instruct-7B",
        revision="5d9e88c723af9045f362748b5284bdf43d9c501e",
        licence="Apache-2.0 ?",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="dreamon",
        repo="Dream-org/DreamOn-v0-7B",
        revision="8ccc74750e43177327f29dab9e91882ba759e194",
        licence="Apache-2.0",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="diffucoder",
        repo="apple/DiffuCoder-7B-Base",
        licence="apple-amlr",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="diffucoder-instruct",
        repo="apple/DiffuCoder-7B-Instruct",
        revision="4fdd4580064ca5d11808069ce78f88d068753c96",
        licence="apple-amlr",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="diffucoder-cpgrpo",
        repo="apple/DiffuCoder-7B-cpGRPO",
        revision="98bc42bfd871eeec92fd0a8439ab34f75b405204",
        licence="apple-amlr",
        shape=QWEN2_5_7B,
        family="dream",
    ),
    HubModel(
        name="open-dcoder",
        repo="fredzzp/open-dcoder-0.5B",
        revision="d0d86d5b99960c05258bb1f8265dd91564dbac67",
        licence="see its card ?",
        shape=Size(weights=0.49, embedding=0.136),
        family="open_dcoder",
    ),
    HubModel(
        name="coda",
        repo="Salesforce/CoDA-v0-Base",
        licence="research only",
        shape=CODA_1_7B,
        family="coda",
    ),
    HubModel(
        name="coda-instruct",
        repo="Salesforce/CoDA-v0-Instruct",
        licence="research only",
        shape=CODA_1_7B,
        family="coda",
    ),
    HubModel(
        name="llada",
        repo="GSAI-ML/LLaDA-8B-Base",
        revision="0f2787f2d87eac5eed8a087d5ecd24277e6255b2",
        licence="MIT",
        shape=LLADA_8B,
        family="llada",
    ),
    HubModel(
        name="llada-instruct",
        repo="GSAI-ML/LLaDA-8B-Instruct",
        revision="08b83a6feb34df1a6011b80c3c00c7563e963b07",
        licence="MIT",
        shape=LLADA_8B,
        family="llada",
    ),
    HubModel(
        name="llada-1.5",
        repo="GSAI-ML/LLaDA-1.5",
        revision="84346fd91ba60252d260022201ad6fc5a3468fb2",
        licence="MIT",
        shape=LLADA_8B,
        family="llada",
    ),
    HubModel(
        name="llada-moe",
        repo="inclusionAI/LLaDA-MoE-7B-A1B-Base",
        licence="Apache-2.0 ?",
        shape=LLADA_MOE,
        family="llada_moe",
    ),
    HubModel(
        name="llada-moe-instruct",
        repo="inclusionAI/LLaDA-MoE-7B-A1B-Instruct",
        revision="783d3467f108d28ac0a78d3e41af16ab05cabd8d",
        licence="Apache-2.0 ?",
        shape=LLADA_MOE,
        family="llada_moe",
    ),
    HubModel(
        name="llada2-mini",
        repo="inclusionAI/LLaDA2.0-mini",
        revision="dad945cac317da394b390f82c7b40691d8a881ed",
        licence="Apache-2.0",
        shape=Size(weights=16.26, embedding=0.322),
        family="llada2",
    ),
    HubModel(
        name="llada2-flash",
        repo="inclusionAI/LLaDA2.0-flash",
        licence="Apache-2.0",
        shape=Size(weights=100.0, embedding=0.644),
        family="llada2",
    ),
    HubModel(
        name="sdar-1.7b",
        repo="JetLM/SDAR-1.7B-Chat",
        licence="Apache-2.0 ?",
        shape=Size(weights=1.7, embedding=0.311),
        family="sdar",
    ),
    HubModel(
        name="sdar-4b",
        repo="JetLM/SDAR-4B-Chat",
        licence="Apache-2.0 ?",
        shape=Size(weights=4.0, embedding=0.389),
        family="sdar",
    ),
    HubModel(
        name="sdar-8b",
        repo="JetLM/SDAR-8B-Chat",
        revision="ac4528d2c076b04e02a03e6f430efa4385331ce8",
        licence="Apache-2.0 ?",
        shape=Size(weights=8.2, embedding=0.622),
        family="sdar",
    ),
    HubModel(
        name="fast-dllm-1.5b",
        repo="Efficient-Large-Model/Fast_dLLM_v2_1.5B",
        revision="da5608172d2b74380e4e780baa19c71645e4f981",
        licence="Apache-2.0",
        shape=Size(weights=1.54, embedding=0.233),
        family="fast_dllm",
    ),
    HubModel(
        name="fast-dllm-7b",
        repo="Efficient-Large-Model/Fast_dLLM_v2_7B",
        revision="0661abf5f9f0ee338970d091052a26c8efa51974",
        licence="Apache-2.0",
        shape=QWEN2_5_7B,
        family="fast_dllm",
    ),
    HubModel(
        name="stable-diffcoder",
        repo="ByteDance-Seed/Stable-DiffCoder-8B-Base",
        licence="MIT",
        shape=SEED_CODER_8B,
        family="stable_diffcoder",
    ),
    HubModel(
        name="stable-diffcoder-instruct",
        repo="ByteDance-Seed/Stable-DiffCoder-8B-Instruct",
        revision="10cdaf9b486f1cf0273ad968459dbe2d21a1482a",
        licence="MIT",
        shape=SEED_CODER_8B,
        family="stable_diffcoder",
    ),
)

HUB_MODELS = {model.name: model for model in _MODELS}
"""Every model of the hub by its name."""
