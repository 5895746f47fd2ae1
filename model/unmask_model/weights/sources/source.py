"""The seam between a base model and the places its bytes may come from."""

from pathlib import Path
from typing import Protocol

from unmask_model.weights.sources.progress import Progress


class Source(Protocol):
    """One place that claims to have a base model's file. Its bytes are always checked after."""

    @property
    def origin(self) -> str:
        """Where the bytes come from, for people."""
        ...

    @property
    def is_mirror(self) -> bool:
        """Does somebody else than the publisher provide this? Users can forbid those."""
        ...

    def download(self, folder: Path, size: int, progress: Progress) -> Path:
        """Bring the file of `size` bytes into `folder` and return its path.

        What an earlier, interrupted call left in `folder` is used, not fetched again. Raises
        DownloadFailed when the source cannot be reached, WeightsInvalid when it has nonsense.
        """
        ...
