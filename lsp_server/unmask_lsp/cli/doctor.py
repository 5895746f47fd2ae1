"""`unmask doctor`: what would run here, and what is missing."""

import asyncio
import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from unmask_lsp.settings import Settings
from unmask_model.protocol.errors import ModelNotFound, UnmaskError

if TYPE_CHECKING:
    from unmask_model.protocol.memory import MemoryAccount

USEFUL_FLAGS = ("amx_bf16", "avx512_bf16", "avx512f", "avx2", "asimd", "bf16")
"""Flags of processors that decide how fast a pass is, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """What was looked at."""
    found: str
    remedy: str = ""
    """What to do about it; empty if all is well."""


def doctor() -> None:
    """Say what would run here and what is missing."""
    table = Table("", "looked at", "found", "what to do", box=None)
    for finding in [*_machine(), *_torch(), *_models(), *_auto(), *_remote_models()]:
        mark = "missing" if finding.remedy else "ok"
        table.add_row(mark, *map(escape, (finding.what, finding.found, finding.remedy)))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(f"\n{_expectation()}")


def _machine() -> Iterator[Finding]:
    yield Finding(what="unmask", found=version("unmask"))
    yield Finding(what="python", found=f"{platform.python_version()} on {platform.platform()}")
    flags = _flags()
    useful = ", ".join(flag for flag in USEFUL_FLAGS if flag in flags) or "nothing special"
    yield Finding(what="processor", found=f"{os.cpu_count()} cores, {useful}")
    yield Finding(what="memory", found=_memory())


def _torch() -> Iterator[Finding]:
    from unmask_model.families.machine import EXTRA, has_torch

    yield Finding(what="onnxruntime", found=version("onnxruntime"))
    if not has_torch():
        found = f"not installed; a GPU, open models and training need it: {EXTRA}"
        yield Finding(what="torch", found=found)
        return
    import torch

    from unmask_model.transformer.precision import best_dtype

    yield Finding(what="torch", found=f"{version('torch')}, {torch.get_num_threads()} threads")
    yield Finding(what="precision", found=str(best_dtype()).removeprefix("torch."))
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none, the CPU is used"
    yield Finding(what="GPU", found=gpu)


def _models() -> Iterator[Finding]:
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.pull_command import pull_command
    from unmask_model.weights.sources.cache import Cache

    cache = Cache.of_user()
    for model in MODELS.values():
        here = model.base is None or model.base.is_here(cache)
        engine = asyncio.run(_engine(model.name))
        yield Finding(
            what=f"model {model.name}",
            found=f"{'ready' if here else 'weights not here'}, {engine}",
            remedy="" if here else pull_command(model.name),
        )


def _auto() -> Iterator[Finding]:
    """A short calibration, and what it means for every model that is here."""
    from unmask_model.families.choose_model import BUDGET_MS, choose, expect
    from unmask_model.families.machine import Machine

    machine = Machine.here()
    found = machine.calibration
    speed = f"{found.bytes_s / 1e9:.0f} GB/s, {found.operations_s / 1e12:.2f} TFLOP/s"
    yield Finding(what="calibration", found=f"{found.device}: {speed}, just now")
    expected = expect(machine)
    for one in expected:
        fits = f"in {one.precision}" if one.precision else "does not fit the free memory"
        yield Finding(what=one.model.name, found=f"about {one.fill_ms:.0f} ms a fill, {fits}")
    try:
        chosen = choose(expected)
    except UnmaskError as error:
        yield Finding(what="auto", found="no model", remedy=str(error))
        return
    quick = "within" if chosen.suits(BUDGET_MS) else "beyond"
    yield Finding(what="auto", found=f"{chosen.model.name}, {quick} {BUDGET_MS:.0f} ms")


def _expectation() -> str:
    """The last line: what to expect of `small` here, from passes that were just run."""
    from unmask_model.engine.engine import Engine
    from unmask_model.engine.expectation import Expectation
    from unmask_model.families.open_model import open_model

    try:
        opened = open_model("small")
    except ModelNotFound:
        return "What to expect here is known once `small` is: run `unmask pull small`."
    found = Expectation.of(Engine(opened.denoiser))
    rows, ms = zip(*found.passes, strict=True)
    return (
        f"A pass of small takes {' / '.join(f'{each:.0f}' for each in ms)} ms for"
        f" {' / '.join(map(str, rows))} rows; a new place takes {found.read_s:.1f} s to read.\n"
        f"What to expect: {verdict(found.line_ms, Settings().budget_ms)}."
    )


def verdict(line_ms: float, budget_ms: float) -> str:
    """What the time of a line says of suggestions, in one line."""
    told = f"the rest of a line takes about {line_ms:.0f} ms here, {budget_ms:.0f} ms are allowed"
    if line_ms <= budget_ms:
        return f"{told}: suggestions come as you type"
    if line_ms <= 2 * budget_ms:
        return f"{told}: some lines come in parts"
    return (
        f"{told}: raise unmask.budgetMs to {line_ms:.0f} or more, or use a server (unmask.server)"
    )


def _remote_models() -> Iterator[Finding]:
    """They are used only where `unmask.model` names them; a missing key is no fault."""
    from unmask_model.client.remote.remote_models import REMOTE_MODELS, key_of

    for model in REMOTE_MODELS.values():
        key = "a key is here" if model.url and key_of(model, model.url) else "no key"
        yield Finding(
            what=f"model {model.name}", found=f"off unless it is named; {key}; {model.note}"
        )


async def _engine(model: str) -> str:
    from unmask_model.client.engine_process import find_engine

    client = await find_engine(model)
    if client is None:
        return "no engine runs"
    try:
        health, remembered = await client.health(), await client.memories()
    finally:
        await client.aclose()
    memories = "".join(f"; {_remembered(one)}" for one in remembered)
    return f"engine {health.state} in process {health.pid}{memories}"


def _remembered(account: "MemoryAccount") -> str:
    """What an engine remembers of a workspace, in one line."""
    left_out = f", {account.left_out} left out" if account.left_out else ""
    return (
        f"remembers {account.files} files{left_out}: {account.tokens / 1e6:.2f} million tokens in"
        f" {account.bytes / 1e6:.0f} MB, read in {account.build_ms / 1000:.1f} s"
    )


def _flags() -> set[str]:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return set()
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", described, re.MULTILINE)
    return set(found[1].split()) if found else set()


def _memory() -> str:
    try:
        pages, free = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_AVPHYS_PAGES")
    except (ValueError, OSError):
        return "unknown"
    size = os.sysconf("SC_PAGE_SIZE") / 1e9
    return f"{pages * size:.1f} GB, {free * size:.1f} GB free"
