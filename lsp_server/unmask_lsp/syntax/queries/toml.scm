; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(string) (quoted_key)] @string
