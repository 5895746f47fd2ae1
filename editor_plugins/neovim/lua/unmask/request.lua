--- Asks for suggestions at the cursor; an answer that comes too late is nobody's.
local Answer = require('unmask.answer')
local lsp = require('unmask.client')
local position = require('unmask.position')

local M = {}

M.METHOD = 'textDocument/inlineCompletion'

---@class unmask.Place
---@field bufnr integer
---@field tick integer
---@field cursor integer[]
---@field line string

--- Where the cursor is, and in which text.
---@return unmask.Place
function M.place()
  local bufnr = vim.api.nvim_get_current_buf()
  return {
    bufnr = bufnr,
    tick = vim.api.nvim_buf_get_changedtick(bufnr),
    cursor = vim.api.nvim_win_get_cursor(0),
    line = vim.api.nvim_get_current_line(),
  }
end

--- Whether nothing was typed and nobody moved since, and a person is still writing.
---@param place unmask.Place
---@return boolean
function M.still(place)
  local is_writing = vim.startswith(vim.api.nvim_get_mode().mode, 'i')
  return is_writing and vim.deep_equal(place, M.place())
end

--- The answer in what a server has sent; nil where it suggests nothing.
---@param client vim.lsp.Client
---@param place unmask.Place
---@param result any
---@param invoked boolean
---@return unmask.Answer?
function M.answer(client, place, result, invoked)
  local items = result and (result.items or result) or {}
  if #items == 0 then
    return nil
  end
  return Answer.new({
    client = client,
    bufnr = place.bufnr,
    items = items,
    invoked = invoked,
    line = place.line,
  })
end

--- Asks; `done` gets the answer, or nil, unless the cursor or the text is another by then.
---@param client vim.lsp.Client
---@param invoked boolean Whether a person asked.
---@param done fun(answer?: unmask.Answer)
---@return integer? id to cancel it by
function M.send(client, invoked, done)
  local place = M.place()
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(place.bufnr),
    position = position.cursor(client.offset_encoding),
    context = { triggerKind = invoked and 1 or 2 },
  }
  return lsp.request(client, M.METHOD, params, function(err, result)
    if not err and M.still(place) then
      done(M.answer(client, place, result, invoked))
    end
  end, place.bufnr)
end

return M
