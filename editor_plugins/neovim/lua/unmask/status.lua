--- What the server says of itself, for status lines.
local lsp = require('unmask.client')

local M = {}

---@class unmask.Status
---@field state string One of those in WORDS.
---@field message string One line for a person.
---@field kind 'Normal'|'Warning'|'Error'|'Inactive'
---@field busy boolean
---@field percent? integer Of loading, 0 to 100.
---@field model? string
---@field action? lsp.Command What a person can do about it.

---@type table<string, string>
local WORDS = {
  needsDownload = 'Unmask: needs download',
  loading = 'Unmask: loading',
  reading = 'Unmask: reading',
  ready = 'Unmask',
  busy = 'Unmask …',
  timedOut = 'Unmask: late',
  slow = 'Unmask: slow',
  private = 'Unmask: private',
  off = 'Unmask: off',
  problem = 'Unmask: problem',
}
local OFF_HERE = 'Unmask: off here'

---@type table<integer, unmask.Status?> By client id.
local said = {}

--- Takes over what a server says; `User UnmaskStatus` fires.
---@type lsp.Handler
function M.handle(_, status, ctx)
  said[ctx.client_id] = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'UnmaskStatus', modeline = false, data = status })
  vim.cmd.redrawstatus({ bang = true })
end

--- What a server said last.
---@param id integer
---@return unmask.Status?
function M.of_client(id)
  return said[id]
end

--- What the server of a buffer said last; nil if none runs or it has said nothing yet.
---@param bufnr? integer
---@return unmask.Status?
function M.get(bufnr)
  local client = lsp.of(bufnr)
  return client and said[client.id]
end

--- One or two words for a status line; empty where no server runs.
---@param bufnr? integer
---@return string
function M.text(bufnr)
  if not lsp.of(bufnr) then
    return ''
  elseif not require('unmask').is_on_in_buffer(bufnr) then
    return OFF_HERE
  end
  local status = M.get(bufnr)
  local words = status and WORDS[status.state] or WORDS.ready
  return status and status.percent and ('%s %d %%'):format(words, status.percent) or words
end

--- The same with the server's own words, for a person who asks.
---@return string
function M.line()
  local status, words = M.get(), M.text()
  if words == '' then
    return 'Unmask: no server runs for this file; see :checkhealth unmask'
  end
  if words == OFF_HERE then
    return words .. ': switched off for this buffer; :Unmask! on'
  end
  local model = status and status.model and (' (%s)'):format(status.model) or ''
  local message = status and status.message ~= '' and ': ' .. status.message or ''
  local action = status and status.action and '; :Unmask act: ' .. status.action.title or ''
  return words .. model .. message .. action
end

return M
