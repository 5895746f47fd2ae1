-- How Neovim 0.11 and later start the server. Works alone too: copied to `~/.config/nvim/lsp/`, it
-- gives Neovim 0.12 suggestions without the rest of the plugin.
-- No `filetypes`: every file is offered, and the server knows which ones to leave alone.
---@type vim.lsp.Config
return {
  cmd = { 'unmask', 'lsp' },
  root_markers = { '.git' },
  on_attach = function(client, bufnr)
    local has_plugin, unmask = pcall(require, 'unmask')
    if has_plugin then
      unmask.attach(client, bufnr)
    elseif vim.lsp.inline_completion then
      vim.lsp.inline_completion.enable(true, { bufnr = bufnr, client_id = client.id })
    end
  end,
}
