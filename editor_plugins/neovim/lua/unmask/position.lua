--- Places in a text: as Neovim counts them, in bytes, and as the server does.
---
--- Not by vim.lsp.util: that of 0.10 compares a byte with a number of units, and takes a place behind
--- long characters for the end of its line; and in every version it ends a selection one unit behind
--- the start of its last character, however long that one is.
local M = {}

---@alias unmask.Encoding 'utf-8'|'utf-16'|'utf-32'

--- How many units of an encoding a text has.
---@param text string
---@param encoding unmask.Encoding
---@return integer
function M.units(text, encoding)
  if encoding == 'utf-8' then
    return #text
  end
  return encoding == 'utf-16' and vim.fn.strutf16len(text, true) or vim.fn.strchars(text)
end

--- How many bytes of a line are before a unit.
---@param line string
---@param unit integer
---@param encoding unmask.Encoding
---@return integer
function M.byte(line, unit, encoding)
  return encoding == 'utf-8' and unit or vim.fn.byteidxcomp(line, unit, encoding == 'utf-16')
end

---@param row integer From 1, as in a mark.
---@param col integer Bytes before it.
---@param encoding unmask.Encoding
---@return lsp.Position
local function place(row, col, encoding)
  local before = vim.fn.getline(row):sub(1, col)
  return { line = row - 1, character = M.units(before, encoding) }
end

--- The cursor of this window.
---@param encoding unmask.Encoding
---@return lsp.Position
function M.cursor(encoding)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return place(row, col, encoding)
end

--- Whole lines of this buffer, without what ends the last.
---@param first integer From 1.
---@param last integer
---@param encoding unmask.Encoding
---@return lsp.Range
function M.lines(first, last, encoding)
  return {
    start = place(first, 0, encoding),
    ['end'] = place(last, #vim.fn.getline(last), encoding),
  }
end

--- What was selected last in this buffer, by characters.
---@param encoding unmask.Encoding
---@return lsp.Range
function M.selection(encoding)
  local row, col = unpack(vim.api.nvim_buf_get_mark(0, '<'))
  local last_row, last_col = unpack(vim.api.nvim_buf_get_mark(0, '>'))
  if vim.o.selection ~= 'exclusive' then
    local rest = vim.fn.getline(last_row):sub(last_col + 1)
    last_col = last_col + #vim.fn.strcharpart(rest, 0, 1, true)
  end
  return { start = place(row, col, encoding), ['end'] = place(last_row, last_col, encoding) }
end

return M
