"""What a secret looks like, and what only looks a little like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.privacy.secrets import TEXTS, secret_name, secret_text

HELD = [
    ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "a private key"),
    ("id = 'AKIA" + "Q3" * 8 + "'", "a key of AWS"),
    ("ghp_" + "a1B2" * 9, "a token of GitHub"),
    ("glpat-" + "x" * 20, "a token of GitLab"),
    ("xoxb-1234567890-abc", "a token of Slack"),
    ("AIza" + "x" * 35, "a key of Google"),
    ("sk-proj-" + "aB3_" * 8, "a key of an AI service"),
    ("sk_live_" + "a" * 24, "a key of Stripe"),
    ("npm_" + "a" * 36, "a token of npm"),
    ("pypi-AgEIcHlwaS5vcmc" + "a" * 40, "a token of PyPI"),
    ("hf_" + "a" * 34, "a token of Hugging Face"),
    ("SG." + "a" * 22 + "." + "b" * 43, "a key of SendGrid"),
    ("eyJ" + "a" * 20 + ".eyJ" + "b" * 40 + "." + "c" * 43, "a web token"),
    ("postgres://app:hunter2hunter2@db.example/x", "a password in an address"),
]
FREE = [
    "password = getpass()",
    "AKIA",
    "sk-learn and sk_live",
    "https://example.org/a:b@c",
    "postgres://{user}:{password}@{host}/",
    "f'https://{token}@github.com'",
    "-----BEGIN CERTIFICATE-----",
    "git@github.com:a/b.git",
    "eyJ.eyJ.x",
    "class SecretStr: ...",
]


@pytest.mark.parametrize(("text", "what"), HELD)
def test_a_secret_is_known_by_its_format(text: str, what: str) -> None:
    assert secret_text(f"x = 1\n{text}\n") == f"it holds {what}"


def test_each_format_has_an_example() -> None:
    assert {what for _, what in HELD} == set(TEXTS)


@pytest.mark.parametrize("text", FREE)
def test_what_only_speaks_of_secrets_is_none(text: str) -> None:
    assert secret_text(text) == ""


@pytest.mark.timeout(10)
@pytest.mark.parametrize("unit", ["a", "://", "eyJa", "://a:", "sk-", "-----BEGIN ", "\n"])
def test_no_text_takes_long_to_look_through(unit: str) -> None:
    """Whoever writes a file cannot make the server stand still with it."""
    secret_text(unit * (100_000 // len(unit)))


@given(st.text(max_size=40))
def test_any_name_has_an_answer(name: str) -> None:
    assert isinstance(secret_name(name), str)


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("keys/server.pem", True),
        ("server.key", True),
        ("credentials", True),
        ("src/credentials.py", False),
        ("src/m.py", False),
    ],
)
def test_keys_are_secret_whatever_they_are_and_words_only_where_there_is_no_source(
    name: str, is_secret: bool
) -> None:
    assert bool(secret_name(name)) is is_secret
