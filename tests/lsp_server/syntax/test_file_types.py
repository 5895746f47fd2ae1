"""Which language a file is in."""

import pytest

from unmask_lsp.syntax.languages import LANGUAGES, language_of


@pytest.mark.parametrize(
    ("uri", "first_line", "language"),
    [
        ("file:///w/Makefile", "", "makefile"),
        ("file:///w/rules.mk", "", "makefile"),
        ("file:///w/Dockerfile.dev", "", "dockerfile"),
        ("file:///w/Jenkinsfile", "", "groovy"),
        ("file:///w/CMakeLists.txt", "", "cmake"),
        ("file:///home/a/.bashrc", "", "shellscript"),
        ("file:///home/a/.zshrc", "", "shellscript"),
        ("file:///w/Rakefile", "", "ruby"),
        ("file:///w/a%20b.PY", "", "python"),
        ("file:///w/deploy", "#!/bin/sh", "shellscript"),
        ("file:///w/deploy", "#!/usr/bin/env python3", "python"),
        ("file:///w/deploy", "#!/usr/bin/env -S node --harmony", "javascript"),
        ("file:///w/README", "", "plaintext"),
        ("file:///w/a.erl", "", "erlang"),
        ("untitled:Untitled-1", "", "plaintext"),
    ],
)
def test_its_name_or_its_first_line_tells(uri: str, first_line: str, language: str) -> None:
    assert language_of("", uri, first_line).id == language
    assert language_of("plaintext", uri, first_line).id == language


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("sh", "shellscript"),
        ("zsh", "shellscript"),
        ("cs", "csharp"),
        ("c++", "cpp"),
        ("objc", "objective-c"),
        ("make", "makefile"),
        ("makefile-gmake", "makefile"),
        ("terraform", "hcl"),
        ("ps1", "powershell"),
        ("tex", "latex"),
        ("js", "javascript"),
        ("typescript.tsx", "typescriptreact"),
        ("text", "plaintext"),
        ("cobol", "cobol"),
    ],
)
def test_editors_spell_it_in_their_own_ways(named: str, language: str) -> None:
    assert language_of(named, "untitled:a").id == language


def test_no_name_is_claimed_twice() -> None:
    names = [name for row in LANGUAGES.values() for name in (row.id, *row.names)]
    endings = [ending for row in LANGUAGES.values() for ending in row.extensions]
    assert len(names) == len(set(names))
    assert len(endings) == len(set(endings))


def test_fifty_languages_have_a_row() -> None:
    assert len(LANGUAGES) >= 50
