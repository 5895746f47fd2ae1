; What the cursor may be inside of; the innermost one wins.
(comment) @comment
(string) @string

; Scopes that start with their first statement.
(block) @scope
