-- How Neovim 0.11 and later start the server. Works alone too: copied to `~/.config/nvim/lsp/`, it
-- gives Neovim 0.12 suggestions without the rest of the plugin.
-- No `filetypes`: every file is offered, and the server knows which ones to leave alone.
local REPOSITORY = { '.git', '.jj', '.hg', '.svn', '.fslckout' }
-- stylua: ignore
local PROJECT = {
  'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod', 'composer.json', 'Gemfile', 'mix.exs',
  'CMakeLists.txt', 'meson.build', 'build.gradle', 'pom.xml', 'build.zig', 'Makefile',
  '.editorconfig', '.luarc.json', '.unmaskignore',
}

---@type vim.lsp.Config
return {
  cmd = { 'unmask', 'lsp' },
  -- The repository around a file, else the nearest folder that looks like a project, else none.
  root_dir = function(bufnr, on_dir)
    on_dir(vim.fs.root(bufnr, REPOSITORY) or vim.fs.root(bufnr, PROJECT))
  end,
  on_attach = function(client, bufnr)
    local has_plugin, unmask = pcall(require, 'unmask')
    if has_plugin then
      unmask.attach(client, bufnr)
    elseif vim.lsp.inline_completion then
      vim.lsp.inline_completion.enable(true, { bufnr = bufnr, client_id = client.id })
    end
  end,
}
