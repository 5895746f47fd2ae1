; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(interpreted_string_literal) (raw_string_literal) (rune_literal)] @string

; Scopes that start with their first statement.
(statement_list) @scope
