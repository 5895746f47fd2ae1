"""What a person can do about a reason for silence, if that is not what they want."""

from unmask_lsp.settings import SECTION, Spelling
from unmask_lsp.suggest.suggestion import SilenceReason

_ADVICE = {
    SilenceReason.OFF: "Set {enabled} to true, or switch it on from the status item.",
    SilenceReason.LANGUAGE_OFF: "Take the language out of {disabled_languages}.",
    SilenceReason.PRIVATE: "Files that git ignores, files of {excluded_files} and files that look"
    " like they hold secrets are left alone. `!NAME` in a file `.unmaskignore` takes one back"
    " that git ignores.",
    SilenceReason.MANUAL: "{eagerness} is manual: ask by a key, or set it to normal.",
    SilenceReason.INSIDE_WORD: "Ask by a key, or set {eagerness} to eager.",
    SilenceReason.ENGINE: "The log says what happened; the status item has what helps.",
    SilenceReason.BUDGET: "The model is too slow here for the time it has: raise {budget_ms}"
    " ({invoked_budget_ms} for what a key asks for), or choose a smaller or faster {model}."
    " `unmask doctor` says what to expect on this machine.",
    SilenceReason.UNSURE: "Set {eagerness} to eager to see more, and more that is wrong; a key"
    " shows the best guess at any time.",
}


def advice(reason: str, spelling: Spelling) -> str:
    """What helps, in a client that spells settings in this way; empty if nothing is wrong."""
    return next(
        (words.format_map(_Names(spelling)) for one, words in _ADVICE.items() if one == reason), ""
    )


class _Names(dict[str, str]):
    """Names of settings as people write them."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def __missing__(self, name: str) -> str:
        return f"`{SECTION}.{self._spelling.of(name)}`"
