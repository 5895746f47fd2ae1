--- `:Unmask`, and what its sub-commands do.
local config = require('unmask.config')
local lsp = require('unmask.client')
local window = require('unmask.window')

local M = {}

---@class unmask.Call
---@field args string[] What follows the sub-command.
---@field bang boolean
---@field selection? { first: integer, last: integer }

---@class unmask.SubCommand
---@field run fun(call: unmask.Call)
---@field complete? fun(): string[]

---@param text string
local function say(text)
  vim.notify('unmask: ' .. text)
end

--- The server of this file, else of another one; says where there is none.
---@return vim.lsp.Client?
local function server()
  local client = lsp.of() or lsp.all()[1]
  if not client then
    vim.notify('unmask: no server runs; :checkhealth unmask says why', vim.log.levels.WARN)
  end
  return client
end

---@param command string
---@param said? string What to say when it is done.
local function tell(command, said)
  return function()
    local client = server()
    if client then
      lsp.command(client, command, {}, said and function()
        say(said)
      end)
    end
  end
end

---@param command string
---@param title string
local function show(command, title)
  return function()
    local client = server()
    if not client then
      return
    end
    lsp.command(client, command, {}, function(result)
      local lines = vim.split(vim.trim(result.markdown), '\n', { plain = true })
      window.open({ lines = lines, filetype = 'markdown', title = title })
    end)
  end
end

---@param is_on boolean
local function switch(is_on)
  return function(call)
    if call.bang then
      require('unmask').enable_buffer(is_on)
    else
      lsp.configure({ enabled = is_on })
    end
    if is_on and #lsp.all() == 0 then
      lsp.enable()
    end
  end
end

--- Sets a setting to the argument, or says what it is.
---@param name string
local function setting(name)
  return function(call)
    local value = call.args[1]
    if value then
      lsp.configure({ [name] = value })
    else
      say(('%s is %s'):format(name, lsp.setting(name) or "the server's default"))
    end
  end
end

--- The lines of the last visual selection of this buffer, if there was one.
---@return { first: integer, last: integer }?
local function last_selection()
  local first, last = vim.fn.line("'<"), vim.fn.line("'>")
  return first > 0 and { first = first, last = last } or nil
end

---@param words string[]
local function one_of(words)
  return function()
    return words
  end
end

---@return string[]
local function models()
  local listed = vim.system({ config.options.cmd[1], 'models', '--json' }, { text = true }):wait()
  return vim.tbl_map(function(model)
    return model.name
  end, listed.code == 0 and vim.json.decode(listed.stdout) or {})
end

---@type table<string, unmask.SubCommand>
M.subcommands = {
  on = { run = switch(true) },
  off = { run = switch(false) },
  toggle = {
    run = function(call)
      local is_on = lsp.setting('enabled') ~= false
      if call.bang then
        is_on = require('unmask').is_on_in_buffer()
      end
      switch(not is_on)(call)
    end,
  },
  model = { run = setting('model'), complete = models },
  eagerness = {
    run = setting('eagerness'),
    complete = one_of({ 'quiet', 'normal', 'eager', 'manual' }),
  },
  explain = { run = show('unmask.explainLast', 'The last suggestion') },
  stats = { run = show('unmask.stats', 'Your suggestions') },
  ['erase-stats'] = { run = tell('unmask.eraseStats', 'the figures are erased') },
  restart = { run = tell('unmask.restartEngine') },
  download = { run = tell('unmask.download') },
  status = {
    run = function()
      vim.notify(require('unmask.status').line())
    end,
  },
  log = {
    run = function()
      vim.cmd.tabedit({ vim.fn.fnameescape(vim.lsp.log.get_filename()), magic = { file = false } })
      vim.cmd('normal! G')
    end,
  },
  fill = {
    run = function(call)
      local scope = call.args[1] or (call.selection and 'selection' or 'body')
      local selection = call.selection or (scope == 'selection' and last_selection() or nil)
      require('unmask.fill').fill(scope, selection)
    end,
    complete = one_of({ 'selection', 'body', 'file' }),
  },
}

---@param call vim.api.keyset.create_user_command.command_args
local function run(call)
  local name, rest = call.fargs[1] or 'status', vim.list_slice(call.fargs, 2)
  local subcommand = M.subcommands[name]
  if not subcommand then
    vim.notify(
      ('unmask: there is no :Unmask %s; see :help :Unmask'):format(name),
      vim.log.levels.ERROR
    )
    return
  end
  local selection = call.range > 0 and { first = call.line1, last = call.line2 } or nil
  subcommand.run({ args = rest, bang = call.bang, selection = selection })
end

---@param lead string What stands of the word at the cursor.
---@param line string
---@return string[]
local function complete(lead, line)
  local name = line:match('Unmask!?%s+(%S+)%s')
  local words = vim.tbl_keys(M.subcommands)
  if name then
    local subcommand = M.subcommands[name]
    words = subcommand and subcommand.complete and subcommand.complete() or {}
  end
  table.sort(words)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

--- Makes the command.
function M.create()
  vim.api.nvim_create_user_command('Unmask', run, {
    nargs = '*',
    bang = true,
    range = true,
    complete = complete,
    desc = 'Unmask: on, off, model, explain, fill, …',
  })
end

return M
