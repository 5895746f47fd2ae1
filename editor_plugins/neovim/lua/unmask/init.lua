--- Unmask in Neovim: what a person's configuration calls. `:help unmask`
local client = require('unmask.client')
local config = require('unmask.config')
local diagnostics = require('unmask.diagnostics')
local focus = require('unmask.focus')
local status = require('unmask.status')

local M = {}

---@return table backend unmask.core or unmask.ghost: they have the same functions
local function backend()
  return require(config.options.ghost == 'core' and 'unmask.core' or 'unmask.ghost')
end

--- Starts the server for every file, and maps the keys that are free.
---@param options? unmask.Options
function M.setup(options)
  config.set(options)
  require('unmask.keys').map(config.options.keys)
  local command = config.options.cmd[1]
  if vim.fn.executable(command) == 0 then
    vim.notify_once(
      ('unmask: no command %q here; :checkhealth unmask says what to do'):format(command),
      vim.log.levels.WARN
    )
    return
  end
  client.enable()
end

--- Shows the suggestions of a server in a buffer; lsp/unmask.lua calls it.
---@param server vim.lsp.Client
---@param bufnr integer
function M.attach(server, bufnr)
  server.handlers['didChangeStatus'] = status.handle
  backend().attach(server, bufnr)
  diagnostics.attach(bufnr)
  focus.attach(bufnr)
end

--- Accepts the suggestion. Good in an <expr> mapping: false means that there is none.
---@return boolean
function M.accept()
  return backend().accept(vim.api.nvim_get_current_buf())
end

--- Accepts the next word of it.
---@return boolean
function M.accept_word()
  return backend().accept(vim.api.nvim_get_current_buf(), 'word')
end

--- Accepts the next line of it.
---@return boolean
function M.accept_line()
  return backend().accept(vim.api.nvim_get_current_buf(), 'line')
end

---@param count integer
---@return boolean
local function go(count)
  local bufnr = vim.api.nvim_get_current_buf()
  local answer = backend().shown(bufnr)
  if answer and answer.invoked then
    backend().select(bufnr, count)
  elseif answer then
    backend().trigger(bufnr, count)
  end
  return answer ~= nil
end

--- Shows the next suggestion; asks for more of them the first time.
---@return boolean
function M.next()
  return go(1)
end

--- Shows the one before.
---@return boolean
function M.previous()
  return go(-1)
end

--- Takes the suggestion off the screen, until the cursor moves on.
---@return boolean
function M.dismiss()
  return backend().dismiss(vim.api.nvim_get_current_buf())
end

--- Asks for suggestions now, also where nothing is suggested by itself.
---@return boolean
function M.trigger()
  backend().trigger(vim.api.nvim_get_current_buf())
  return true
end

--- Whether a suggestion is shown.
---@return boolean
function M.is_visible()
  return backend().shown(vim.api.nvim_get_current_buf()) ~= nil
end

--- Lets the server suggest in a buffer, or not.
---@param is_on boolean
---@param bufnr? integer
function M.enable_buffer(is_on, bufnr)
  bufnr = bufnr or vim.api.nvim_get_current_buf()
  local server = client.of(bufnr)
  if is_on and server then
    backend().attach(server, bufnr)
  else
    backend().detach(bufnr)
  end
end

--- Whether suggestions are shown in a buffer, if there are any.
---@param bufnr? integer
---@return boolean
function M.is_on_in_buffer(bufnr)
  return backend().is_attached(bufnr or vim.api.nvim_get_current_buf())
end

--- One or two words for a status line.
---@return string
function M.status()
  return status.text()
end

return M
