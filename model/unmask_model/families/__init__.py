"""Model families behind one interface, the denoiser: ids in, proposals out.

Knows neither deadlines nor HTTP.
"""

__all__ = ["calibration", "choose_model", "denoiser", "machine", "open_model", "prompt"]

FAMILIES = {
    "coda": "unmask_model.families.open.coda",
    "dream": "unmask_model.families.open.dream",
    "fast_dllm": "unmask_model.families.open.fast_dllm",
    "llada": "unmask_model.families.open.llada",
    "llada2": "unmask_model.families.open.llada2",
    "llada_moe": "unmask_model.families.open.llada_moe",
    "open_dcoder": "unmask_model.families.open.open_dcoder",
    "sdar": "unmask_model.families.open.sdar",
    "stable_diffcoder": "unmask_model.families.open.stable_diffcoder",
}
"""Open diffusion models: modules that state what is different, as `FAMILY`."""
