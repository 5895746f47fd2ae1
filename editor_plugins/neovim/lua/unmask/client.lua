--- The server as a client of Neovim's: start it, ask it, tell it settings. Knows no suggestion.
local config = require('unmask.config')

local M = {}

M.NAME = 'unmask'

local has_config = vim.fn.has('nvim-0.11') == 1

--- The servers that run: one for each project.
---@return vim.lsp.Client[]
function M.all()
  return vim.lsp.get_clients({ name = M.NAME })
end

--- The server of a buffer.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.of(bufnr)
  return vim.lsp.get_clients({ name = M.NAME, bufnr = bufnr or 0 })[1]
end

--- Calls a client's method; before 0.11 they were plain functions.
---@param client vim.lsp.Client
---@param method string
---@return any, any
local function call(client, method, ...)
  if has_config then
    return client[method](client, ...)
  end
  return client[method](...)
end

---@param client vim.lsp.Client
---@param method string
---@param params table
---@param done fun(err?: lsp.ResponseError, result?: any)
---@param bufnr integer
---@return integer? id to cancel it by
function M.request(client, method, params, done, bufnr)
  local sent, id = call(client, 'request', method, params, done, bufnr)
  return sent and id or nil
end

---@param client vim.lsp.Client
---@param method string
---@param params table
function M.notify(client, method, params)
  call(client, 'notify', method, params)
end

---@param client vim.lsp.Client
---@param id integer
function M.cancel(client, id)
  call(client, 'cancel_request', id)
end

--- Calls `ended` behind the handler of a request. Neovim keeps from handlers that a server has
--- dropped their request, and tells it by this event alone.
---@param client vim.lsp.Client
---@param id? integer
---@param ended fun()
local function when_ended(client, id, ended)
  vim.api.nvim_create_autocmd('LspRequest', {
    callback = function(event)
      local data = event.data
      local is_it = data.client_id == client.id and data.request_id == id
      if is_it and data.request.type == 'complete' then
        vim.schedule(ended)
        return true
      end
    end,
  })
end

--- Runs a command of the server; says why where it fails.
---@param client vim.lsp.Client
---@param command string
---@param arguments? any[]
---@param done? fun(result: any)
function M.command(client, command, arguments, done)
  local params = { command = command, arguments = arguments or {} }
  local is_answered = false
  local id = M.request(client, 'workspace/executeCommand', params, function(err, result)
    is_answered = true
    if err then
      vim.notify('unmask: ' .. err.message, vim.log.levels.WARN)
    elseif done then
      done(result)
    end
  end, vim.api.nvim_get_current_buf())
  when_ended(client, id, function()
    if not is_answered then
      vim.notify('unmask: the text has changed meanwhile; nothing was done', vim.log.levels.WARN)
    end
  end)
end

--- Changes settings of the servers that run, and of those that are still to come.
---@param change unmask.Settings
function M.configure(change)
  config.options.settings = vim.tbl_extend('force', config.options.settings, change)
  if has_config then
    vim.lsp.config(M.NAME, { settings = { unmask = change } })
  end
  for _, client in ipairs(M.all()) do
    client.settings = vim.tbl_deep_extend('force', client.settings or {}, { unmask = change })
    M.notify(client, 'workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- The value of a setting as it was set here; nil means the server's default.
---@param name string
---@return any
function M.setting(name)
  local client = M.of() or M.all()[1]
  local settings = client and client.settings and client.settings.unmask or config.options.settings
  return settings[name]
end

---@param bufnr integer
local function start_in(bufnr)
  if vim.bo[bufnr].buftype ~= '' then
    return
  end
  local file = vim.api.nvim_get_runtime_file('lsp/unmask.lua', false)[1]
  local own = dofile(file) ---@type vim.lsp.Config
  own.root_dir(bufnr, function(root)
    vim.lsp.start({
      name = M.NAME,
      cmd = config.options.cmd,
      root_dir = root,
      settings = { unmask = config.options.settings },
      on_attach = own.on_attach,
    }, { bufnr = bufnr })
  end)
end

--- Starts a server for every file that is open or will be.
function M.enable()
  if has_config then
    vim.lsp.config(
      M.NAME,
      { cmd = config.options.cmd, settings = { unmask = config.options.settings } }
    )
    vim.lsp.enable(M.NAME)
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('unmask.start', {}),
    callback = function(event)
      start_in(event.buf)
    end,
  })
  vim.tbl_map(start_in, vim.tbl_filter(vim.api.nvim_buf_is_loaded, vim.api.nvim_list_bufs()))
end

return M
