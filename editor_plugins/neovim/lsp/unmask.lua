-- Unmask for Neovim 0.12 and later: starts the server and draws its suggestions as ghost text.
-- No `filetypes`: every file is offered, and the server knows which ones to leave alone.
return {
  cmd = { 'unmask', 'lsp' },
  root_markers = { '.git' },
  on_attach = function(client)
    vim.lsp.inline_completion.enable(true, { client_id = client.id })
  end,
}
