; What the cursor may be inside of; the innermost one wins.
(comment) @comment
[
  (string_literal) (verbatim_string_literal) (raw_string_literal)
  (interpolated_string_expression) (character_literal)
] @string
(interpolation) @code
