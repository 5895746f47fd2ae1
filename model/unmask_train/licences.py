"""Under which licence a package says it is, and whether that allows training on it.

Only the package's own core metadata speaks: `License-Expression` (PEP 639) if it is there, else
every licence classifier, else the `License` field. What is not understood is not allowed. Licence
files and the texts inside source files are not read here.
"""

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.metadata import RawMetadata

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

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "Historical Permission Notice and Disclaimer (HPND)": "HPND",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Zero-Clause BSD (0BSD)": "0BSD",
}
"""Last parts of trove classifiers, as SPDX."""

_FIELD = {
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
"""Free texts of the `License` field, in small letters and without commas, as SPDX."""

_APACHE_TEXT = "apache license version 2.0 january 2004"


def licence_of(metadata: RawMetadata) -> str:
    """Give the SPDX expression of a package; empty if it has none that is understood."""
    if expression := metadata.get("license_expression"):
        return _canonical(expression)
    named = [
        classifier.rsplit(" :: ", 1)[-1]
        for classifier in metadata.get("classifiers", [])
        if classifier.startswith("License :: ") and classifier != "License :: OSI Approved"
    ]
    if named:
        known = [_CLASSIFIERS.get(name, "") for name in named]
        return " AND ".join(sorted(set(known))) if all(known) else ""
    return _from_field(metadata.get("license") or "")


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


def _canonical(expression: str) -> str:
    try:
        return str(canonicalize_license_expression(expression))
    except InvalidLicenseExpression:
        return ""


def _from_field(text: str) -> str:
    plain = " ".join(text.lower().replace(",", " ").split())
    if plain.startswith(_APACHE_TEXT):
        return "Apache-2.0"
    return _FIELD.get(plain) or _canonical(text)
