; What the cursor may be inside of; the innermost one wins.
[(comment) (js_comment)] @comment
(string_value) @string
