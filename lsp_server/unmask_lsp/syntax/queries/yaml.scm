; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(double_quote_scalar) (single_quote_scalar) (block_scalar)] @string

; Scopes that start with their first statement.
[(block_mapping) (block_sequence)] @scope
