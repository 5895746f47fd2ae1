"""A conversion that is killed at any moment leaves nothing that is taken for a whole copy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from killing import killed_again_and_again

from unmask_model.weights.base_files import open_base
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.whole_folder import is_whole

PROGRAM = """
import shutil, sys
from pathlib import Path
from unmask_model.weights.base_files import open_base
from unmask_model.weights.sources.cache import Cache
cache = Cache(root=Path(sys.argv[2]))
while True:
    print("begun", flush=True)
    copy = open_base(sys.argv[1], cache=cache).config.parent
    shutil.rmtree(copy)
"""


@pytest.mark.fault(
    "a conversion is killed at any moment",
    "it is made again",
)
@pytest.mark.slow
def test_a_conversion_that_is_killed_is_made_again(
    write_gguf: Callable[..., Path], cache: Cache
) -> None:
    path = write_gguf()
    for _ in killed_again_and_again(PROGRAM, path, cache.root, times=20, most_s=0.06):
        files = open_base(path, cache=cache)
        assert is_whole(files.config.parent)
        assert [folder.name for folder in (cache.root / "converted").iterdir()] == [
            files.config.parent.name
        ]
