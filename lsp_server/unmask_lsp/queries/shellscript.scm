; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(string) (raw_string) (ansi_c_string) (heredoc_body)] @string
[(command_substitution) (process_substitution) (expansion) (arithmetic_expansion)] @code
