--- What the server has suggested at a place: which suggestion is shown, what of it is not typed yet,
--- and how it gets into the text. Asks and draws nothing.
---
--- Whether a suggestion still fits is judged here as long as nothing but its own text was typed: a
--- key must not wait for the server. All other cases are the server's.
local lsp = require('unmask.client')
local position = require('unmask.position')

---@class unmask.Answer
---@field client vim.lsp.Client
---@field bufnr integer
---@field items lsp.InlineCompletionItem[] Best first; at least one.
---@field index integer The one that is shown.
---@field invoked boolean Whether a person asked: then these are all there are.
---@field line string The cursor's line as it was when they were asked for.
---@field counted boolean Whether a person goes through them.
local Answer = {}
Answer.__index = Answer

---@class unmask.Rest
---@field row integer
---@field col integer Where it goes, in bytes: at the cursor.
---@field end_col integer Where what it replaces ends.
---@field text string What is not typed yet.
---@field typed string What is.

---@alias unmask.Part 'word'|'line' What is taken at a time; the server says where it ends.

---@param fields { client: vim.lsp.Client, bufnr: integer, items: table[], invoked: boolean, line: string }
---@return unmask.Answer
function Answer.new(fields)
  return setmetatable(vim.tbl_extend('force', fields, { index = 1, counted = false }), Answer)
end

---@return lsp.InlineCompletionItem
function Answer:item()
  return self.items[self.index]
end

--- What is left of the suggestion at the cursor; nil where it does not belong any more.
---@return unmask.Rest?
function Answer:rest()
  local item = self:item()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local here = vim.api.nvim_get_current_buf() == self.bufnr and row - 1 == item.range.start.line
  if not here then
    return nil
  end
  local line = vim.api.nvim_get_current_line()
  local start, stop = self:column(item.range.start), self:column(item.range['end'])
  local typed, behind = line:sub(start + 1, col), self.line:sub(stop + 1)
  local end_col = #line - #behind
  local stands = start <= col
    and col <= end_col
    and line:sub(1, start) == self.line:sub(1, start)
    and vim.endswith(line, behind)
    and vim.endswith(self.line:sub(start + 1, stop), line:sub(col + 1, end_col))
  if not stands or typed == item.insertText or not vim.startswith(item.insertText, typed) then
    return nil
  end
  local text = item.insertText:sub(#typed + 1)
  return { row = row - 1, col = col, end_col = end_col, text = text, typed = typed }
end

--- A place's byte in the line that was asked about.
---@private
---@param place lsp.Position
---@return integer
function Answer:column(place)
  return position.byte(self.line, place.character, self.client.offset_encoding)
end

--- Bytes of the suggestion up to the end of its next part; all of it where there is no other.
---@private
---@param part unmask.Part
---@param typed integer Bytes that are there already.
---@return integer
function Answer:part_end(part, typed)
  local item = self:item()
  for _, unit in ipairs(item.parts and item.parts[part] or {}) do
    local stop = position.byte(item.insertText, unit, self.client.offset_encoding)
    if stop > typed then
      return stop
    end
  end
  return #item.insertText
end

--- Puts the suggestion into the text, or its next part.
---@param kind? unmask.Part
---@return boolean whether it still belonged here
function Answer:accept(kind)
  local rest = self:rest()
  if not rest then
    return false
  end
  local part = kind and rest.text:sub(1, self:part_end(kind, #rest.typed) - #rest.typed)
    or rest.text
  local is_whole = part == rest.text
  local lines = vim.split(part, '\n', { plain = true })
  local end_col = is_whole and rest.end_col or rest.col
  vim.cmd('let &undolevels = &undolevels') -- undo takes back this alone
  vim.api.nvim_buf_set_text(self.bufnr, rest.row, rest.col, rest.row, end_col, lines)
  local col = (#lines == 1 and rest.col or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { rest.row + #lines, col })
  if is_whole then
    self:was_accepted()
  else
    self:was_accepted_in_part(rest.typed .. part)
  end
  return true
end

--- Goes on to another of the items, around the end.
---@param count integer
function Answer:go(count)
  self.index, self.counted = (self.index - 1 + count) % #self.items + 1, true
  self:was_shown()
end

--- Tells the server what a person sees.
function Answer:was_shown()
  lsp.notify(self.client, 'textDocument/didShowCompletion', { item = self:item() })
end

---@private
function Answer:was_accepted()
  local command = self:item().command
  if command then
    lsp.command(self.client, command.command, command.arguments)
  end
end

---@private
---@param text string From the start of the suggestion.
function Answer:was_accepted_in_part(text)
  local params = { item = self:item(), acceptedLength = position.units(text, 'utf-16') }
  lsp.notify(self.client, 'textDocument/didPartiallyAcceptCompletion', params)
end

return Answer
