--- Tells the server what other tools say of a buffer: it cannot hear them. What of it is of use is its
--- business; only the pause is ours, to spare the pipe.
local lsp = require('unmask.client')

local M = {}

local PAUSE_MS = 500

---@type table<integer, integer?> How often something has changed, by buffer.
local changes = {}

---@param bufnr integer
local function tell(bufnr)
  local client = vim.api.nvim_buf_is_loaded(bufnr) and lsp.of(bufnr)
  if not client then
    return
  end
  local told = vim.tbl_map(function(one)
    local place = { line = one.lnum, character = one.col }
    local range = { start = place, ['end'] = place }
    return { range = range, severity = one.severity, message = one.message }
  end, vim.diagnostic.get(bufnr))
  lsp.notify(client, 'unmask/didChangeDiagnostics', {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    diagnostics = told,
  })
end

--- Tells the server of a buffer whenever something has changed and a pause follows.
---@param bufnr integer
function M.attach(bufnr)
  vim.api.nvim_create_autocmd('DiagnosticChanged', {
    group = vim.api.nvim_create_augroup('unmask.diagnostics.' .. bufnr, {}),
    buffer = bufnr,
    callback = function()
      local change = (changes[bufnr] or 0) + 1
      changes[bufnr] = change
      vim.defer_fn(function()
        if changes[bufnr] == change then
          tell(bufnr)
        end
      end, PAUSE_MS)
    end,
  })
end

return M
