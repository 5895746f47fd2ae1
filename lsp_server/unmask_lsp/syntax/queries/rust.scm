; What the cursor may be inside of; the innermost one wins.
[(line_comment) (block_comment)] @comment
[(string_literal) (raw_string_literal) (char_literal)] @string
