"""`unmask lsp`: the language server, on stdin and stdout."""

import logging
import os
import sys
from typing import Annotated, BinaryIO

import typer


def lsp(
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log every request on stderr.")
    ] = False,
) -> None:
    """Serve an editor over stdin and stdout."""
    from unmask_lsp.server.server import build, run
    from unmask_lsp.settings import Settings
    from unmask_lsp.stats.stats_file import StatsFile
    from unmask_model.client.connect import connect
    from unmask_model.client.engine_process import end_engine
    from unmask_model.client.remote.remote_models import remote_model
    from unmask_model.weights.catalogue import is_path, weights_of
    from unmask_model.weights.free_memory import give_back, share_one_heap
    from unmask_model.weights.sources.cache import Cache

    share_one_heap()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.getLogger("pygls").setLevel(logging.ERROR)
    logging.getLogger("unmask_lsp").setLevel(logging.INFO if verbose else logging.WARNING)

    def in_words(model: str) -> str:
        weights = weights_of(model)
        return weights.in_words if weights else "nothing"

    def are_here(model: str) -> bool:
        if remote_model(model) or is_path(model):
            return True
        weights = weights_of(model)
        return weights is None or weights.is_here(Cache.of_user())

    def is_elsewhere(settings: Settings) -> bool:
        return bool(settings.server or remote_model(settings.model))

    server = build(connect, end_engine, in_words, are_here, StatsFile.of_user(), is_elsewhere)
    raise typer.Exit(run(server, _protocol_only(), give_back))


def _protocol_only() -> BinaryIO:
    """The real stdout; whatever else writes to it from now on writes to stderr."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return protocol
