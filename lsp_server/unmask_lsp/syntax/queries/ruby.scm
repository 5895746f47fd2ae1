; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[
  (string) (subshell) (regex) (heredoc_body) (string_array) (symbol_array) (delimited_symbol)
] @string
(interpolation) @code

; What breaks a program though the grammar takes it as a name.
((identifier) @error (#eq? @error "end"))
