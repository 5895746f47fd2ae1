"""The command that fetches a model, as a person can type it on this machine."""

import shlex
import shutil
import sys
from pathlib import Path

COMMAND = "unmask"


def pull_command(name: str) -> str:
    """Return `unmask pull NAME`, with the path of the command where the shell would not find it."""
    own = shutil.which(COMMAND, path=str(Path(sys.executable).parent))
    if own is None:
        return f"{shlex.quote(sys.executable)} -m unmask_lsp pull {name}"
    found = shutil.which(COMMAND)
    is_found = found is not None and Path(found).samefile(own)
    return f"{COMMAND if is_found else shlex.quote(own)} pull {name}"
