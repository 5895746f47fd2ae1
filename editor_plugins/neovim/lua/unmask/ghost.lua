--- Suggestions as this plugin asks for and draws them: for Neovim 0.10 and 0.11, and where they are
--- wanted sooner than Neovim 0.12 asks. Behaves as unmask.core does.
local lsp = require('unmask.client')
local request = require('unmask.request')

local M = {}

local PAUSE_MS = 50
local space = vim.api.nvim_create_namespace('unmask')

---@class unmask.Ghost
---@field client vim.lsp.Client
---@field answer? unmask.Answer
---@field timer? uv.uv_timer_t
---@field id? integer The request that runs.
---@field asked? unmask.Place Where a person has asked.

---@type table<integer, unmask.Ghost>
local ghosts = {}

---@param bufnr integer
local function draw(bufnr)
  vim.api.nvim_buf_clear_namespace(bufnr, space, 0, -1)
  local answer = ghosts[bufnr].answer
  local rest = answer and answer:rest()
  if not answer or not rest then
    ghosts[bufnr].answer = nil
    return
  end
  local lines = vim.tbl_map(function(line)
    return { { line, 'UnmaskGhost' } }
  end, vim.split(rest.text, '\n', { plain = true }))
  if answer.counted then
    table.insert(lines[#lines], { (' (%d/%d)'):format(answer.index, #answer.items), 'UnmaskCount' })
  end
  vim.api.nvim_buf_set_extmark(bufnr, space, rest.row, rest.col, {
    virt_text = lines[1],
    virt_text_pos = rest.end_col > rest.col and 'overlay' or 'inline',
    virt_lines = vim.list_slice(lines, 2),
    hl_mode = 'combine',
  })
end

--- Forgets what is asked for.
---@param ghost unmask.Ghost
local function stop(ghost)
  if ghost.timer then
    ghost.timer:stop()
    ghost.timer:close()
  end
  if ghost.id then
    lsp.cancel(ghost.client, ghost.id)
  end
  ghost.timer, ghost.id, ghost.asked = nil, nil, nil
end

---@param bufnr integer
---@param invoked boolean
---@param count? integer How far to go on in what comes.
local function ask(bufnr, invoked, count)
  local ghost = ghosts[bufnr]
  stop(ghost)
  ghost.asked = invoked and request.place() or nil
  ghost.id = request.send(ghost.client, invoked, function(answer)
    ghost.id, ghost.answer = nil, answer
    draw(bufnr)
    if answer and count then
      M.select(bufnr, count)
    elseif answer then
      answer:was_shown()
    end
  end)
end

--- Draws again what still belongs here, and asks after a pause.
---@param bufnr integer
local function moved(bufnr)
  local ghost = ghosts[bufnr]
  if ghost.asked and request.still(ghost.asked) then
    return -- events of earlier keys come late
  end
  stop(ghost)
  draw(bufnr)
  ghost.timer = vim.defer_fn(function()
    ghost.timer = nil
    if ghosts[bufnr] == ghost and vim.api.nvim_get_current_buf() == bufnr then
      ask(bufnr, false)
    end
  end, PAUSE_MS)
end

---@param bufnr integer
---@param client vim.lsp.Client
function M.attach(client, bufnr)
  if ghosts[bufnr] then
    M.detach(bufnr)
  end
  ghosts[bufnr] = { client = client }
  local group = vim.api.nvim_create_augroup('unmask.ghost:' .. bufnr, {})
  vim.api.nvim_create_autocmd({ 'InsertEnter', 'CursorMovedI', 'TextChangedP' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      moved(bufnr)
    end,
  })
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      M.dismiss(bufnr)
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = bufnr,
    callback = function()
      M.detach(bufnr)
    end,
  })
end

---@param bufnr integer
function M.detach(bufnr)
  if ghosts[bufnr] then
    M.dismiss(bufnr)
    vim.api.nvim_del_augroup_by_name('unmask.ghost:' .. bufnr)
    ghosts[bufnr] = nil
  end
end

--- Whether a buffer is served.
---@param bufnr integer
---@return boolean
function M.is_attached(bufnr)
  return ghosts[bufnr] ~= nil
end

--- What is shown and belongs at the cursor.
---@param bufnr integer
---@return unmask.Answer?
function M.shown(bufnr)
  local answer = ghosts[bufnr] and ghosts[bufnr].answer
  return answer and answer:rest() and answer or nil
end

--- Takes what is shown off the screen, and whatever is on its way.
---@param bufnr integer
---@return boolean whether anything was shown
function M.dismiss(bufnr)
  local ghost = ghosts[bufnr]
  if not ghost then
    return false
  end
  local was_shown = ghost.answer ~= nil
  stop(ghost)
  ghost.answer = nil
  draw(bufnr)
  return was_shown
end

--- Accepts what is shown, or a part of it; the rest of it stays. Safe in an <expr> mapping, during
--- which no text may be changed.
---@param bufnr integer
---@param part? unmask.Part
---@return boolean whether anything was shown
function M.accept(bufnr, part)
  local answer = M.shown(bufnr)
  if answer then
    M.dismiss(bufnr)
    vim.schedule(function()
      answer:accept(part)
      ghosts[bufnr].answer = part and answer or nil
    end)
  end
  return answer ~= nil
end

--- Shows another of the suggestions there are.
---@param bufnr integer
---@param count integer
function M.select(bufnr, count)
  local answer = M.shown(bufnr)
  if answer then
    answer:go(count)
    draw(bufnr)
  end
end

--- Asks for suggestions as a person does.
---@param bufnr integer
---@param count? integer How far to go on in what comes.
function M.trigger(bufnr, count)
  if ghosts[bufnr] then
    ask(bufnr, true, count)
  end
end

return M
