"""What is left of a suggestion while it is typed, as Neovim draws it before it asks."""

from pathlib import Path

import pytest
from neovim_window import Neovim, lua_of, said
from typing_through import typing_through

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCRIPT = """
local Answer = require('unmask.answer')
local function rest(case)
  vim.cmd.enew({ bang = true })
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { case.left .. case.right })
  local replaced = vim.fn.strpart(case.right, 0, case.replaced or 0)
  local answer = Answer.new({
    client = { offset_encoding = 'utf-8' },
    bufnr = vim.api.nvim_get_current_buf(),
    items = { {
      insertText = case.text,
      range = {
        start = { line = 0, character = #case.left },
        ['end'] = { line = 0, character = #case.left + #replaced },
      },
    } },
    invoked = false,
    line = case.left .. case.right,
  })
  local typed = vim.split(case.left .. case.typed, '\\n')
  local lines = vim.deepcopy(typed)
  lines[#lines] = lines[#lines] .. (case.closed or '') .. case.right
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.o.virtualedit = 'onemore'
  vim.api.nvim_win_set_cursor(0, { #typed, #typed[#typed] })
  local found = answer:rest()
  return found and found.text or vim.NIL
end
io.stdout:write(vim.json.encode(vim.tbl_map(rest, cases)))
"""


def test_what_is_left_of_a_suggestion_while_it_is_typed(neovim: Neovim, tmp_path: Path) -> None:
    cases = typing_through()
    found = said(neovim, tmp_path, f"local cases = {lua_of(cases)}\n{SCRIPT}")
    wrong = {c["name"]: f for c, f in zip(cases, found, strict=True) if f != c["rest"]}
    assert wrong == {}
