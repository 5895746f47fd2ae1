"""`unmask pull` for an open diffusion model: what it is, a question, its files from the hub."""

from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from unmask_lsp.cli.hub_models import BITS, least_memory

if TYPE_CHECKING:
    from pathlib import Path

    from unmask_model.weights.hub_models import HubModel
    from unmask_model.weights.sources.hub_snapshot import HubSnapshot
    from unmask_model.weights.sources.progress import Progress

NEVER_RUN = (
    "Unmask opens this family, as tests with tiny random weights show; it was never run on these"
    " weights, and nobody has measured what it is worth here"
)
NEEDS_TORCH = (
    "running it needs torch, which is not installed: install `unmask[gpu]` in place of `unmask`"
)


def pull_hub_model(
    model: "HubModel",
    revision: str,
    console: Console,
    shown: "AbstractContextManager[Progress]",
    *,
    yes: bool,
) -> None:
    """Fetch a model at `revision`, the newest if empty, after asking.

    Raises RequestInvalid where nobody says yes, and what the sources raise.
    """
    from unmask_model.weights.sources.cache import Cache
    from unmask_model.weights.sources.fetch_snapshot import fetch_snapshot
    from unmask_model.weights.sources.hub_snapshot import NEWEST, look_up

    cache = Cache.of_user()
    if model.is_here(cache):
        _say(console, _is_here(model, cache.model(model.name)))
        return
    snapshot = look_up(model.repo, revision or NEWEST)
    for line in _described(model, snapshot, is_pinned=snapshot.commit == model.revision):
        _say(console, line)
    if not yes:
        _ask(f"Download {snapshot.size / 1e9:.1f} GB?")
    with shown as progress:
        folder = fetch_snapshot(model.name, snapshot, cache, progress)
    _say(console, f"{model.name} is ready: {folder}, every file as the hub states it")


def _described(model: "HubModel", snapshot: "HubSnapshot", *, is_pinned: bool) -> list[str]:
    from huggingface_hub import constants

    pinned = "pinned" if is_pinned else "not pinned: what the hub names now"
    memory = ", ".join(f"{model.shape.gigabytes(*bits):.1f} GB in {k}" for k, bits in BITS.items())
    fits = "that is free now" if least_memory(model)[1] else "less is free now"
    return [
        f"{model.name}: {snapshot.repo} at commit {snapshot.commit} ({pinned})",
        f"licence: {snapshot.licence}, as its card says ({constants.ENDPOINT}/{snapshot.repo})",
        f"download: {len(snapshot.files)} files, {snapshot.size / 1e9:.1f} GB; each is checked"
        " against the hash that the hub states for this commit",
        f"memory: about {memory}; for the least of them, {fits}",
        NEVER_RUN,
        *([] if find_spec("torch") else [NEEDS_TORCH]),
    ]


def _ask(question: str) -> None:
    from unmask_model.protocol.errors import RequestInvalid

    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort as nobody:
        raise RequestInvalid("nobody answered; `--yes` downloads without asking") from nobody
    if not agreed:
        raise RequestInvalid("nothing was downloaded")


def _is_here(model: "HubModel", folder: "Path") -> str:
    from unmask_model.weights.sources.fetch_snapshot import commit_of

    commit = commit_of(folder)
    origin = f"at commit {commit}" if commit else "put there by hand"
    return f"{model.name} is here: {folder}, {origin}; remove the folder to fetch it again"


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False)
