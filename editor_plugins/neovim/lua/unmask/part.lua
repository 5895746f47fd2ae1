--- How much of a suggestion is taken at a time.
local M = {}

--- White space, and the word or the signs behind it.
---@type unmask.Take
function M.word(text)
  return vim.fn.matchstr(text, [[\v^\_s*%(\k+|%(\k@!\S)+)?]])
end

--- The rest of the line, or the next line where this one is at its end.
---@type unmask.Take
function M.line(text)
  return vim.fn.matchstr(text, [[\v^\n*[^\n]*]])
end

return M
