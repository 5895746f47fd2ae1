--- What a person has set up: the one place that knows options and their defaults.
local M = {}

---@alias unmask.Action
---| 'accept' the whole suggestion
---| 'accept_word' its next word
---| 'accept_line' its next line
---| 'next' the next suggestion, asked for if there is only one
---| 'previous' the one before
---| 'dismiss' nothing more here
---| 'trigger' ask for suggestions now

---@class unmask.Options
---@field cmd? string[] The command that starts the server.
---@field settings? unmask.Settings What the server is told; `:help unmask-settings`.
---@field keys? table<unmask.Action, string|false> Keys of insert mode; false leaves one out.
---@field ghost? 'own'|'core' Who asks and draws: this plugin, or Neovim (from 0.12 on), later.

---@type unmask.Options
M.defaults = {
  cmd = { 'unmask', 'lsp' },
  settings = {},
  keys = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-C-Right>',
    next = '<M-]>',
    previous = '<M-[>',
    dismiss = '<C-]>',
    trigger = '<M-\\>',
  },
  ghost = 'own',
}

---@type unmask.Options
M.options = M.defaults

--- Takes over what a person has written; raises an error that says which option is no good.
---@param options? unmask.Options
function M.set(options)
  options = options or {}
  for name in pairs(options) do
    if M.defaults[name] == nil then
      error(('unmask: there is no option %q; see :help unmask-options'):format(name), 0)
    end
  end
  M.options = vim.tbl_deep_extend('force', M.defaults, options)
  for action in pairs(M.options.keys) do
    if not M.defaults.keys[action] then
      error(('unmask: no action is called %q; see :help unmask-keys'):format(action), 0)
    end
  end
  if M.options.ghost == 'core' and not vim.lsp.inline_completion then
    error('unmask: ghost = "core" needs Neovim 0.12; leave it out', 0)
  end
end

return M
