; What the cursor may be inside of; the innermost one wins.
(comment) @comment
(string) @string
(interpolation) @code

; Scopes that start with their first statement.
(block) @scope

; Bodies that are missing: the parser makes one of nothing, and goes on.
((block) @bodiless (#eq? @bodiless ""))
