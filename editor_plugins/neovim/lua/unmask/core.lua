--- Suggestions as Neovim 0.12 asks for and draws them (`:help lsp-inline_completion`), with what it
--- leaves out: answers that come too late are dropped, a person may ask, and may take a part.
---
--- It hooks in where the core sends its requests, client.request, since the core shows nobody what
--- it has got and cannot be told to ask.
local request = require('unmask.request')

local M = {}

local core = vim.lsp.inline_completion

---@class unmask.Wish
---@field count? integer How far to go on in what comes.

---@type table<integer, boolean?> Which servers are asked through us, by client id.
local adopted = {}
---@type table<integer, boolean?> Which buffers are served.
local attached = {}
---@type table<integer, unmask.Answer?> What the core shows, by buffer.
local answers = {}
---@type table<integer, unmask.Wish?> What a person asks for: the next request of a buffer is theirs.
local wishes = {}

--- Sends the core's request, for a person if one has asked, and keeps the answer.
---@param client vim.lsp.Client
---@param send function
---@param params table
---@param handler lsp.Handler
---@param bufnr integer
local function ask(client, send, params, handler, bufnr)
  local place, wish = request.place(), wishes[bufnr]
  wishes[bufnr] = nil
  params.context.triggerKind = wish and 1 or 2
  return send(client, request.METHOD, params, function(err, result, ctx)
    if err or not attached[bufnr] or not request.still(place) then
      return
    end
    local answer = request.answer(client, place, result, wish ~= nil)
    answers[bufnr] = answer
    handler(nil, result or {}, ctx)
    if answer and wish and wish.count then
      M.select(bufnr, wish.count)
    elseif answer then
      answer:was_shown()
    end
  end, bufnr)
end

--- Goes between the core and a server.
---@param client vim.lsp.Client
local function adopt(client)
  local send = client.request
  adopted[client.id] = true
  client.request = function(self, method, params, handler, bufnr)
    if method ~= request.METHOD then
      return send(self, method, params, handler, bufnr)
    elseif attached[bufnr] then
      return ask(self, send, params, handler, bufnr)
    end
    return false
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  if not adopted[client.id] then
    adopt(client)
  end
  attached[bufnr] = true
  core.enable(true, { bufnr = bufnr, client_id = client.id })
end

--- Leaves a buffer alone. Not by the core's own switch, which is one for all servers of a buffer.
---@param bufnr integer
function M.detach(bufnr)
  M.dismiss(bufnr)
  attached[bufnr] = nil
end

--- Whether a buffer is served.
---@param bufnr integer
---@return boolean
function M.is_attached(bufnr)
  return attached[bufnr] or false
end

--- What is shown and belongs at the cursor.
---@param bufnr integer
---@return unmask.Answer?
function M.shown(bufnr)
  local answer = answers[bufnr]
  return answer and answer:rest() and answer or nil
end

--- Takes what is shown off the screen, and whatever is on its way.
---@param bufnr integer
---@return boolean whether anything was shown
function M.dismiss(bufnr)
  answers[bufnr] = nil
  return core.get({ bufnr = bufnr, on_accept = function() end })
end

--- Accepts what is shown, or a part of it; the core asks for the rest by itself.
---@param bufnr integer
---@param part? unmask.Part
---@return boolean whether anything was shown
function M.accept(bufnr, part)
  local answer = M.shown(bufnr)
  return answer ~= nil
    and core.get({
      bufnr = bufnr,
      on_accept = function()
        answer:accept(part)
      end,
    })
end

--- Shows another of the suggestions there are.
---@param bufnr integer
---@param count integer
function M.select(bufnr, count)
  local answer = M.shown(bufnr)
  if answer then
    core.select({ bufnr = bufnr, count = count })
    answer:go(count)
  end
end

--- Has the core ask for suggestions as a person does; it takes its usual pause.
---@param bufnr integer
---@param count? integer How far to go on in what comes.
function M.trigger(bufnr, count)
  wishes[bufnr] = { count = count }
  vim.api.nvim_exec_autocmds('CursorMovedI', { buffer = bufnr, modeline = false })
end

return M
