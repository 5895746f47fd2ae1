--- `:checkhealth unmask`
local config = require('unmask.config')
local lsp = require('unmask.client')
local status = require('unmask.status')

local M = {}

local health = vim.health

local function neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    health.error(('Neovim %s is too old'):format(version), 'Unmask needs Neovim 0.10 or newer')
    return
  end
  local who = config.options.ghost == 'core' and 'Neovim asks and draws'
    or 'the plugin asks and draws'
  health.ok(('Neovim %s: %s'):format(version, who))
end

---@return boolean
local function command()
  local name = config.options.cmd[1]
  if vim.fn.executable(name) == 0 then
    health.error(('no command `%s` on the PATH of this Neovim'):format(name), {
      'install Unmask (`:help unmask-install`), and start Neovim from a shell that finds it',
      'or say where it is: require("unmask").setup({ cmd = { "/path/to/unmask", "lsp" } })',
    })
    return false
  end
  local asked = vim.system({ name, '--version' }, { text = true }):wait()
  if asked.code ~= 0 then
    health.error(('`%s --version` fails'):format(name), vim.trim(asked.stderr or ''))
    return false
  end
  health.ok(('%s: %s'):format(vim.fn.exepath(name), vim.trim(asked.stdout)))
  return true
end

---@param client vim.lsp.Client
local function server(client)
  local name = ('server %d, in %s'):format(client.id, client.root_dir or 'no project')
  if not client.server_capabilities.inlineCompletionProvider then
    health.error(name .. ': it suggests nothing', 'another program may be called `unmask`')
    return
  end
  local said = status.of_client(client.id)
  if said and (said.kind == 'Error' or said.kind == 'Warning') then
    health.warn(('%s: %s'):format(name, said.message), ':Unmask log may say more')
  else
    health.ok(('%s: %s'):format(name, said and said.state or 'it runs'))
  end
end

local function keys()
  for action, key in pairs(config.options.keys) do
    local map = key and vim.fn.maparg(key, 'i', false, true) or {}
    if not vim.tbl_isempty(map) and not vim.startswith(map.desc or '', 'Unmask') then
      health.info(('%s is not for `%s`: %s'):format(key, action, map.desc or map.rhs or 'mapped'))
    end
  end
end

function M.check()
  health.start('unmask')
  neovim()
  local has_command = command()
  local clients = lsp.all()
  vim.tbl_map(server, clients)
  if has_command and #clients == 0 then
    health.info('no server runs: open a file, after require("unmask").setup()')
  end
  keys()
end

return M
