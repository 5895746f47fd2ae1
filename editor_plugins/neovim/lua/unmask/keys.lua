--- Keys of insert mode: <Plug> mappings for every action, and the keys a person wants for them.
local M = {}

---@type table<unmask.Action, string>
local DOES = {
  accept = 'Accept the suggestion',
  accept_word = 'Accept a word of the suggestion',
  accept_line = 'Accept a line of the suggestion',
  next = 'Next suggestion',
  previous = 'Previous suggestion',
  dismiss = 'Dismiss the suggestion',
  trigger = 'Suggest now',
}

---@param action unmask.Action
---@return string
local function plug(action)
  return ('<Plug>(unmask-%s)'):format(action:gsub('_', '-'))
end

--- Whether the popup menu has an entry selected: then its keys are the menu's.
---@return boolean
local function is_choosing()
  return vim.fn.pumvisible() == 1 and vim.fn.complete_info({ 'selected' }).selected >= 0
end

--- Maps <Plug>(unmask-accept) and the others.
function M.plug()
  for action, does in pairs(DOES) do
    vim.keymap.set('i', plug(action), function()
      require('unmask')[action]()
    end, { desc = 'Unmask: ' .. does })
  end
end

--- Keeps what a key did before under a name of its own, for when nothing is suggested.
---@param key string
---@param action unmask.Action
---@return string what to press instead
local function before(key, action)
  local name = ('<Plug>(unmask-before-%s)'):format(action:gsub('_', '-'))
  local earlier = vim.fn.maparg(key, 'i', false, true)
  local is_ours = earlier.desc == 'Unmask: ' .. DOES[action]
  if not is_ours and not vim.tbl_isempty(earlier) then
    vim.fn.mapset(vim.tbl_extend('force', earlier, { lhs = name, lhsraw = vim.keycode(name) }))
  end
  return vim.fn.maparg(name, 'i') ~= '' and name or key
end

--- Maps keys; where nothing is suggested they do what they did before.
---@param keys table<unmask.Action, string|false>
function M.map(keys)
  for action, key in pairs(keys) do
    if key then
      local instead = before(key, action)
      vim.keymap.set('i', key, function()
        return not is_choosing() and require('unmask')[action]() and '' or instead
      end, { expr = true, remap = instead ~= key, desc = 'Unmask: ' .. DOES[action] })
    end
  end
end

return M
