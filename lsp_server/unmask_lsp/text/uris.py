"""What a URI says of a document's place, whatever a client calls a URI."""

from urllib.parse import SplitResult, urlsplit


def split(uri: str) -> SplitResult:
    """Return the parts of a URI; of what is none, the whole as its path."""
    try:
        return urlsplit(uri)
    except ValueError:
        return SplitResult(scheme="", netloc="", path=uri, query="", fragment="")
