"""What Neovim tells the server of other tools, without a server: what is sent is printed."""

from pathlib import Path
from typing import Any

from neovim_window import Neovim, said

SCRIPT = """
local sent = {}
package.loaded['unmask.client'] = {
  of = function() return { id = 1 } end,
  notify = function(_, method, params) table.insert(sent, { method, params }) end,
}
local bufnr = vim.api.nvim_create_buf(true, false)
vim.api.nvim_buf_set_name(bufnr, '/m.py')
vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, { 'a', 'b' })
require('unmask.diagnostics').attach(bufnr)
local space = vim.api.nvim_create_namespace('other')
local function say(...)
  vim.diagnostic.set(space, bufnr, { ... })
end
local function wait(count)
  vim.wait(20000, function() return #sent == count end)
end
say({ lnum = 0, col = 0, message = 'soon another', severity = 1 })
say(
  { lnum = 1, col = 0, message = 'an error', severity = 1 },
  { lnum = 0, col = 0, message = 'a warning', severity = 2 },
  { lnum = 0, col = 0, message = 'a hint', severity = 4 }
)
wait(1)
say()
wait(2)
io.stdout:write(vim.json.encode(sent))
"""


def test_what_other_tools_say_is_told_after_a_pause(neovim: Neovim, tmp_path: Path) -> None:
    sent: list[tuple[str, dict[str, Any]]] = said(neovim, tmp_path, SCRIPT)
    assert [method for method, _ in sent] == ["unmask/didChangeDiagnostics"] * 2
    first, second = (params for _, params in sent)
    assert first["textDocument"] == second["textDocument"] == {"uri": "file:///m.py"}
    told = [(one["range"]["start"]["line"], one["message"]) for one in first["diagnostics"]]
    assert sorted(told) == [(0, "a hint"), (0, "a warning"), (1, "an error")]
    assert not second["diagnostics"]
