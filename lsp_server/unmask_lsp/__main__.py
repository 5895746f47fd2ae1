"""`python -m unmask_lsp` is the `unmask` command."""

from unmask_lsp.cli.main import main

main()
