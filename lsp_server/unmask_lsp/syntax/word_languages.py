"""Rows of languages whose blocks end with a word or with their indentation, but for those in
languages.py.
"""

from unmask_lsp.syntax.language import BRACKETS_CLOSE, BRACKETS_OPEN, TAG_OPENS, Language

_HASKELL_OPENS = rf"{BRACKETS_OPEN}|(?<!#)\b(do|of|where|let|then|else|in)$|[=|]$|[-=]>$"
_ML_OPENS = rf"{BRACKETS_OPEN}|\b(begin|do|then|else|with|struct|sig|of|function)$|=$|->$"
_JULIA_OPENS = (
    r"^\s*(function|if|elseif|else|for|while|begin|let|module|(mutable\s+)?struct|try|catch|finally"
    rf"|quote|macro)\b|\bdo\b[^()]*$|{BRACKETS_OPEN}"
)
_MAKE_OPENS = r"^[^\s#.][^=]*::?(\s[^=]*)?$|^\s*(define|ifn?eq|ifn?def|else)\b"

WORD_LANGUAGES = (
    Language(
        id="ruby",
        extensions=(".rb", ".rake", ".gemspec"),
        names=("enh-ruby",),
        comment="#",
        long_comment=("=begin", "=end"),
        opens=rf"{BRACKETS_OPEN}|\b(do|then|else|begin|ensure)$|\bdo\s*\|[^|]*\|$|\{{\s*\|[^|]*\|$"
        r"|^\s*(def|class|module|if|elsif|unless|while|until|case|when|in|rescue|for)\b(?!.*\bend$)",
        closes=rf"{BRACKETS_CLOSE}|end\b",
        placeholder=r"raise NotImplementedError.*",
        imports=r"""^\s*require(?:_relative)?\s*\(?\s*["'](?P<file>[\w./-]+)["']""",
        grammar="tree_sitter_ruby:language",
    ),
    Language(
        id="elixir",
        extensions=(".ex", ".exs"),
        comment="#",
        long_quotes=('"""', "'''"),
        opens=rf"{BRACKETS_OPEN}|\b(do|else|rescue|catch|after)$|->$|\bfn$",
        closes=rf"{BRACKETS_CLOSE}|end\b",
        grammar="tree_sitter_elixir:language",
    ),
    Language(
        id="haskell",
        extensions=(".hs",),
        comment="--",
        long_comment=("{-", "-}"),
        quotes='"',
        opens=_HASKELL_OPENS,
        grammar="tree_sitter_haskell:language",
    ),
    Language(
        id="elm",
        extensions=(".elm",),
        comment="--",
        long_comment=("{-", "-}"),
        quotes="",
        opens=_HASKELL_OPENS,
    ),
    Language(
        id="ocaml",
        extensions=(".ml", ".mli"),
        names=("tuareg",),
        long_comment=("(*", "*)"),
        quotes="",
        opens=_ML_OPENS,
    ),
    Language(
        id="fsharp",
        extensions=(".fs", ".fsx", ".fsi"),
        names=("f#", "f#script"),
        comment="//",
        long_comment=("(*", "*)"),
        quotes="",
        opens=_ML_OPENS,
    ),
    Language(
        id="julia",
        extensions=(".jl",),
        comment="#",
        long_comment=("#=", "=#"),
        quotes='"',
        long_quotes=('"""',),
        opens=_JULIA_OPENS,
        closes=rf"{BRACKETS_CLOSE}|end\b",
        grammar="tree_sitter_julia:language",
    ),
    Language(
        id="makefile",
        extensions=(".mk", ".make"),
        names=("make", "makefile-gmake", "makefile-bsdmake", "makefile-automake"),
        comment="#",
        opens=_MAKE_OPENS,
        unit="\t",
        has_recipes=True,
        grammar="tree_sitter_make:language",
    ),
    Language(
        id="sql",
        extensions=(".sql",),
        names=("mysql", "plsql", "postgres", "pgsql", "sqlite"),
        comment="--",
        long_comment=("/*", "*/"),
        opens=rf"{BRACKETS_OPEN}|\b(?i:begin|as|then|else|select|from|where|set|values)$",
    ),
    Language(
        id="dockerfile",
        extensions=(".dockerfile",),
        names=("containerfile",),
        comment="#",
        opens=r"(?!)",
        grammar="tree_sitter_dockerfile:language",
    ),
    Language(
        id="cmake", extensions=(".cmake",), comment="#", quotes='"', long_comment=("#[[", "]]")
    ),
    Language(id="clojure", extensions=(".clj", ".cljs", ".cljc", ".edn"), comment=";", quotes=""),
    Language(
        id="emacs-lisp",
        extensions=(".el",),
        names=("elisp", "lisp-interaction"),
        comment=";",
        quotes="",
    ),
    Language(
        id="lisp",
        extensions=(".lisp", ".scm"),
        names=("commonlisp", "scheme", "racket"),
        comment=";",
        quotes="",
    ),
    Language(
        id="vue",
        extensions=(".vue",),
        long_comment=("<!--", "-->"),
        quotes='"',
        opens=rf"{TAG_OPENS}|{BRACKETS_OPEN}",
        closes=r"</[\w-]*>?",
        grammar="tree_sitter_html:language",
        query="html",
    ),
    Language(
        id="svelte",
        extensions=(".svelte",),
        long_comment=("<!--", "-->"),
        quotes='"',
        opens=rf"{TAG_OPENS}|{BRACKETS_OPEN}|\{{[#:][^}}]*\}}$",
        closes=r"</[\w-]*>?|\{/",
        grammar="tree_sitter_svelte:language",
    ),
    Language(
        id="xml",
        extensions=(".xml", ".xsd", ".xsl", ".svg", ".plist"),
        names=("xsl", "nxml", "svg"),
        long_comment=("<!--", "-->"),
        quotes='"',
        opens=r"<[A-Za-z][^<>]*(?<!/)>$",
        closes=r"</[\w:.-]*>?",
        grammar="tree_sitter_xml:language_xml",
    ),
)

PROSE = (
    Language(
        id="markdown",
        extensions=(".md", ".mdx"),
        names=("gfm", "quarto", "rmd", "mdx", "myst"),
        quotes="",
        opens=r"(?!)",
        is_prose=True,
    ),
    Language(
        id="latex",
        extensions=(".tex", ".sty", ".cls"),
        names=("tex", "plaintex", "plain-tex", "LaTeX", "bibtex"),
        comment="%",
        quotes="",
        opens=r"\\begin\{[^}]*\}(\[[^\]]*\])?$",
        closes=r"\\end\b",
        is_prose=True,
    ),
    Language(id="restructuredtext", names=("rst",), quotes="", opens=r"::$", is_prose=True),
    Language(
        id="plaintext",
        names=("text", "plain-text", "git-commit", "gitcommit", "asciidoc", "org", "help", "mail"),
        quotes="",
        opens=r"(?!)",
        is_prose=True,
    ),
)
