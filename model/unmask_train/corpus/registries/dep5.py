"""Debian's machine-readable copyright files (DEP-5): which licence is on which files.

The licence of `Files: *` is the package's. Files under a stanza with a licence that is not allowed
are closed, even if a later stanza opens some of them again. A free-form copyright file says
nothing that is understood here.
"""

import re
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from fnmatch import translate

from unmask_train.corpus.licences import is_allowed, spdx

_SHORT_NAMES = {
    "Apache-2": "Apache-2.0",
    "Boost": "BSL-1.0",
    "Expat": "MIT",
    "Go": "BSD-3-Clause",
    "public-domain": "Unlicense",
    "or": "OR",
    "and": "AND",
}
"""Debian's words for licences, where they are not SPDX's; `Go` is the licence of the Go authors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyright:
    """What a copyright file says."""

    licence: str
    """SPDX expression of the package; empty if it is not understood."""
    closed: re.Pattern[str]
    """Matches the paths of files that may not be taken."""

    @classmethod
    def parse(cls, text: str) -> "Copyright":
        """Read a copyright file of any kind."""
        stanzas = [message_from_string(part) for part in re.split(r"\n\s*\n", text)]
        stanzas = [stanza for stanza in stanzas if "Files" in stanza and "License" in stanza]
        whole = [_licence(stanza) for stanza in stanzas if stanza["Files"].split() == ["*"]]
        closed = [
            translate(f"*/{pattern}")
            for stanza in stanzas
            if not is_allowed(_licence(stanza))
            for pattern in stanza["Files"].split()
        ]
        # Without any closed pattern: a look-ahead that never holds.
        return cls(
            licence=whole[0] if whole else "", closed=re.compile("|".join(closed) or r"(?!)")
        )


def _licence(stanza: Message) -> str:
    name = stanza["License"].partition("\n")[0]
    return spdx(" ".join(_SHORT_NAMES.get(word, word) for word in name.split()))
