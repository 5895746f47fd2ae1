--- Tells the server which buffer is looked at: it has a model ready, and its status is of that file.
local lsp = require('unmask.client')

local M = {}

---@param bufnr integer
local function tell(bufnr)
  local client = lsp.of(bufnr)
  if client then
    lsp.notify(client, 'textDocument/didFocus', {
      textDocument = vim.lsp.util.make_text_document_params(bufnr),
    })
  end
end

--- Tells the server of a buffer whenever a person comes to it.
---@param bufnr integer
function M.attach(bufnr)
  vim.api.nvim_create_autocmd('BufEnter', {
    group = vim.api.nvim_create_augroup('unmask.focus.' .. bufnr, {}),
    buffer = bufnr,
    callback = function()
      tell(bufnr)
    end,
  })
  if bufnr == vim.api.nvim_get_current_buf() then
    tell(bufnr)
  end
end

return M
