; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[(string_literal) (raw_string_literal) (system_lib_string) (char_literal)] @string
