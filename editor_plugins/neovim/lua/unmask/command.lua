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
      local lines = vim.split(vim.trim(result.text), '\n', { plain = true })
      window.open({ lines = lines, filetype = 'unmask', title = title })
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

--- Pauses for so many minutes, or until the server is started again.
local function snooze(call)
  local client, word = server(), call.args[1] or '5'
  local minutes = tonumber(word)
  if not minutes and word ~= 'restart' then
    vim.notify('unmask: a pause is of minutes, or until restart', vim.log.levels.ERROR)
  elseif client then
    lsp.command(client, 'unmask.snooze', { minutes or vim.NIL })
  end
end

local explain = show('unmask.explainLast', 'The last suggestion')

--- Actions of the status that are not the server's.
---@type table<string, fun(...)>
local OWN = {
  ['unmask.explainLast'] = explain,
  ['unmask.openSettings'] = function(name)
    vim.cmd.help('unmask-setting-' .. name)
  end,
  ['unmask.changeSetting'] = function(name, value)
    lsp.configure({ [name] = value })
    say(('%s is %s now; in setup() it would stay so'):format(name, value))
  end,
}

--- Does what helps in the state the server is in.
local function act()
  local client, status = server(), require('unmask.status').get()
  local action = status and status.action
  if client and not action then
    say('nothing need be done')
  elseif client and action then
    local own = OWN[action.command]
    if own then
      own(unpack(action.arguments or {}))
    else
      lsp.command(client, action.command, action.arguments)
    end
  end
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
  snooze = { run = snooze, complete = one_of({ '5', '30', 'restart' }) },
  resume = { run = tell('unmask.resume') },
  act = { run = act },
  explain = { run = explain },
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
      local is_selected = scope == 'selection' or scope == 'redo'
      local selection = call.selection or (is_selected and last_selection() or nil)
      require('unmask.fill').fill(scope, selection)
    end,
    complete = one_of({ 'selection', 'body', 'file', 'redo' }),
  },
}

---@param call vim.api.keyset.create_user_command.command_args
local function run(call)
  local word, rest = call.fargs[1] or 'status', vim.list_slice(call.fargs, 2)
  local name, bang = word:gsub('!$', '') -- `:Unmask off!` means `:Unmask! off`
  local subcommand = M.subcommands[name]
  if not subcommand then
    vim.notify(
      ('unmask: there is no :Unmask %s; see :help :Unmask'):format(name),
      vim.log.levels.ERROR
    )
    return
  end
  local selection = call.range > 0 and { first = call.line1, last = call.line2 } or nil
  subcommand.run({ args = rest, bang = call.bang or bang > 0, selection = selection })
end

---@param lead string What stands of the word at the cursor.
---@param line string
---@return string[]
local function complete(lead, line)
  local name = line:match('Unmask!?%s+(%S-)!?%s')
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
