; What the cursor may be inside of; the innermost one wins.
[(comment) (html_comment)] @comment
[(string) (template_string)] @string
[(template_substitution) (jsx_text)] @code
