"""The real default model in Neovim: whatever it suggests is drawn, and accepted as drawn."""

import sys
from pathlib import Path
from typing import Any

import pytest
from neovim_window import Neovim, eventually, init, opened

from unmask_model.weights.catalogue import MODELS
from unmask_model.weights.sources.cache import VARIABLE, Cache

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

CODE = "def add(a, b):\n    return a + b\n\n\ndef multiply(a, b):\n"
SHOWN = """
local drawer = require('unmask.config').options.ghost == 'core' and 'unmask.core' or 'unmask.ghost'
local answer = require(drawer).shown(vim.api.nvim_get_current_buf())
return answer and answer:rest().text
"""


@pytest.fixture
def small() -> str:
    base = MODELS["small"].base
    if base is None or not base.is_here(Cache.of_user()):
        pytest.skip("the weights of small are not here; `unmask pull small` fetches them")
    return "small"


def test_what_small_suggests_is_drawn_and_accepted(
    neovim: Neovim, shared_backend: Any, home: Path, tmp_path: Path, small: str
) -> None:
    options = {
        "cmd": [sys.executable, "-m", "unmask_lsp", "lsp"],
        "ghost": neovim.ghost,
        "settings": {"model": small, "budget_ms": 0},
    }
    file = tmp_path / "arithmetic.py"
    file.write_text(CODE)
    # the window has a home of its own, but not weights of its own
    environment = shared_backend.environment | {VARIABLE: str(Cache.of_user().root)}
    with opened(neovim, home, environment, init(options)) as window:
        window.edit(file)
        window.type("Goreturn ")
        text = eventually(lambda: window.lua(SHOWN), 600)
        before = window.text()
        window.sees(*(before + text).split("\n"))
        window.type("<Tab>")
        eventually(lambda: window.text() == before + text)
        window.save()
        assert file.read_text() == before + text + "\n"
