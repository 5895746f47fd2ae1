if vim.g.loaded_unmask then
  return
end
vim.g.loaded_unmask = true

vim.api.nvim_set_hl(0, 'UnmaskGhost', { default = true, link = 'Comment' })
vim.api.nvim_set_hl(0, 'UnmaskCount', { default = true, link = 'NonText' })
require('unmask.keys').plug()
require('unmask.command').create()
