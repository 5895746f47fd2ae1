"""Licences as SPDX expressions, and which of them allow training.

Knows the names people write for licences, not where a registry keeps them. What is not understood
is not allowed.
"""

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "curl",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
    }
)
"""SPDX identifiers that may be trained on; MIT-CMU is the form of HPND that Pillow uses."""

_NAMES = {
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "asl 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "new bsd": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "psf": "PSF-2.0",
    "the mit license": "MIT",
    "the mit license (mit)": "MIT",
}
"""Free texts for licences, in small letters and without commas, as SPDX."""

_APACHE_TEXT = "apache license version 2.0 january 2004"


def spdx(text: str) -> str:
    """Give a stated licence as an SPDX expression; empty if it is not understood."""
    plain = " ".join(text.lower().replace(",", " ").split())
    if plain.startswith(_APACHE_TEXT):
        return "Apache-2.0"
    try:
        return _NAMES.get(plain) or str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return ""


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone.

    One alternative of an OR is enough. With parentheses every licence must be allowed, which errs
    on the safe side. Exceptions after WITH only add permissions and are passed over.
    """
    alternatives = expression.split(" OR ")
    if "(" in expression:
        flat = expression.replace("(", "").replace(")", "").replace(" OR ", " AND ")
        alternatives = [flat]
    return any(
        all(term.split(" WITH ")[0] in ALLOWED for term in alternative.split(" AND "))
        for alternative in alternatives
    )
