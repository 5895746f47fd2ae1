"""What holds secrets: by a file's name and place, and by what a text says.

Source code may be called what it likes: `credentials.py` is code, and is judged by its text. The
formats of keys are those that their issuers publish so that scanners find them.
"""

import re

from unmask_lsp.privacy.ignore_files import Rules
from unmask_lsp.syntax.languages import source_endings

KEYS = (
    *(".env", ".env.*", "*.env", ".envrc"),
    *("!.env.example", "!.env.sample", "!.env.template", "!.env.dist"),
    *("*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.asc", "*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*"),
    *(".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".htpasswd", ".my.cnf", ".dockercfg"),
    *(".s3cfg", ".boto", ".vault-token", ".git-credentials", "kubeconfig", "*.kubeconfig"),
    *("*.tfstate", "*.tfstate.*", "*.tfvars"),
    *(".ssh/", ".gnupg/", ".aws/", ".azure/", ".kube/", "**/.docker/config.json"),
    *("**/.config/gcloud/", "**/.config/gh/", "**/.config/hub", "**/.git/config"),
    *("**/.cargo/credentials*", "**/.gem/credentials", "**/.terraform.d/"),
)
"""Patterns, as in .gitignore and in lower case, of files that are there to hold keys."""
WORDS = (
    *("*credential*", "*secret*.json", "*secret*.y*ml", "*secret*.toml", "secrets.*", "*.secret"),
    *("service-account*.json", "service_account*.json"),
)
"""Patterns of names that say so; of source code they say nothing."""
DATA = frozenset({".json", ".jsonc", ".yaml", ".yml", ".toml", ".md", ".html", ".xml"})
"""Endings of data, which are no source code here though they are known as languages."""
TEXTS = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a key of AWS": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})",
    "a token of GitLab": r"\bglpat-[\w-]{20}",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10}",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a key of an AI service": r"\bsk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{24}",
    "a key of Stripe": r"\b[rs]k_live_\w{16}",
    "a token of npm": r"\bnpm_[A-Za-z0-9]{36}",
    "a token of PyPI": r"\bpypi-AgE[\w-]{30}",
    "a token of Hugging Face": r"\bhf_[A-Za-z]{34}",
    "a key of SendGrid": r"\bSG\.[\w-]{22}\.[\w-]{43}",
    "a web token": r"\beyJ[\w-]{10,200}\.eyJ[\w-]{10,2000}\.[\w-]{10}",
    "a password in an address": r"\b\w{1,20}://[^\s/:@'\"`{}$<>%]{1,64}:[^\s/@'\"`{}$<>%]{6,64}@",
}
"""What a text may hold, and how it looks; each match takes time in proportion to the text."""

_KEYS, _WORDS = Rules(KEYS), Rules(WORDS)
_TEXTS = re.compile("|".join(f"({pattern})" for pattern in TEXTS.values()), re.ASCII)


def secret_name(path: str) -> str:
    """Say why a file of this path (with forward slashes) holds secrets; empty if nothing does."""
    path = path.lower()
    is_source = path[path.rfind(".") :] in source_endings() - DATA
    pattern = _KEYS.says(path) or (not is_source and _WORDS.says(path))
    return f"it may hold secrets, by its name: `{pattern}`" if pattern else ""


def secret_text(text: str) -> str:
    """Say which secret a text holds; empty if it looks like it holds none."""
    found = _TEXTS.search(text)
    return f"it holds {tuple(TEXTS)[found.lastindex - 1]}" if found and found.lastindex else ""
