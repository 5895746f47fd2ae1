; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(string) (raw_string) (ansi_c_string) (heredoc_body)] @string
[(command_substitution) (process_substitution) (expansion) (arithmetic_expansion)] @code

; What breaks a script though the grammar takes it as a command.
((command_name (word) @error) (#any-of? @error "fi" "done" "esac" "}"))
