"""The next suggestion, prepared while one is shown: where it would be, and when there is time.

It is found as if the shown one were accepted; if that happens, it is there with no request.
"""

import os

from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot

PAUSE_S = 0.3
"""Seconds without a request or an edit of the document before anything is prepared."""


def accepted(snapshot: Snapshot, suggestion: Suggestion) -> Snapshot:
    """The document once a suggestion is accepted, with the cursor behind it."""
    left = snapshot.text[: suggestion.start] + suggestion.text
    return snapshot.at(left + snapshot.text[suggestion.end :], len(left))


def is_idle() -> bool:
    """Whether a processor has had nothing to do of late; taken for granted where nobody counts."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return load < (os.cpu_count() or 1)
