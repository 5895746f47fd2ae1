--- Text in a floating window that q and <Esc> close.
local M = {}

---@class unmask.Window
---@field lines string[]
---@field filetype string
---@field title string
---@field footer? string
---@field keys? table<string, fun(close: fun())> More keys of it.

---@param window unmask.Window
---@return integer width, integer height
local function size(window)
  local width = 40
  for _, line in ipairs({ window.title .. '  ', unpack(window.lines) }) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  local height = math.min(#window.lines, vim.o.lines - 6)
  return math.min(width, vim.o.columns - 4), math.max(1, height)
end

---@param window unmask.Window
---@return integer bufnr
function M.open(window)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, window.lines)
  vim.bo[bufnr].bufhidden, vim.bo[bufnr].modifiable = 'wipe', false
  vim.bo[bufnr].filetype = window.filetype
  local width, height = size(window)
  local handle = vim.api.nvim_open_win(bufnr, true, {
    relative = 'editor',
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. window.title .. ' ',
    footer = window.footer and ' ' .. window.footer .. ' ' or nil,
    width = width,
    height = height,
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
  })
  local function close()
    if vim.api.nvim_win_is_valid(handle) then
      vim.api.nvim_win_close(handle, true)
    end
  end
  local keys = vim.tbl_extend('keep', window.keys or {}, { q = close, ['<Esc>'] = close })
  for key, action in pairs(keys) do
    vim.keymap.set('n', key, function()
      action(close)
    end, { buffer = bufnr, nowait = true })
  end
  return bufnr
end

return M
