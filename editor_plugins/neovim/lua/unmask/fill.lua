--- Fills a selection, a body or every hole of a file: shows what would change, and changes it when a
--- person says so. What to write there is the server's.
local lsp = require('unmask.client')
local position = require('unmask.position')
local window = require('unmask.window')

local M = {}

---@alias unmask.Scope 'selection'|'body'|'file'|'redo'

---@class unmask.Candidate
---@field label string
---@field text string
---@field edit lsp.WorkspaceEdit
---@field command? lsp.Command What to run when it is applied.

local diff = vim.text and vim.text.diff or vim.diff

---@param edit lsp.WorkspaceEdit
---@return lsp.TextEdit[]
local function edits_of(edit)
  local first = edit.documentChanges and edit.documentChanges[1]
  return first and first.edits or select(2, next(edit.changes or {})) or {}
end

--- What an edit would change, as a unified diff.
---@param candidate unmask.Candidate
---@param bufnr integer
---@param encoding string
---@return string[]
local function changes(candidate, bufnr, encoding)
  local copy = vim.api.nvim_create_buf(false, true)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  vim.api.nvim_buf_set_lines(copy, 0, -1, false, lines)
  local edits = vim.tbl_map(function(edit)
    return { range = edit.range, newText = edit.newText }
  end, edits_of(candidate.edit))
  vim.lsp.util.apply_text_edits(edits, copy, encoding)
  local after = vim.api.nvim_buf_get_lines(copy, 0, -1, false)
  vim.api.nvim_buf_delete(copy, { force = true })
  local text = diff(table.concat(lines, '\n') .. '\n', table.concat(after, '\n') .. '\n')
  return vim.split(vim.trim(text --[[@as string]]), '\n')
end

--- Shows one candidate; <CR> takes it, <Tab> and <S-Tab> show the others.
---@param candidates unmask.Candidate[]
---@param index integer
---@param bufnr integer
---@param client vim.lsp.Client
local function preview(candidates, index, bufnr, client)
  local candidate = candidates[index]
  local function go(count)
    return function(close)
      close()
      preview(candidates, (index - 1 + count) % #candidates + 1, bufnr, client)
    end
  end
  window.open({
    lines = changes(candidate, bufnr, client.offset_encoding),
    filetype = 'diff',
    title = ('%s (%d/%d)'):format(candidate.label, index, #candidates),
    footer = '<CR> take  <Tab> next  q leave',
    keys = {
      ['<CR>'] = function(close)
        close()
        vim.lsp.util.apply_workspace_edit(candidate.edit, client.offset_encoding)
        if candidate.command then
          lsp.command(client, candidate.command.command, candidate.command.arguments)
        end
      end,
      ['<Tab>'] = go(1),
      ['<S-Tab>'] = go(-1),
    },
  })
end

--- What is selected: whole lines, or characters where the last visual selection was of characters.
---@param first integer Line, from 1.
---@param last integer
---@param encoding string
---@return lsp.Range
local function selected(first, last, encoding)
  local is_last_visual = vim.fn.line("'<") == first and vim.fn.line("'>") == last
  if is_last_visual and vim.fn.visualmode() == 'v' then
    return position.selection(encoding)
  end
  return position.lines(first, last, encoding)
end

--- Asks for candidates and shows them.
---@param scope unmask.Scope
---@param selection? { first: integer, last: integer } Lines, from 1; the cursor if there is none.
function M.fill(scope, selection)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = lsp.of(bufnr)
  if not client then
    vim.notify('unmask: no server runs for this file; :checkhealth unmask', vim.log.levels.WARN)
    return
  end
  local encoding = client.offset_encoding
  local ask = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    position = position.cursor(encoding),
    range = selection and selected(selection.first, selection.last, encoding),
    scope = scope,
  }
  lsp.command(client, 'unmask.fill', { ask }, function(result)
    if not result or #(result.candidates or {}) == 0 then
      vim.notify('unmask: ' .. (result and result.message or 'nothing to fill'))
      return
    end
    preview(result.candidates, 1, bufnr, client)
  end)
end

return M
