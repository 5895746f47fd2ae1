; What the cursor may be inside of; the innermost one wins.
(comment) @comment
(quoted_attribute_value) @string
[(text) (raw_text)] @code

; What breaks a page though the grammar takes it.
(erroneous_end_tag) @error
